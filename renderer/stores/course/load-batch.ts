import { Arena, buildGraph, createOptimizer, createReferenceOps, type NamedParams, parseProgram, runGraph, Slot, Tensor, type Trace, type Value } from '@core'
import type { BatchFrame, RunState } from '@contract'
import { request } from '../../lib/bridge'

/** The current network on its next mini-batch, as a trace of a graph. */
export interface BatchTrace {
  readonly trace: Trace
  readonly runId: number
  /** Mini-batches learned so far: the weights are those after this step */
  readonly step: number
  /** Units of the run's layers */
  readonly layers: readonly number[]
  /** Images in the graph, fewer for a large network; `of` counts the whole mini-batch */
  readonly rows: number
  readonly of: number
  readonly labels: readonly number[]
}

/** Multiply-adds of a forward pass that take the window about a tenth of a second: a delay that is hardly felt */
const maxWork = 12_000_000

/** `a1 = affine(X, W1, b1); z1 = relu(a1); …; L = softmaxWithLoss(a2, T)` */
export function expressionOf({ layers, activation }: RunState['config']): string {
  const last = layers.length - 1
  const lines = Array.from({ length: last }, (_, i) => {
    const affine = `a${i + 1} = affine(${i === 0 ? 'X' : `z${i}`}, W${i + 1}, b${i + 1})`
    return i + 1 < last ? `${affine}; z${i + 1} = ${activation}(a${i + 1})` : affine
  })
  return `${lines.join('; ')}; L = softmaxWithLoss(a${last}, T)`
}

/**
 * Reads a run's weights and its next mini-batch, and computes forward, backward and the optimizer's update in the window.
 * @throws LabError when main cannot answer
 */
export async function loadBatch({ config: { layers } }: Pick<RunState, 'config'>): Promise<BatchTrace> {
  const weights = layers.slice(1).reduce((sum, units, i) => sum + units * layers[i]!, 0)
  return traceOf(await request('run:batch', { rows: Math.max(1, Math.floor(maxWork / weights)) }))
}

function traceOf(frame: BatchFrame): BatchTrace {
  const { runId, step, of, images, params, config } = frame
  const { layers, learningRate, optimizer } = config
  const rows = images.length
  const classes = layers.at(-1)!
  const inputs = new Map<string, Value>([
    ['X', { shape: [rows, layers[0]!], data: images.flatMap(({ pixels }) => [...pixels]) }],
    ['T', { shape: [rows, classes], data: images.flatMap(({ label }) => Array.from({ length: classes }, (_, k) => k === label ? 1 : 0)) }],
  ])
  for (const [i, { W, b }] of params.entries()) {
    inputs.set(`W${i + 1}`, { shape: [layers[i]!, layers[i + 1]!], data: Array.from(W) })
    inputs.set(`b${i + 1}`, { shape: [layers[i + 1]!], data: Array.from(b) })
  }
  const graph = buildGraph(parseProgram(expressionOf(config)))
  const parameters = params.flatMap((_, i) => [`W${i + 1}`, `b${i + 1}`])
  const update = { optimizer, make: (gradients: ReadonlyMap<string, Value>) => updatedBy(frame, inputs, gradients) }
  const trace = runGraph(graph, inputs, { parameters, learningRate, ...optimizer === 'sgd' ? {} : { update } })
  return { trace, runId, step, layers, rows, of, labels: images.map(({ label }) => label) }
}

/** The parameters after an update by the run's optimizer, starting from its present state. */
function updatedBy({ config, optimizer: { updates, state } }: BatchFrame, inputs: ReadonlyMap<string, Value>, gradients: ReadonlyMap<string, Value>): ReadonlyMap<string, Value> {
  const tensor = ({ data, shape }: Value): Tensor => Tensor.from(data, shape, 'float64')
  const slot = (name: string) => new Slot(tensor(inputs.get(name)!), tensor(gradients.get(name)!)) as NamedParams['W']
  const params = config.layers.slice(1).map((_, i) => ({ name: `affine${i + 1}`, W: slot(`W${i + 1}`), b: slot(`b${i + 1}`) }))
  const optimizer = createOptimizer(config, params, new Arena('float64'))
  optimizer.updates = updates
  for (const [i, { tensors }] of optimizer.state.entries()) for (const [j, { data }] of tensors.entries()) data.set(state[i]![j]!)
  optimizer.step(createReferenceOps('float64'), params)
  const after = (value: Value, { data }: Tensor): Value => ({ shape: value.shape, data: Array.from(data) })
  return new Map(params.flatMap(({ W, b }, i) => [
    [`W${i + 1}`, after(inputs.get(`W${i + 1}`)!, W.value)], [`b${i + 1}`, after(inputs.get(`b${i + 1}`)!, b.value)],
  ] as const))
}
