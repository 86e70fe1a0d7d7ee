import { atomRank, type Operation, operationOf } from '../operations'
import type { GraphDocument, GraphNode, OperationNode, Value } from '../types'
import { Names, pythonWords } from './names'
import { exportable, type Plan, planOf } from './plan'
import { type Lines, type Listing, listingOf } from './listing'
import { floatText, nestedText } from './python-text'

/**
 * The graph as a PyTorch program: float64 leaves, the expression, `backward()`.
 * @returns a program that prints {"value": …, "gradients": {"x": …}} as one line of JSON
 * @throws LabError graph.*
 */
export function pytorchOf(document: GraphDocument): Listing {
  return new TorchProgram(planOf(document)).listing()
}

/** A Python expression with the precedence of its outermost operator, and the steps that it carries out. */
interface Piece { readonly text: string, readonly rank: number, readonly depth: number, readonly tensor: boolean, readonly steps: readonly string[] }

/** Deeper nesting is split into several statements, far below the limit of Python's parser. */
const maxDepth = 40

const leaf = `def leaf(data):
    return torch.tensor(data, dtype=torch.float64, requires_grad=True)`
const constant = `def constant(data):
    return torch.tensor(data, dtype=torch.float64)`

/** Helper functions to define because torch lacks them, by name. */
const helpersOf = (used: readonly Operation[]): ReadonlyMap<string, string> => new Map([
  ['leaf', leaf], ['constant', constant],
  ...used.flatMap(({ code }): [string, string][] => code?.pytorch.helper !== undefined ? [[code.pytorch.call as string, code.pytorch.helper]] : []),
])

class TorchProgram {
  private readonly helpers: ReadonlyMap<string, string>
  private readonly names: Names
  private readonly variables = new Map<string, string>()
  private readonly pieces = new Map<string, Piece>()
  private readonly lines: Lines[] = []

  constructor(private readonly plan: Plan) {
    const { inputs, operations } = plan
    this.helpers = helpersOf(exportable(operations))
    this.names = new Names([...pythonWords, 'json', 'torch', ...this.helpers.keys()])
    for (const name of [...inputs.keys(), ...operations.flatMap(({ name }) => name ?? [])]) this.variables.set(name, this.names.take(name))
  }

  listing(): Listing {
    const { document, graph, inputs } = this.plan
    for (const node of graph.nodes) this.pieces.set(node.id, this.pieceOf(node))
    const output = this.assigned(graph.output)
    const body: readonly Lines[] = [
      ...[...inputs].map(([name, value]) => ({ text: `${this.variables.get(name)} = leaf(${literal(value)})` })), { text: '' },
      ...this.lines, ...this.backward(output), { text: '' },
      { text: `${this.print(output)}\n` },
    ]
    const used = [...this.helpers].filter(([name]) => body.some(({ text }) => new RegExp(`\\b${name}\\(`).test(text))).map(([, source]) => ({ text: `${source}\n\n` }))
    const title = document.expression.trim().split(/[\n\r\u2028\u2029]+/).map(line => `# ${line}`).join('\n')
    return listingOf([{ text: `${title}\nimport json\n\nimport torch\n\n` }, ...used, ...body])
  }

  private pieceOf(node: GraphNode): Piece {
    if (node.kind === 'input') return { text: this.variables.get(node.id)!, rank: atomRank, depth: 0, tensor: true, steps: [] }
    if (node.kind === 'constant') return { text: this.numberOf(node.id, node.value), rank: node.value < 0 || Object.is(node.value, -0) ? 3 : atomRank, depth: 0, tensor: false, steps: [] }
    const piece = this.operation(node)
    const uses = this.plan.graph.readers.get(node.id)!.length
    if (node.name === null && uses === 1 && piece.depth < maxDepth) return piece
    if (node.name === null && node.id === this.plan.graph.output) return piece
    return this.assign(node.id, piece)
  }

