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
  /** √Σx² */
  readonly norm: number
  /** Range of the finite elements */
  readonly min: number
  readonly max: number
  /** Percentage of elements that are exactly 0 */
  readonly zeroShare: number
  /** √Σ(x − before)² of the latest update; only for parameters that have been updated */
  readonly updateNorm?: number
  /** Counts in equal bins, symmetric about zero, which is in the middle bin */
  readonly histogram: Histogram
}

export const histogramBins = 41
/** Limit for reading one tensor: 262,144 float32 are 1 MB. */
export const maxReadNumbers = 262_144

/** Statistics of all weights, activations and gradients, as of the latest mini-batch. */
export function probeBlocks(trainer: ProbedTrainer): { readonly name: string, readonly tensors: readonly TensorStats[] }[] {
  const { model } = trainer
  return model.layers.map(({ name }, i) => ({
    name,
    tensors: model.definitions[i]!.parts.map((tensorName) => {
      const path = `${name}.${tensorName}`
      const summary = summarizeTensor(path, tensorAt(model, path))
      const slot = trainer.updated ? model.params.find(param => param.path === path)?.slot : undefined
      return slot?.before ? { ...summary, updateNorm: distance(slot.value.data, slot.before.data) } : summary
    }),
  }))
}

/** The part of a trainer that is read here. */
export type ProbedTrainer = Pick<Trainer, 'model' | 'updated' | 'latestImages' | 'dataset'>

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

const noTensor = (path: string): LabError => new LabError('train.noTensor', `the network has no tensor ${path}`, { found: path })

/** Takes two passes: for the range, then for the histogram over it. */
export function summarizeTensor(path: string, { data, shape }: Pick<Tensor, 'data' | 'shape'>): TensorStats {
  const { norm, min, max, zeros } = rangeOf(data)
  const limit = Math.max(Math.abs(min), Math.abs(max)) || 1
  const counts = new Uint32Array(histogramBins)
  const scale = histogramBins / (2 * limit)
  for (let i = 0; i < data.length; i++) {
    const x = data[i]!
    if (x - x === 0) counts[Math.min(histogramBins - 1, Math.floor((x + limit) * scale))]!++ // finite numbers only
  }
  return { path, shape, norm, min, max, zeroShare: 100 * zeros / data.length, histogram: { from: -limit, to: limit, counts } }
}

/** A range of whole columns of a tensor; a unit's weights are a column of W. */
export interface TensorWindow {
  readonly shape: readonly number[]
  readonly firstColumn: number
  readonly columns: number
  /** rows × columns, row-major */
  readonly data: Float32Array
  /** Largest magnitude and norm of the whole tensor */
  readonly absMax: number
  readonly norm: number
}

/**
 * Copies columns of a tensor, at most `maxReadNumbers` numbers. A vector counts as one row.
 * @param window first column and number of columns; by default, and at most, as many as fit
 */
export function readTensor({ data, shape, rows, columns }: Tensor, window: { readonly firstColumn?: number, readonly columns?: number } = {}): TensorWindow {
  const [height, width] = shape.length < 2 ? [1, data.length] : [rows, columns]
  const firstColumn = Math.min(window.firstColumn ?? 0, width - 1)
  const count = Math.max(1, Math.min(window.columns ?? width, width - firstColumn, Math.floor(maxReadNumbers / height)))
  const copy = new Float32Array(height * count)
  for (let row = 0; row < height; row++) {
    const from = row * width + firstColumn
    copy.set(data.subarray(from, from + count), row * count)
  }
  const { norm, min, max } = rangeOf(data)
  return { shape, firstColumn, columns: count, data: copy, absMax: Math.max(Math.abs(min), Math.abs(max)), norm }
}

/** Norm, range and zeros in double precision; the range covers finite numbers only, and is 0 to 0 without any. */
function rangeOf(data: Tensor['data']): { norm: number, min: number, max: number, zeros: number } {
  let min = Infinity
  let max = -Infinity
  let squares = 0
  let zeros = 0
  for (let i = 0; i < data.length; i++) {
    const x = data[i]!
    squares += x * x
    if (x === 0) zeros++
    if (x - x !== 0) continue
    if (x < min) min = x
    if (x > max) max = x
  }
  return min > max ? { norm: Math.sqrt(squares), min: 0, max: 0, zeros } : { norm: Math.sqrt(squares), min, max, zeros }
}
