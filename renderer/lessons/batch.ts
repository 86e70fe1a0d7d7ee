import { buildGraph, MiniBatches, parseProgram, runGraph, type Trace, type Value } from '@core'
import type { RunState } from '@contract'
import { request } from '../bridge'

/** The Lab's network on the mini-batch that it learns next, as a graph like any other. */
export interface BatchTrace {
  readonly trace: Trace
  readonly runId: number
  /** Mini-batches learned so far: these are the weights after them */
  readonly step: number
  /** Images in the graph, and in the whole mini-batch: a large network gets fewer */
  readonly rows: number
  readonly of: number
  readonly labels: readonly number[]
}

/** Numbers that one request may ask for, as main answers at most. */
const maxNumbers = 262_144
/** Multiply-adds of a forward pass that a window may spend without being felt: about a tenth of a second */
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
 * Reads the paused run's weights and its next mini-batch, and runs them here, forward and backward.
 * @throws LabError when main cannot answer
 */
export async function loadBatch({ config, runId, step }: RunState, trainImages: number): Promise<BatchTrace> {
  const { layers, batchSize, seed, learningRate } = config
  const { indices } = new MiniBatches(trainImages, batchSize, seed).at(step)
  const weights = layers.slice(1).reduce((sum, units, i) => sum + units * layers[i]!, 0)
  const rows = Math.max(1, Math.min(indices.length, Math.floor(maxWork / weights)))
  const images = await Promise.all(Array.from(indices.subarray(0, rows), index => request('data:image', { split: 'train', index })))

  const parameters = layers.slice(1).flatMap((_, i) => [`W${i + 1}`, `b${i + 1}`])
  const inputs = new Map<string, Value>([
    ['X', { shape: [rows, layers[0]!], data: images.flatMap(({ image }) => [...image]) }],
    ['T', { shape: [rows, layers.at(-1)!], data: images.flatMap(({ label }) => Array.from({ length: layers.at(-1)! }, (_, k) => k === label ? 1 : 0)) }],
  ])
  for (const [i, units] of layers.slice(1).entries()) {
    inputs.set(`W${i + 1}`, await readTensor(`affine${i + 1}.W`, [layers[i]!, units]))
    inputs.set(`b${i + 1}`, await readTensor(`affine${i + 1}.b`, [units]))
  }
  const graph = buildGraph(parseProgram(expressionOf(config)))
  return { trace: runGraph(graph, inputs, { parameters, learningRate }), runId, step, rows, of: indices.length, labels: images.map(({ label }) => label) }
}

/** By pages of columns, as large tensors do not fit into one answer. */
async function readTensor(path: string, shape: readonly number[]): Promise<Value> {
  const columns = shape.at(-1)!
  const rows = shape.length < 2 ? 1 : shape[0]!
  const page = Math.max(1, Math.floor(maxNumbers / rows))
  const data = new Array<number>(rows * columns)
  for (let first = 0; first < columns; first += page) {
    const frame = await request('probe:tensor', { path, firstColumn: first, columns: Math.min(page, columns - first) })
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < frame.columns; column++) data[row * columns + first + column] = frame.data[row * frame.columns + column]!
  }
  return { shape, data }
}