  /** Prints 3 beside a tensor but 3.0 among numbers, so that Python does not compute with integers. */
  private numberOf(id: string, value: number): string {
    const readers = this.plan.graph.readers.get(id)!
    return readers.length > 0 && readers.every(({ to }) => this.plan.between.has(to)) && Number.isSafeInteger(value) && !Object.is(value, -0) ? String(value) : floatText(value)
  }

  private operation({ id, operation, args: ids }: OperationNode): Piece {
    const { syntax, code } = operationOf(operation)
    const args = ids.map(id => this.pieces.get(id)!)
    const depth = Math.max(...args.map(arg => arg.depth)) + 1
    const steps = [...new Set(args.flatMap(arg => arg.steps)), `forward:${id}`]
    const { call } = code!.pytorch
    if (syntax.kind === 'operator') return { text: operatorText(call as string, args, syntax.rank), rank: syntax.rank, depth, steps, tensor: args.some(arg => arg.tensor) }
    const tensors = args.map((piece, slot) => ({
      text: piece.tensor ? piece.text : `constant(${piece.text})`, // torch's functions do not accept plain numbers
      shape: this.plan.shapes.get(ids[slot]!)!,
      bracketed: (rank: number) => bracketed(piece, rank),
    }))
    if (typeof call !== 'string') return { ...call(tensors), depth, steps, tensor: true }
    return { text: `${call}(${tensors.map(({ text }) => text).join(', ')})`, rank: atomRank, depth, steps, tensor: true }
  }

  private assign(id: string, piece: Piece): Piece {
    const variable = this.variables.get(id) ?? this.names.take(id)
    this.variables.set(id, variable)
    this.lines.push({ text: `${variable} = ${piece.text}`, steps: piece.steps })
    return { ...piece, text: variable, rank: atomRank, depth: 0, steps: [] }
  }

  /** Assigns the output to a variable, as a tensor. */
  private assigned(id: string): string {
    const { text, tensor, steps } = this.pieces.get(id)!
    if (tensor && this.variables.has(id)) return text
    const out = this.names.take('out')
    this.lines.push({ text: `${out} = ${tensor ? text : `constant(${text})`}`, steps })
    return out
  }

  private backward(output: string): readonly Lines[] {
    const { document: { upstream = 1 }, graph, between, shapes, upstream: { shape, data } } = this.plan
    if (!between.has(graph.output)) return []
    const steps = [`start:${graph.output}`, 'backward:*']
    if (shapes.get(graph.output)!.length === 0 && upstream === 1) return [{ text: `${output}.backward()`, steps }]
    const same = shape.length > 0 && data.every(d => d === data[0])
    return [{ steps, text: `${output}.backward(${same ? `torch.full_like(${output}, ${data[0]})` : `torch.tensor(${literal({ shape, data })}, dtype=torch.float64)`})` }]
  }

  private print(output: string): string {
    const { inputs, between } = this.plan
    const gradients = [...inputs.keys()].map((name) => {
      const variable = this.variables.get(name)!
      return `        ${JSON.stringify(name)}: ${between.has(name) ? `${variable}.grad` : `torch.zeros_like(${variable})`}.tolist(),\n`
    })
    return `print(json.dumps({\n    "value": ${output}.tolist(),\n    "gradients": {${gradients.length > 0 ? '\n' : ''}${gradients.join('')}${gradients.length > 0 ? '    ' : ''}},\n}))`
  }
}

/** Python's precedence is the same as the lab's: powers are right-associative and bind more tightly than signs; sums and products are left-associative. */
function operatorText(sign: string, [a, b]: readonly Piece[], rank: number): string {
  if (!b) return `${sign}${bracketed(a!, rank)}`
  return rank === 4 ? `${bracketed(a!, atomRank)} ${sign} ${bracketed(b, 3)}` : `${bracketed(a!, rank)} ${sign} ${bracketed(b, rank + 1)}`
}

const bracketed = ({ text, rank }: Piece, least: number): string => rank < least ? `(${text})` : text
const literal = (value: Value): string => nestedText(value, n => Object.is(n, -0) ? '-0.0' : String(n), '    ')
