import { type ErrorCode, FormatError, LabError, ownError } from '../errors'
import { excerpt } from '../typed/excerpt'
import { JsonReader, type Refuse } from '../formats/json-reader'
import { buildGraph } from './build'
import { plainName } from '../typed'
import { expressionLimits, parseProgram } from './expression'
import { inputsOf } from './run'
import { shapesOf } from './shapes'
import type { Graph, GraphDocument, Nested } from './types'
import { fromNested, maxDimensions, sameShape, shapeText } from './values'

const format = 'backprop-lab-graph'
const version = 1
const maxBytes = 2 ** 20
/** In UTF-16 units: a name is no longer than its expression, with at most two units per character. */
const maxNameLength = 2 * expressionLimits.maxLength
const keys = ['format', 'version', 'expression', 'inputs', 'opened', 'upstream', 'parameters', 'learningRate'] as const

/** The fields of a file, before consistency checks. */
interface Members {
  format?: string
  version?: number
  expression?: string
  inputs?: ReadonlyMap<string, Nested>
  opened?: readonly string[]
  upstream?: Nested
  parameters?: readonly string[]
  learningRate?: number
}

type Fail = (code: ErrorCode, wanted: string, found: string) => FormatError

/**
 * Reads a saved graph strictly: anything that the lab would not write is an error, not repaired.
 * @param bytes the whole file
 * @param file its name, for the message
 * @throws FormatError graphFile.*, file.tooLarge
 */
