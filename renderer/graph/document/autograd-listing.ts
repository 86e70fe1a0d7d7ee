import { type Lines, type Listing, listingOf, operationOf, operations } from '@core'
import source from '../../../core/autograd.ts?raw'

/** `core/autograd.ts` as it stands, with the lines that are at work for each operation of the graph. */
export interface AutogradListing extends Listing {
  /** Of a line that holds both an operation's value and its derivatives, the characters that a pass uses: by `forward:80` */
  readonly spans: ReadonlyMap<string, readonly [from: number, to: number]>
}

/** A function of the file: its own lines, and how it computes. */
interface Definition {
  readonly from: number
  readonly to: number
  /** `unary` or `binary`, which make it from a value and local derivatives; null if it has lines of its own or is composed */
  readonly maker: string | null
  readonly exported: boolean
}

const text = source.trimEnd().split('\n')
const definitions = new Map<string, Definition>(text.flatMap((line, from): [string, Definition][] => {
  const found = /^(export )?(const|function) (\w+)/.exec(line)
  if (!found) return []
  const to = found[2] === 'function' ? text.indexOf('}', from) : from
  return [[found[3]!, { from, to, maker: /= (unary|binary)\(/.exec(line)?.[1] ?? null, exported: found[1] !== undefined }]]
}))
const lineOf = (part: string): number => text.findIndex(line => line.includes(part))
const within = ({ from, to }: Definition, part: string): number[] => text.flatMap((line, i) => i >= from && i <= to && line.includes(part) ? [i] : [])

/** The line in which each variable sends its gradient back, and that in which the pass begins */
const [sends, begins] = [lineOf('variable.sendBack(variable.grad)'), lineOf('// ∂output/∂output')]
const prepares = [lineOf('const order = inOrder(this)'), lineOf('variable.grad = map(')]

/** The operation as the file writes it, `mul(-1, x)` or just `mul`; null where it has no function for it. */
export function inAutograd(operation: string): string | null {
  return operationOf(operation).inAutograd ?? (definitions.get(operation)?.exported ? operation : null)
}
const nameOf = (written: string): string => /^\w*/.exec(written)![0]

/** The lines of an operation: the line of its function, and the lines that this calls. */
function workOf(operation: string): Readonly<Record<'forward' | 'backward', { readonly lines: readonly number[], readonly body: readonly number[] }>> | null {
  const definition = definitions.get(nameOf(inAutograd(operation) ?? ''))
  if (!definition) return null
  const own = { forward: within(definition, 'new Variable('), backward: within(definition, '.receive(') }
  if (definition.to > definition.from) return { forward: { lines: own.forward, body: [] }, backward: { lines: own.backward, body: [] } }
  const maker = definition.maker === null ? null : definitions.get(definition.maker)!
  const lines = [definition.from]
  return {
    forward: { lines, body: maker ? within(maker, 'new Variable(') : [] },
    backward: { lines, body: maker ? within(maker, '.receive(') : [sends] },
  }
}

/** @returns the file with what is at work for each operation, those registered since included */
export function autogradListing(): AutogradListing {
  const [steps, bodyOf] = [text.map((): string[] => []), text.map((): string[] => [])]
  const mark = (key: string, lines: readonly number[], body: readonly number[] = []) => {
    for (const line of lines) steps[line]!.push(key)
    for (const line of body) bodyOf[line]!.push(key)
  }
  for (const { name } of operations()) {
    const work = workOf(name)
    if (work) for (const phase of ['forward', 'backward'] as const) mark(`${phase}:${name}()`, work[phase].lines, work[phase].body)
  }
  mark('start:*', [begins], [...prepares, sends])
  mark('forward:*', [lineOf('constructor(')]) // whatever the operation, a variable is made, and sends its gradient back
  mark('backward:*', [sends])
  return { ...listingOf(text.map((line, i): Lines => ({ text: line, steps: steps[i]!, bodyOf: bodyOf[i]! }))), spans }
}

const spans = new Map(text.flatMap((line, i): [string, [number, number]][] => {
  const found = /\{ (value: .+), (local: .+) \}\)/d.exec(line)
  return found?.indices && !line.startsWith('function') ? [[`forward:${i}`, found.indices[1]!], [`backward:${i}`, found.indices[2]!]] : []
}))
