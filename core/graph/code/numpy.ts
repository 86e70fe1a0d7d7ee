import { operationOf, type PythonClass } from '../operations'
import type { GraphDocument, OperationNode } from '../types'
import { sameShape } from '../values'
import { Names, pythonWords } from './names'
import { exportable, type Plan, planOf } from './plan'
import { type Lines, type Listing, listingOf } from './listing'
import { floatText, nestedText } from './python-text'

/** Reverses broadcasting: sums the gradient over the axes along which x was stretched. */
const sumTo = `def sum_to(dout, x):
    # x was stretched to dout's shape: a cell that was used several times gets the sum
    dout = dout.sum(axis=tuple(range(dout.ndim - np.ndim(x))))
    for axis, n in enumerate(np.shape(x)):
        if n == 1:
            dout = dout.sum(axis=axis, keepdims=True)
    return dout`

/**
 * The graph as a NumPy program in the book's style: a class for each kind of layer, forward calls, then backward calls in
 * reverse order; gradients of nodes that are used several times are summed.
 * @returns a program that prints {"value": …, "gradients": {"x": …}} as one line of JSON
 * @throws LabError graph.*
 */
export function numpyOf(document: GraphDocument): Listing {
  return new NumpyProgram(planOf(document)).listing()
}

class NumpyProgram {
  private readonly names: Names
  /** Variable of a node, or the literal of a constant, by node id */
  private readonly variables = new Map<string, string>()
  /** Variable of a node's gradient, by node id */
  private readonly gradients = new Map<string, string>()
  /** Variables of the contributions to a node's gradient so far, by node id */
  private readonly parts = new Map<string, string[]>()
  private readonly layerOf = new Map<string, { readonly layer: PythonClass, readonly variable: string }>()
  private stretches = false

  constructor(private readonly plan: Plan) {
    const { graph, operations, inputs, between } = plan
    const classes = exportable(operations).flatMap(({ code }) => code ? [code.numpy.name, ...code.numpy.ofConstant ? [code.numpy.ofConstant.name] : []] : [])
    this.names = new Names([...pythonWords, 'json', 'np', 'sum_to', ...classes])
    const given = [...inputs.keys(), ...operations.flatMap(({ name }) => name ?? [])] // the user's own names take precedence
    for (const name of given) this.variables.set(name, this.names.take(name))
    for (const node of graph.nodes) {
      if (node.kind === 'constant') this.variables.set(node.id, floatText(node.value))
      else if (!this.variables.has(node.id)) this.variables.set(node.id, this.names.take(node.id))
    }
    const counts = new Map<string, number>()
    for (const node of operations) {
      const layer = this.chooseLayer(node)
      const n = (counts.get(layer.variable) ?? 0) + 1
      counts.set(layer.variable, n)
      this.layerOf.set(node.id, { layer, variable: this.names.take(`${layer.variable}${n}`) })
    }
    for (const id of [...inputs.keys(), ...operations.map(({ id }) => id)])
      if (between.has(id) || inputs.has(id)) this.gradients.set(id, this.names.take(`d${this.variables.get(id)}`))
  }

  listing(): Listing {
    const { document, operations, inputs } = this.plan
    const forward = operations.map((node): Lines => ({ text: this.forwardCall(node), steps: [`forward:${node.id}`] }))
    const backward = this.backwardCalls()
    const layers = operations.map((node): Lines => ({ text: `${this.layerOf.get(node.id)!.variable} = ${this.newLayer(node)}` }))
    const given = [...inputs].map(([name, value]): Lines => ({ text: `${this.variables.get(name)} = ${value.shape.length === 0 ? floatText(value.data[0]!) : `np.array(${nestedText(value, floatText, '    ')})`}` }))
    const body = [
      ...this.classes(), ...this.stretches ? [{ text: `${sumTo}\n\n` }] : [],
      ...section('inputs', given), ...section('layers', layers), ...section('forward', forward), ...section('backward', backward),
      { text: `${this.print()}\n` },
    ]
    const imports = ['import json', ...body.some(({ text }) => text.includes('np.')) ? ['', 'import numpy as np'] : []].join('\n')
    const title = document.expression.trim().split(/[\n\r\u2028\u2029]+/).map(line => `# ${line}`).join('\n')
    return listingOf([{ text: `${title}\n${imports}\n\n` }, ...body])
  }

  /** The class of each kind of layer, line by line: the lines of its methods are the bodies of its nodes' calls. */
  private classes(): readonly Lines[] {
    const nodesOf = new Map<string, { readonly source: string, readonly ids: string[] }>()
    for (const [id, { layer: { name, source } }] of this.layerOf) nodesOf.set(name, { source, ids: [...nodesOf.get(name)?.ids ?? [], id] })
    return [...nodesOf.values()].flatMap(({ source, ids }) => {
      let method = ''
      const lines = source.split('\n').map((text): Lines => {
        const definition = /^ {4}def (\w+)/.exec(text)
        if (definition) method = definition[1]!
        return definition || text === '' || method === '__init__' ? { text } : { text, bodyOf: ids.map(id => `${method}:${id}`) }
      })
      return [...lines, { text: '\n' }]
    })
  }

  private chooseLayer({ operation, args }: OperationNode): PythonClass {
    const { ofConstant, ofMatrices, ...general } = operationOf(operation).code!.numpy
    if (ofConstant && this.constantOf(args[1]!) !== null) return ofConstant
    if (!ofMatrices) return general
    const onlyMatrices = this.plan.operations.every(node => node.operation !== operation || node.args.slice(0, 2).every(arg => this.plan.shapes.get(arg)!.length === 2))
    return onlyMatrices ? ofMatrices : general
  }