export function readGraphDocument(bytes: Uint8Array, file: string): GraphDocument {
  const fail: Fail = (code, wanted, found) => new FormatError(code, `${file}: ${code}: wanted ${wanted}, found ${found}`, { file, wanted, found })
  if (bytes.length === 0) throw fail('graphFile.empty', 'a graph', '0 bytes')
  if (bytes.length > maxBytes) throw fail('file.tooLarge', '1 MB', `${Math.ceil(bytes.length / 2 ** 20)} MB`)
  const text = decode(bytes, fail)
  if (!/^\s*\{/.test(text) || !text.includes(format)) throw fail('graphFile.foreign', `"format": "${format}"`, excerpt(text.trim()) || '–')
  const members = readMembers(text, fail)
  const { expression, inputs } = members as Required<Members>
  const document: GraphDocument = {
    expression, inputs: Object.fromEntries(inputs),
    ...pick(members, 'opened'), ...pick(members, 'upstream'), ...pick(members, 'parameters'), ...pick(members, 'learningRate'),
  }
  check(document, file, fail)
  return document
}

const pick = <Key extends keyof Members>(members: Members, key: Key): Pick<Members, Key> => members[key] === undefined ? {} as Pick<Members, Key> : { [key]: members[key] } as Pick<Members, Key>

function decode(bytes: Uint8Array, fail: Fail): string {
  try { return new TextDecoder('utf-8', { fatal: true }).decode(bytes) }
  catch { throw fail('graphFile.foreign', `"format": "${format}"`, 'UTF-8: –') }
}

function readMembers(text: string, fail: Fail): Members {
  const members: Members = {}
  let unknown: string | undefined
  const refuse: Refuse = (wanted, found) => fail('graphFile.content', wanted, found)
  const json = new JsonReader(text, key => refuse(`"${excerpt(key)}": 1 ×`, `"${excerpt(key)}": 2 ×`))
  json.object(refuse, (key) => {
    if (key === 'format' || key === 'version') readHead(json, members, key, fail)
    else if (!readMember(json, members, key, fail)) {
      unknown ??= key
      json.skip(refuse)
    }
  })
  json.end(refuse)
  const missing = (['format', 'version', 'expression', 'inputs'] as const).find(key => members[key] === undefined)
  if (missing) throw refuse(`"${missing}"`, '–')
  if (unknown !== undefined) throw refuse(keys.join(', '), excerpt(unknown))
  return members
}

function readHead(json: JsonReader, members: Members, key: 'format' | 'version', fail: Fail): void {
  const foreign: Refuse = (_, found) => fail('graphFile.foreign', `"format": "${format}"`, found)
  if (key === 'format') {
    members.format = json.string(foreign)
    if (members.format !== format) throw foreign('', excerpt(members.format))
    return
  }
  const other: Refuse = (_, found) => fail('graphFile.version', String(version), found)
  members.version = json.count(other)
  if (members.version !== version) throw other('', String(members.version))
}

/** Reads the value of a key. @returns whether the key is known */
function readMember(json: JsonReader, members: Members, key: string, fail: Fail): boolean {
  const refuse: Refuse = (wanted, found) => fail('graphFile.content', `${excerpt(key)}: ${wanted}`, found)
  if (key === 'expression') members.expression = json.string(refuse)
  else if (key === 'inputs') members.inputs = readInputs(json, fail)
  else if (key === 'opened') members.opened = readNames(json, refuse)
  else if (key === 'upstream') members.upstream = readNested(json, refuse)
  else if (key === 'parameters') members.parameters = readNames(json, refuse)
  else if (key === 'learningRate') members.learningRate = json.number(refuse)
  else return false
  return true
}

function readInputs(json: JsonReader, fail: Fail): ReadonlyMap<string, Nested> {
  const inputs = new Map<string, Nested>()
  const refuse: Refuse = (wanted, found) => fail('graphFile.content', `inputs: ${wanted}`, found)
  json.object(refuse, (key) => {
    const name = newName(key, inputs, refuse)
    inputs.set(name, readNested(json, (wanted, found) => fail('graphFile.content', `inputs.${excerpt(name)}: ${wanted}`, found)))
  })
  return inputs
}

function readNames(json: JsonReader, refuse: Refuse): readonly string[] {
  const names = new Set<string>()
  json.list(refuse, () => { names.add(newName(json.string(refuse), names, refuse)) })
  return [...names]
}

/**
 * Normalizes a name as in the expression: x₁ becomes x1, and decomposed letters are composed.
 * @throws FormatError for a duplicate, or more names than a graph can have nodes
 */
function newName(written: string, names: Pick<ReadonlySet<string>, 'has' | 'size'>, refuse: Refuse): string {
  if (names.size === expressionLimits.maxNodes) throw refuse(`≤ ${expressionLimits.maxNodes}`, `> ${expressionLimits.maxNodes}`)
  if (written.length > maxNameLength) throw refuse(`≤ ${maxNameLength}`, excerpt(written))
  const name = plainName(written)
  if (names.has(name)) throw refuse(`"${excerpt(name)}": 1 ×`, `"${excerpt(name)}": 2 ×`)
  return name
}

function readNested(json: JsonReader, refuse: Refuse, depth = 0): Nested {
  if (!json.atList()) return json.number(refuse)
  if (depth === maxDimensions) throw refuse('[[[[…]]]]', '[[[[[…')
  const items: Nested[] = []
  json.list(refuse, () => { items.push(readNested(json, refuse, depth + 1)) })
  return items
}

/** Checks that the expression can be parsed and that all other fields refer to it. */
function check(document: GraphDocument, file: string, fail: Fail): void {
  const { opened = [], parameters = [] } = document
  const graph = graphOf(document, file, fail)
  const names = (list: Iterable<string>): string => excerpt([...list].join(', ')) || '–'
  const known = (key: string, given: readonly string[], allowed: ReadonlySet<string>): void => {
    const stranger = given.find(name => !allowed.has(name))
    if (stranger !== undefined) throw fail('graphFile.content', `${key}: ${names(allowed)}`, excerpt(stranger))
  }
  const inputs = new Set(graph.inputs)
  known('inputs', Object.keys(document.inputs), inputs)
  known('parameters', parameters, inputs)
  known('opened', opened, new Set(graph.nodes.flatMap(node => graph.opened.has(node.id) || (node.kind === 'operation' && node.opens) ? [node.id] : [])))
  try { checkValues(graph, document) }
  catch (cause) {
    const { name = 'upstream', found = '–', wanted, max } = ownError(cause).details
    throw fail('graphFile.content', `${name}: ${wanted ?? (max === undefined ? '1, [1, 2], [[1, 2], [3, 4]], …' : `≤ ${max}`)}`, String(found))
  }
}

/** An upstream of the wrong shape is an error. Shapes that do not fit each other are not: the graph shows them. */
function checkValues(graph: Graph, document: GraphDocument): void {
  const inputs = inputsOf(graph, document)
  const upstream = document.upstream === undefined ? null : fromNested(document.upstream, 'upstream')
  const shape = shapesOf(graph, inputs).get(graph.output)
  if (upstream && shape && upstream.shape.length > 0 && !sameShape(upstream.shape, shape))
    throw new LabError('graph.shapes', 'upstream', { found: shapeText(upstream.shape), wanted: shapeText(shape) })
}

function graphOf({ expression, inputs, opened }: GraphDocument, file: string, fail: Fail): Graph {
  try { return buildGraph(parseProgram(expression), opened) }
  catch (cause) {
    const { code, message, details } = ownError(cause)
    const { at, from, max } = details
    const called = code === 'graph.unknownFunction' ? details['found'] : code === 'graph.missingTimes' ? details['name'] : undefined
    if (called !== undefined && !Object.hasOwn(inputs, called)) // in a file, a bracket after a name is always a call, never a missing operator
      throw new FormatError('graphFile.operation', `${file}: no function ${called}`, { file, at: at!, found: called })
    if (at === undefined) throw fail('graphFile.content', `expression: ≤ ${max}`, String(details['found'] ?? `> ${max}`))
    const found = excerpt(expression.slice(Number(from))) || '–'
    throw new FormatError('graphFile.expression', `${file}: ${message}`, { file, at, found })
  }
}

/** Writes a graph as JSON, with each matrix on one line. */
export function writeGraphDocument(document: GraphDocument): Uint8Array<ArrayBuffer> {
  const { expression, inputs, opened, upstream, parameters, learningRate } = document
  const values = Object.entries(inputs).map(([name, value]) => `    ${JSON.stringify(name)}: ${nestedText(value)}`)
  const members: readonly (readonly [string, string | undefined])[] = [
    ['format', JSON.stringify(format)],
    ['version', String(version)],
    ['expression', JSON.stringify(expression)],
    ['inputs', values.length === 0 ? '{}' : `{\n${values.join(',\n')}\n  }`],
    ['opened', opened && listText(opened)],
    ['upstream', upstream === undefined ? undefined : nestedText(upstream)],
    ['parameters', parameters && listText(parameters)],
    ['learningRate', learningRate === undefined ? undefined : nestedText(learningRate)],
  ]
  const lines = members.flatMap(([key, text]) => text === undefined ? [] : [`  "${key}": ${text}`])
  return new TextEncoder().encode(`{\n${lines.join(',\n')}\n}\n`)
}

const listText = (names: readonly string[]): string => `[${names.map(name => JSON.stringify(name)).join(', ')}]`

/** Number literal that keeps −0, unlike JSON.stringify. */
const nestedText = (nested: Nested): string =>
  typeof nested === 'number' ? Object.is(nested, -0) ? '-0' : String(nested) : `[${nested.map(nestedText).join(', ')}]`
