import { LabError } from '../errors'
import type { Precision } from '../tensor'
import type { OptimizerName } from '../train/config'
import { buildGraph } from './build'
import { parseProgram } from './expression'
import { isFault, operations } from './operations'
import type { Backward, Contribution, Forward, Graph, GraphDocument, GraphNode, OperationNode, Problem, Trace, Value } from './types'
import { filled, fromNested, roundTo, roundValue, sameShape, scalar, shapeText } from './values'
import { shapesOf } from './shapes'
import { stepsOf } from './steps'

export const defaultLearningRate = 0.1

/**
 * The forward pass: the value of every node, up to the first that cannot be computed.
 * @param inputs by name; all that the graph has
 * @param precision in which each node's result is kept
 */
export function forward(graph: Graph, inputs: ReadonlyMap<string, Value>, precision: Precision = 'float64'): Forward {
  const round = roundTo(precision)
  const values = new Map<string, Value>()
  const kept = new Map<string, Readonly<Record<string, Value>>>()
  const constant = (node: GraphNode): Value | null =>
    node.kind === 'input' ? inputs.get(node.name) ?? scalar(1) : node.kind === 'constant' ? scalar(node.value) : null
  for (const node of graph.nodes) {
    const given = constant(node)
    if (given) values.set(node.id, roundValue(given, precision))
  }
  for (const node of graph.nodes) {
    if (node.kind !== 'operation') continue
    const operation = operations[node.operation]
    const args = node.args.map(id => values.get(id)!)
    const fits = operation.shape(args.map(arg => arg.shape)) !== null
    const result = fits ? operation.forward(args, round) : misfit(node, args)
    if (isFault(result)) return { graph, values, kept, problem: problemAt(node, 'forward', result) }
    values.set(node.id, result.value)
    if (result.kept) kept.set(node.id, result.kept)
  }
  return { graph, values, kept, problem: null }
}

const misfit = (node: OperationNode, args: readonly Value[]): Pick<Problem, 'code' | 'details'> =>
  ({ code: 'graph.shapes', details: { operation: node.operation, found: args.map(arg => shapeText(arg.shape)).join(' ') } })

const problemAt = ({ id: node, operation }: OperationNode, phase: Problem['phase'], { code, details }: Pick<Problem, 'code' | 'details'>): Problem =>
  ({ node, phase, code, details: { operation, ...details } })

/**
 * The backward pass: each node sends upstream × local derivative to what it was made of; where a value was
 * used several times, what comes back adds up.
 * @param pass without a problem
 * @param upstream of the output's shape; 1 everywhere when left out
 */
export function backward({ graph, values, kept }: Forward, upstream: Value = filled(values.get(graph.output)!.shape, 1), precision: Precision = 'float64'): Backward {
  const round = roundTo(precision)
  const gradients = new Map<string, Value>([[graph.output, roundValue(upstream, precision)]])
  const contributions = new Map<string, Contribution[]>()
  const wanted = dependent(graph)
  for (const node of [...graph.nodes].reverse()) {
    const dout = gradients.get(node.id)
    if (node.kind !== 'operation' || !dout) continue // a definition that the output does not use
    const operation = operations[node.operation]
    const sent = operation.backward({ args: node.args.map(id => values.get(id)!), out: values.get(node.id)!, kept: kept.get(node.id) ?? {}, dout, round })
    for (const [slot, { local, value }] of sent.entries()) {
      const from = node.args[slot]!
      const bad = operation.infinite ? undefined : value.data.find(d => !Number.isFinite(d))
      if (bad !== undefined) {
        if (!wanted.has(from)) continue // x ^ 2 at −3 has no slope along the 2, and nobody asks
        const fault = { code: 'graph.infiniteSlope' as const, details: { found: String(bad) } }
        return { gradients, contributions, problem: problemAt(node, 'backward', fault) }
      }
      contributions.set(from, [...contributions.get(from) ?? [], { edge: { from, to: node.id, slot }, upstream: dout, local, value }])
      gradients.set(from, added(gradients.get(from), value, round))
    }
  }
  for (const { id } of graph.nodes) if (!gradients.has(id)) gradients.set(id, filled(values.get(id)!.shape, 0))
  return { gradients, contributions, problem: null }
}