  /** The arguments of `forward`, without a constant that is passed to the constructor. */
  private argsOf({ id, operation, args }: OperationNode): readonly string[] {
    return this.layerOf.get(id)!.layer === operationOf(operation).code!.numpy.ofConstant ? args.slice(0, 1) : args
  }

  /** The value of a constant; null for 0, since x^0 has a special derivative at 0, and for other nodes. */
  private constantOf(id: string): number | null {
    const node = this.plan.graph.byId.get(id)
    return node?.kind === 'constant' && node.value !== 0 ? node.value : null
  }

  private newLayer(node: OperationNode): string {
    const { layer } = this.layerOf.get(node.id)!
    return `${layer.name}(${this.argsOf(node).length < node.args.length ? floatText(this.constantOf(node.args[1]!)!) : ''})`
  }

  /** For an operation along rows whose argument is a plain number, passed as a row of length 1: what the operation returns. Else null. */
  private loneRow({ operation, args }: OperationNode): 'row' | 'number' | null {
    const { alongRows } = operationOf(operation).code!.numpy
    return alongRows && this.plan.shapes.get(args[0]!)!.length === 0 ? alongRows.gives : null
  }

  private forwardCall(node: OperationNode): string {
    const { variable } = this.layerOf.get(node.id)!
    const lone = this.loneRow(node)
    const args = this.argsOf(node).map(arg => this.variables.get(arg)!).map(arg => lone ? `np.array([${arg}])` : arg)
    return `${this.variables.get(node.id)} = ${variable}.forward(${args.join(', ')})${lone === 'row' ? '[0]' : ''}`
  }

  private backwardCalls(): readonly Lines[] {
    const { graph, operations, upstream, between, inputs } = this.plan
    const calls: Lines[] = []
    if (between.has(graph.output)) {
      const number = upstream.data.every(d => d === upstream.data[0]) ? upstream.data[0]! : null
      const output = this.variables.get(graph.output)!
      const start = upstream.shape.length === 0 ? floatText(upstream.data[0]!) : number === null ? `np.array(${nestedText(upstream, floatText, '    ')})` : `np.full(${output}.shape, ${floatText(number)})`
      calls.push({ text: `${this.gradients.get(graph.output)} = ${start}`, steps: [`start:${graph.output}`] })
    }
    for (const node of [...operations].reverse()) if (between.has(node.id)) calls.push({ text: this.backwardCall(node).join('\n'), steps: [`backward:${node.id}`] })
    for (const [name, { shape }] of inputs)
      if (!between.has(name)) calls.push({ text: `${this.gradients.get(name)} = ${shape.length === 0 ? '0.0' : `np.zeros_like(${this.variables.get(name)})`}  # the result does not depend on it` })
    return calls
  }

  private backwardCall(node: OperationNode): readonly string[] {
    const { variable } = this.layerOf.get(node.id)!
    const args = this.argsOf(node)
    const targets = args.map(arg => this.target(arg))
    const lone = this.loneRow(node)
    const dout = this.gradients.get(node.id)!
    const single = args.length === 1
    const lines = [`${targets.join(', ')} = ${variable}.backward(${lone === 'row' ? `np.array([${dout}])` : dout})${single && lone ? '[0]' : ''}`]
    targets.forEach((target, slot) => {
      if (target === '_') return
      if (!single && lone) lines.push(`${target} = ${target}[0]`)
      else if (operationOf(node.operation).stretches && !sameShape(this.plan.shapes.get(args[slot]!)!, this.plan.shapes.get(node.id)!)) {
        this.stretches = true
        lines.push(`${target} = sum_to(${target}, ${this.variables.get(args[slot]!)})`)
      }
    })
    return [...lines, ...this.sums(new Set(args))]
  }

  /** The variable for a contribution to a node's gradient; the gradient itself if there is only one contribution. */
  private target(id: string): string {
    if (!this.plan.between.has(id)) return '_'
    const whole = this.gradients.get(id)!
    const parts = this.parts.get(id) ?? []
    this.parts.set(id, parts)
    if (this.plan.uses.get(id) === 1) return parts[0] = whole
    const part = this.names.take(`${whole}_${parts.length + 1}`)
    parts.push(part)
    return part
  }

  /** Sums the contributions of nodes whose uses have all sent theirs. */
  private sums(ids: ReadonlySet<string>): readonly string[] {
    return [...ids].flatMap((id) => {
      const parts = this.parts.get(id) ?? []
      const uses = this.plan.uses.get(id) ?? 0
      if (uses < 2 || parts.length < uses) return []
      const sum = uses > 8 ? `sum([${parts.join(', ')}])` : parts.join(' + ')
      return [`${this.gradients.get(id)} = ${sum}  # used ${uses} times: gradients add up`]
    })
  }

  private print(): string {
    const { graph, inputs, shapes } = this.plan
    const plain = (variable: string, id: string): string => shapes.get(id)!.length === 0 ? `float(${variable})` : `${variable}.tolist()`
    const gradients = [...inputs.keys()].map(name => `        ${JSON.stringify(name)}: ${plain(this.gradients.get(name)!, name)},\n`)
    return `print(json.dumps({\n    "value": ${plain(this.variables.get(graph.output)!, graph.output)},\n    "gradients": {${gradients.length > 0 ? '\n' : ''}${gradients.join('')}${gradients.length > 0 ? '    ' : ''}},\n}))`
  }
}

const section = (title: string, lines: readonly Lines[]): readonly Lines[] => lines.length === 0 ? [] : [{ text: `# ${title}` }, ...lines, { text: '' }]
