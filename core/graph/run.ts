import type { OptimizerName } from '../config'
import { backward } from './backward'
import { buildGraph } from './build'
import { parseProgram } from './expression'
import { forward } from './forward'
import type { Backward, Graph, GraphDocument, Trace, Value } from './types'
import { allFinite, fromNested, scalar } from './values'
import { shapesOf, upstreamOf } from './shapes'
import { stepsOf } from './steps'

export const defaultLearningRate = 0.1

/** A document's inputs, 1 for each that it leaves out. @throws LabError graph.inputValue, graph.tooLarge */
export function inputsOf(graph: Graph, { inputs }: GraphDocument): ReadonlyMap<string, Value> {
  const given = new Map(Object.entries(inputs))
  return new Map(graph.inputs.map(name => [name, fromNested(given.get(name) ?? 1, name)]))
}

const nothing: Backward = { gradients: new Map(), contributions: new Map(), whole: new Map(), apart: new Set(), missing: new Map() }

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
 * @throws LabError graph.* for an expression or input that is invalid or too large; a node that cannot be computed becomes the trace's problem
 */
export function traceOf(document: GraphDocument): Trace {
  const graph = buildGraph(parseProgram(document.expression), document.opened)
  const { upstream, parameters, learningRate } = document
  const inputs = inputsOf(graph, document)
  shapesOf(graph, inputs) // refuses a graph that is too large before anything is computed
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
  const upstream = there.problem ? scalar(1) : upstreamOf(options.upstream ?? scalar(1), there.values.get(graph.output)!.shape)
  const back = there.problem ? nothing : backward(there, upstream)
  const { problem } = there
  const update = { optimizer: options.update?.optimizer ?? 'sgd', learningRate: options.learningRate ?? defaultLearningRate }
  const updated = problem ? new Map<string, Value>() : updates(options, graph, inputs, back)
  return { graph, forward: there, backward: back, upstream, updated, update, problem, steps: stepsOf(graph, updated.keys(), problem) }
}

/** Gradient descent, W − η · dW, of each parameter that has a gradient; or the update of another optimizer. */
function updates({ parameters = [], learningRate = defaultLearningRate, update }: RunOptions, graph: Graph, inputs: ReadonlyMap<string, Value>, { gradients }: Backward): ReadonlyMap<string, Value> {
  if (update) return update.make(gradients)
  return new Map(graph.inputs.filter(name => parameters.includes(name) && allFinite(gradients.get(name)!)).map((name) => {
    const { shape, data } = inputs.get(name)!
    const { data: d } = gradients.get(name)!
    return [name, { shape, data: data.map((w, i) => w - learningRate * d[i]!) }]
  }))
}
