import type { OptimizerSpec } from '../config'
import { backward } from './backward'
import { buildGraph } from './build'
import { parseProgram } from './expression'
import { forward } from './forward'
import type { Backward, Graph, GraphDocument, Trace, Value } from './types'
import { allFinite, fromNested, scalar } from './values'
import { shapesOf, upstreamOf } from './shapes'
import { stepsOf } from './steps'

export const defaultLearningRate = 0.1

/** A document's inputs; missing ones are 1. @throws LabError graph.inputValue, graph.tooLarge */
export function inputsOf(graph: Graph, { inputs }: GraphDocument): ReadonlyMap<string, Value> {
  const given = new Map(Object.entries(inputs))
  return new Map(graph.inputs.map(name => [name, fromNested(given.get(name) ?? 1, name)]))
}

const emptyBackward: Backward = { gradients: new Map(), contributions: new Map(), whole: new Map(), apart: new Set(), missing: new Map() }

/** Options of a run, besides the graph and its inputs. */
export interface RunOptions {
  /** Initial gradient at the output: of its shape, or one number for all cells; 1 when left out */
  readonly upstream?: Value
  /** Inputs that the update changes */
  readonly parameters?: readonly string[]
  /** Learning rate η of the update */
  readonly learningRate?: number
  /** The update of an optimizer other than SGD; `make` returns the updated parameters */
  readonly update?: { readonly optimizer: OptimizerSpec, readonly make: (gradients: ReadonlyMap<string, Value>) => ReadonlyMap<string, Value> }
}

/**
 * Parses, builds and runs a graph: forward, backward and, if it has parameters, the update.
 * @throws LabError graph.* for an invalid or too large expression or input; if a node cannot be computed, the trace has a problem instead
 */
export function traceOf(document: GraphDocument): Trace {
  const graph = buildGraph(parseProgram(document.expression), document.opened)
  const { upstream, parameters, learningRate } = document
  const inputs = inputsOf(graph, document)
  shapesOf(graph, inputs) // checks the size before computing anything
  return runGraph(graph, inputs, {
    ...upstream === undefined ? {} : { upstream: fromNested(upstream, 'upstream') },
    ...parameters ? { parameters } : {}, ...learningRate === undefined ? {} : { learningRate },
  })
}

/**
 * Runs a graph.
 * @throws LabError graph.shapes when the upstream does not have the output's shape
 */
export function runGraph(graph: Graph, inputs: ReadonlyMap<string, Value>, options: RunOptions = {}): Trace {
  const forwardPass = forward(graph, inputs)
  const upstream = forwardPass.problem ? scalar(1) : upstreamOf(options.upstream ?? scalar(1), forwardPass.values.get(graph.output)!.shape)
  const backwardPass = forwardPass.problem ? emptyBackward : backward(forwardPass, upstream)
  const { problem } = forwardPass
  const { learningRate = defaultLearningRate } = options
  const update: OptimizerSpec = options.update?.optimizer ?? { kind: 'sgd', learningRate }
  const updated = problem ? new Map<string, Value>() : updates(options, graph, inputs, backwardPass)
  return { graph, forward: forwardPass, backward: backwardPass, upstream, updated, update, problem, steps: stepsOf(graph, updated.keys(), problem) }
}

/** Gradient descent, W − η · dW, for each parameter with a gradient; or the update of another optimizer. */
function updates({ parameters = [], learningRate = defaultLearningRate, update }: RunOptions, graph: Graph, inputs: ReadonlyMap<string, Value>, { gradients }: Backward): ReadonlyMap<string, Value> {
  if (update) return update.make(gradients)
  return new Map(graph.inputs.filter(name => parameters.includes(name) && allFinite(gradients.get(name)!)).map((name) => {
    const { shape, data } = inputs.get(name)!
    const { data: d } = gradients.get(name)!
    return [name, { shape, data: data.map((w, i) => w - learningRate * d[i]!) }]
  }))
}
