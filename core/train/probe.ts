import { imageAt } from '../data/images'
import { LabError } from '../errors'
import type { Model } from '../network/model'
import type { Tensor } from '../tensor'
import type { Trainer } from './trainer'

/** Counts in equal bins between `from` and `to`. */
export interface Histogram {
  readonly from: number
  readonly to: number
  readonly counts: Uint32Array
}

/** Statistics of one tensor. */
export interface TensorStats {
  /** 'affine1.dW' */
  readonly path: string
  readonly shape: readonly number[]
  /** √Σx² of the finite elements */
  readonly norm: number
  /** Mean of |x| of the finite elements */
  readonly meanAbs: number
  /** Range of the finite elements */
  readonly min: number
  readonly max: number
  /** Percentage of elements that are exactly 0 */
  readonly zeroShare: number
  /** Number of elements that are NaN, Infinity or −Infinity */
  readonly nonFinite: number
  /** √Σ(x − before)² of the latest update; only for parameters that have been updated */
  readonly updateNorm?: number
  /** Counts of the finite elements in equal bins, symmetric about zero, which is in the middle bin */
  readonly histogram: Histogram
}

export const histogramBins = 41
/** Limit for reading one tensor: 262,144 float32 are 1 MB. */
export const maxReadNumbers = 262_144

/** Statistics of a block's tensors. */
export interface BlockStats {
  /** 'affine1' */
  readonly name: string
  readonly tensors: readonly TensorStats[]
}

/**
 * Statistics of all weights, activations and gradients, as of the latest mini-batch.
 * @param options `shared`: whether all histograms of the same aspect (gradients, weights, biases, activations) have one range
 */
export function probeBlocks(trainer: ProbedTrainer, { shared = false } = {}): BlockStats[] {
  const { model } = trainer
  const tensorsOf = (i: number) => model.definitions[i]!.parts.map(part => ({ part, path: `${model.layers[i]!.name}.${part}` }))
  const aspectOf = (i: number, part: string): string => Object.entries(model.definitions[i]!.aspects).find(([, name]) => name === part)?.[0] ?? part
  const limits = new Map<string, number>()
  if (shared) model.layers.forEach((_, i) => {
    for (const { part, path } of tensorsOf(i)) {
      const { min, max } = rangeOf(tensorAt(model, path).data)
      const aspect = aspectOf(i, part)
      limits.set(aspect, Math.max(limits.get(aspect) ?? 0, -min, max))
    }
  })
  return model.layers.map(({ name }, i) => ({
    name,
    tensors: tensorsOf(i).map(({ part, path }) => {
      const summary = summarizeTensor(path, tensorAt(model, path), limits.get(aspectOf(i, part)))
      const slot = trainer.updated ? model.params.find(param => param.path === path)?.slot : undefined
      return slot?.before ? { ...summary, updateNorm: distance(slot.value.data, slot.before.data) } : summary
    }),
  }))
}

/** Size of a layer's latest update. */
export interface LayerUpdate {
  /** 'affine1' */
  readonly layer: string
  /** ‖ΔW‖ / ‖W‖; null before the first update, and for weights that are all 0 */
  readonly ratio: number | null
}

/** The updates of all layers with weights. @param blocks the trainer's statistics */
export function updatesOf({ model }: Pick<ProbedTrainer, 'model'>, blocks: readonly BlockStats[]): LayerUpdate[] {
  return blocks.flatMap(({ name, tensors }, i) => {
    const { weight } = model.definitions[i]!.aspects
    const stats = tensors.find(({ path }) => path === `${name}.${weight}`)
    if (!stats) return []
    const { norm, updateNorm } = stats
    return [{ layer: name, ratio: updateNorm === undefined || norm === 0 ? null : updateNorm / norm }]
  })
}

/** The part of a trainer that is read here. */
export type ProbedTrainer = Pick<Trainer, 'model' | 'updated' | 'latestImages' | 'dataset' | 'ops'>

function distance(a: Tensor['data'], b: Tensor['data']): number {
  let squares = 0
  for (let i = 0; i < a.length; i++) squares += (a[i]! - b[i]!) ** 2
  return Math.sqrt(squares)
}

/** One weight, before and after the latest update. */
export interface WeightChange {
  readonly row: number
  readonly column: number
  readonly before: number
  /** Gradient of the loss at `before` */
  readonly gradient: number
  readonly after: number
}

/**
 * The weight of an affine layer that the latest update changed most; of equal ones the first.
 * @param name 'affine2'
 * @returns null if there was no update or it changed no weight
 * @throws LabError train.noTensor when the network has no such layer
 */
export function largestChange({ model, updated }: Pick<ProbedTrainer, 'model' | 'updated'>, name: string): WeightChange | null {
  const W = model.params.find(({ path }) => path === `${name}.W`)?.slot
  if (!W) throw noTensor(`${name}.W`)
  if (!updated || !W.before) return null
  const [after, before, gradient] = [W.value.data, W.before.data, W.grad.data]
  let at = -1
  let largest = 0
  for (let i = 0; i < after.length; i++) {
    const distance = Math.abs(after[i]! - before[i]!)
    if (distance > largest) [at, largest] = [i, distance]
  }
  const { columns } = W.value
  return at < 0 ? null : { row: Math.floor(at / columns), column: at % columns, before: before[at]!, gradient: gradient[at]!, after: after[at]! }
}