function added(sum: Value | undefined, { shape, data }: Value, round: (x: number) => number): Value {
  return { shape, data: sum ? data.map((d, i) => round(sum.data[i]! + d)) : data }
}

/** Nodes that some input has a say in. */
function dependent(graph: Graph): ReadonlySet<string> {
  const ids = new Set<string>()
  for (const node of graph.nodes)
    if (node.kind === 'input' || (node.kind === 'operation' && node.args.some(arg => ids.has(arg)))) ids.add(node.id)
  return ids
}

/** A document's inputs, 1 for each that it leaves out. @throws LabError graph.inputValue, graph.tooLarge */
export function inputsOf(graph: Graph, { inputs }: GraphDocument): ReadonlyMap<string, Value> {
  const given = new Map(Object.entries(inputs))
  return new Map(graph.inputs.map(name => [name, fromNested(given.get(name) ?? 1, name)]))
}

const nothing: Backward = { gradients: new Map(), contributions: new Map(), problem: null }

/** What a run needs beside the graph and its inputs. */
export interface RunOptions {
  /** What flows into the output from upstream, of its shape or one number for all of it; 1 when left out */
  readonly upstream?: Value
  /** Inputs that an update changes */
  readonly parameters?: readonly string[]
  /** η of the update */
  readonly learningRate?: number
  /** Another optimizer than SGD, and what its update makes of the parameters */
  readonly update?: { readonly optimizer: OptimizerName, readonly make: (gradients: ReadonlyMap<string, Value>) => ReadonlyMap<string, Value> }
}

/**
 * Parses, builds and runs a graph, forward, backward and, where it has parameters, their update.
 * @throws LabError graph.* for an expression or an input that is none or too large; what a node cannot compute is the trace's problem
 */
export function traceOf(document: GraphDocument): Trace {
  const graph = buildGraph(parseProgram(document.expression), document.opened)
  const { upstream, parameters, learningRate } = document
  const inputs = inputsOf(graph, document)
  shapesOf(graph, inputs) // before anything is computed that nobody could read
  return runGraph(graph, inputs, {
    ...upstream === undefined ? {} : { upstream: fromNested(upstream, 'upstream') },
    ...parameters ? { parameters } : {}, ...learningRate === undefined ? {} : { learningRate },
  })
}

/**
 * Runs a graph on inputs of any size.
 * @throws LabError graph.shapes when the upstream is not of the output's shape
 */
export function runGraph(graph: Graph, inputs: ReadonlyMap<string, Value>, options: RunOptions = {}): Trace {
  const there = forward(graph, inputs)
  const upstream = there.problem ? scalar(1) : upstreamOf(options, there.values.get(graph.output)!)
  const back = there.problem ? nothing : backward(there, upstream)
  const problem = there.problem ?? back.problem
  const update = { optimizer: options.update?.optimizer ?? 'sgd', learningRate: options.learningRate ?? defaultLearningRate }
  const updated = problem ? new Map<string, Value>() : updates(options, graph, inputs, back)
  return { graph, forward: there, backward: back, upstream, updated, update, problem, steps: stepsOf(graph, updated.keys(), problem) }
}

function upstreamOf({ upstream = scalar(1) }: RunOptions, { shape }: Value): Value {
  if (upstream.shape.length === 0) return filled(shape, upstream.data[0]!)
  if (sameShape(upstream.shape, shape)) return upstream
  throw new LabError('graph.shapes', `upstream must be ${shapeText(shape)}`, { operation: 'upstream', found: shapeText(upstream.shape), wanted: shapeText(shape) })
}

/** W − η · dW of each parameter, against the gradient, which points uphill; or what another optimizer makes of it. */
function updates({ parameters = [], learningRate = defaultLearningRate, update }: RunOptions, graph: Graph, inputs: ReadonlyMap<string, Value>, { gradients }: Backward): ReadonlyMap<string, Value> {
  if (update) return update.make(gradients)
  return new Map(graph.inputs.filter(name => parameters.includes(name)).map((name) => {
    const { shape, data } = inputs.get(name)!
    const { data: d } = gradients.get(name)!
    return [name, { shape, data: data.map((w, i) => w - learningRate * d[i]!) }]
  }))
}
