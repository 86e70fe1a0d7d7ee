import type { GraphDocument, GraphNode, OperationNode, TypedOperation, Value } from '../types'
import { Names, pythonWords } from './names'
import { type Plan, planOf } from './plan'
import { floatText, nestedText } from './python-text'

/**
 * The graph as a PyTorch program: leaves in float64, the expression, `backward()`.
 * @returns prints {"value": …, "gradients": {"x": …}} as one line of JSON
 * @throws LabError graph.*
 */
export function pytorchOf(document: GraphDocument): string {
  return new TorchProgram(planOf(document)).text()
}

/** A piece of Python and how tightly its outermost operator binds. */
interface Piece { readonly text: string, readonly rank: number, readonly depth: number, readonly tensor: boolean }

const whole = 5
/** Beyond this many operations inside each other, Python's own parser gives up, long after the reader. */
const maxDepth = 40
const ranks: Partial<Record<TypedOperation, number>> = { add: 1, sub: 1, mul: 2, div: 2, neg: 3, pow: 4 }
const signs: Partial<Record<TypedOperation, string>> = { add: '+', sub: '-', mul: '*', div: '/' }
const calls: Partial<Record<TypedOperation, string>> = {
  exp: 'torch.exp', log: 'torch.log', relu: 'torch.relu', sigmoid: 'torch.sigmoid', tanh: 'torch.tanh', max: 'torch.maximum', sqrt: 'torch.sqrt', square: 'torch.square',
  sum: 'torch.sum', softmaxWithLoss: 'softmax_with_loss', identityWithLoss: 'identity_with_loss',
}

const helpers: Readonly<Record<string, string>> = {
  leaf: `def leaf(data):
    return torch.tensor(data, dtype=torch.float64, requires_grad=True)`,
  constant: `def constant(data):
    return torch.tensor(data, dtype=torch.float64)`,
  softmax_with_loss: `def softmax_with_loss(x, t):
    batch_size = len(x) if x.dim() > 1 else 1
    return -torch.sum(t * torch.log_softmax(x, dim=-1)) / batch_size`,
  identity_with_loss: `def identity_with_loss(y, t):
    batch_size = len(y) if y.dim() > 1 else 1
    return torch.sum((y - t) ** 2) / 2 / batch_size`,
}

class TorchProgram {
  private readonly names = new Names([...pythonWords, 'json', 'torch', ...Object.keys(helpers)])
  private readonly variables = new Map<string, string>()
  private readonly pieces = new Map<string, Piece>()
  private readonly lines: string[] = []

  constructor(private readonly plan: Plan) {
    const { inputs, operations } = plan
    for (const name of [...inputs.keys(), ...operations.flatMap(({ name }) => name ?? [])]) this.variables.set(name, this.names.take(name))
  }

  text(): string {
    const { document, graph, inputs } = this.plan
    for (const node of graph.nodes) this.pieces.set(node.id, this.pieceOf(node))
    const output = this.assigned(graph.output)
    const body = [
      ...[...inputs].map(([name, value]) => `${this.variables.get(name)} = leaf(${literal(value)})`), '',
      ...this.lines, ...this.backward(output), '',
      this.print(output),
    ].join('\n')
    const used = Object.entries(helpers).filter(([name]) => new RegExp(`\\b${name}\\(`).test(body)).map(([, source]) => source)
    const title = document.expression.trim().split(/[\n\r\u2028\u2029]+/).map(line => `# ${line}`).join('\n')
    return `${title}\nimport json\n\nimport torch\n\n\n${[...used, body].join('\n\n\n')}\n`
  }

  private pieceOf(node: GraphNode): Piece {
    if (node.kind === 'input') return { text: this.variables.get(node.id)!, rank: whole, depth: 0, tensor: true }
    if (node.kind === 'constant') return { text: this.numberOf(node.id, node.value), rank: node.value < 0 || Object.is(node.value, -0) ? 3 : whole, depth: 0, tensor: false }
    const piece = this.operation(node)
    const uses = this.plan.graph.readers.get(node.id)!.length
    if (node.name === null && uses === 1 && piece.depth < maxDepth) return piece
    if (node.name === null && node.id === this.plan.graph.output) return piece
    return this.assign(node.id, piece)
  }

  /** 3 beside a tensor; 3.0 among numbers, so that Python counts as we do. */
  private numberOf(id: string, value: number): string {
    const readers = this.plan.graph.readers.get(id)!
    return readers.length > 0 && readers.every(({ to }) => this.plan.between.has(to)) && Number.isSafeInteger(value) && !Object.is(value, -0) ? String(value) : floatText(value)
  }

  private operation({ operation, args: ids }: OperationNode): Piece {
    const name = operation as TypedOperation
    const args = ids.map(id => this.pieces.get(id)!)
    const depth = Math.max(...args.map(arg => arg.depth)) + 1
    const rank = ranks[name]
    const [a, b] = args
    if (rank === undefined) return { text: this.call(name, ids), rank: name === 'affine' ? 1 : whole, depth, tensor: true }
    const tensor = args.some(arg => arg.tensor)
    if (name === 'neg') return { text: `-${bracketed(a!, 3)}`, rank, depth, tensor }
    if (name === 'pow') return { text: `${bracketed(a!, whole)} ** ${bracketed(b!, 3)}`, rank, depth, tensor }
    return { text: `${bracketed(a!, rank)} ${signs[name]} ${bracketed(b!, rank + 1)}`, rank, depth, tensor }
  }

  private call(operation: TypedOperation, ids: readonly string[]): string {
    const args = ids.map((id) => {
      const { text, tensor } = this.pieces.get(id)!
      return tensor ? text : `constant(${text})` // torch's functions take no plain numbers
    })
    if (operation === 'softmax') return `torch.softmax(${args[0]}, dim=-1)`
    if (operation !== 'dot' && operation !== 'affine') return `${calls[operation]}(${args.join(', ')})`
    const x = this.pieces.get(ids[0]!)!
    const rows = this.plan.shapes.get(ids[0]!)!.length > 2 ? `${bracketed(x, whole)}.flatten(1)` : x.text
    const product = `torch.matmul(${rows}, ${args[1]})`
    return operation === 'dot' ? product : `${product} + ${bracketed(this.pieces.get(ids[2]!)!, 2)}`
  }

  private assign(id: string, piece: Piece): Piece {
    const variable = this.variables.get(id) ?? this.names.take(id)
    this.variables.set(id, variable)
    this.lines.push(`${variable} = ${piece.text}`)
    return { ...piece, text: variable, rank: whole, depth: 0 }
  }

  /** The output needs a name, and must be a tensor. */
  private assigned(id: string): string {
    const { text, tensor } = this.pieces.get(id)!
    if (tensor && this.variables.has(id)) return text
    const out = this.names.take('out')
    this.lines.push(`${out} = ${tensor ? text : `constant(${text})`}`)
    return out
  }

  private backward(output: string): readonly string[] {
    const { document: { upstream = 1 }, graph, between, shapes, upstream: { shape, data } } = this.plan
    if (!between.has(graph.output)) return []
    if (shapes.get(graph.output)!.length === 0 && upstream === 1) return [`${output}.backward()`]
    const same = shape.length > 0 && data.every(d => d === data[0])
    return [`${output}.backward(${same ? `torch.full_like(${output}, ${data[0]})` : `torch.tensor(${literal({ shape, data })}, dtype=torch.float64)`})`]
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

const bracketed = ({ text, rank }: Piece, least: number): string => rank < least ? `(${text})` : text
const literal = (value: Value): string => nestedText(value, n => Object.is(n, -0) ? '-0.0' : String(n), '    ')