/** A training image as the network's input. */
export interface LabelledImage {
  /** 0 (paper) to 1 (ink) */
  readonly pixels: Float32Array
  readonly label: number
}

/** The first `count` images of a mini-batch with their labels. @param indices of training images */
export function imagesAt({ dataset: { train } }: Pick<ProbedTrainer, 'dataset'>, indices: Uint32Array, count: number): LabelledImage[] {
  return Array.from(indices.subarray(0, count), index => ({ pixels: imageAt(train, index), label: train.labels[index]! }))
}

/** @throws LabError train.noTensor when the network has no such tensor */
export function tensorAt(model: Model, path: string): Tensor {
  const tensor = model.tensor(path)
  if (!tensor) throw noTensor(path)
  return tensor
}

/** Error for a path or a name of a layer that the network does not have. */
export const noTensor = (path: string): LabError => new LabError('train.noTensor', `the network has no tensor ${path}`, { found: path })

/**
 * Takes two passes: for the range, then for the histogram over it.
 * @param range the histogram's range is −range to range; left out, or 0: the tensor's own
 */
export function summarizeTensor(path: string, { data, shape }: Pick<Tensor, 'data' | 'shape'>, range = 0): TensorStats {
  const { norm, meanAbs, min, max, zeros, nonFinite } = rangeOf(data)
  const limit = range || Math.max(Math.abs(min), Math.abs(max)) || 1
  const counts = new Uint32Array(histogramBins)
  const scale = histogramBins / (2 * limit)
  for (let i = 0; i < data.length; i++) {
    const x = data[i]!
    if (x - x === 0) counts[Math.min(histogramBins - 1, Math.floor((x + limit) * scale))]!++ // finite numbers only
  }
  return { path, shape, norm, meanAbs, min, max, zeroShare: 100 * zeros / data.length, nonFinite, histogram: { from: -limit, to: limit, counts } }
}

/** A range of rows and columns of a tensor; a unit's weights are a column of W. */
export interface TensorWindow {
  readonly shape: readonly number[]
  readonly firstRow: number
  readonly rows: number
  readonly firstColumn: number
  readonly columns: number
  /** rows × columns, row-major */
  readonly data: Float32Array
  /** Largest magnitude and norm of the whole tensor's finite elements */
  readonly absMax: number
  readonly norm: number
}

/** What is read of a tensor; by default, and at most, as many rows and columns as fit. */
export interface WindowQuery {
  readonly firstRow?: number | undefined
  readonly rows?: number | undefined
  readonly firstColumn?: number | undefined
  readonly columns?: number | undefined
}

/** Copies rows and columns of a tensor, at most `maxReadNumbers` numbers: rather fewer columns than fewer rows. A vector counts as one row. */
export function readTensor({ data, shape, rows, columns }: Tensor, window: WindowQuery = {}): TensorWindow {
  const [height, width] = shape.length < 2 ? [1, data.length] : [rows, columns]
  const firstRow = Math.min(window.firstRow ?? 0, height - 1)
  const rowCount = Math.max(1, Math.min(window.rows ?? height, height - firstRow, maxReadNumbers))
  const firstColumn = Math.min(window.firstColumn ?? 0, width - 1)
  const count = Math.max(1, Math.min(window.columns ?? width, width - firstColumn, Math.floor(maxReadNumbers / rowCount)))
  const copy = new Float32Array(rowCount * count)
  for (let row = 0; row < rowCount; row++) {
    const from = (firstRow + row) * width + firstColumn
    copy.set(data.subarray(from, from + count), row * count)
  }
  const { norm, min, max } = rangeOf(data)
  return { shape, firstRow, rows: rowCount, firstColumn, columns: count, data: copy, absMax: Math.max(Math.abs(min), Math.abs(max)), norm }
}

/** Statistics of the finite numbers in double precision; the range is 0 to 0 without any. */
function rangeOf(data: Tensor['data']): { norm: number, meanAbs: number, min: number, max: number, zeros: number, nonFinite: number } {
  let [min, max, squares, absolute, zeros, nonFinite] = [Infinity, -Infinity, 0, 0, 0, 0]
  for (let i = 0; i < data.length; i++) {
    const x = data[i]!
    if (x - x !== 0) {
      nonFinite++
      continue
    }
    squares += x * x
    absolute += Math.abs(x)
    if (x === 0) zeros++
    if (x < min) min = x
    if (x > max) max = x
  }
  const meanAbs = absolute / Math.max(1, data.length - nonFinite)
  return { norm: Math.sqrt(squares), meanAbs, ...min > max ? { min: 0, max: 0 } : { min, max }, zeros, nonFinite }
}
