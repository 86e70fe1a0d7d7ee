import type { LabelledImage, RunConfig, WeightMove } from '@core'
import * as v from 'valibot'
import { count } from './schema'

const tensorQuery = v.pipe(v.strictObject({
  /** 'affine1.W', 'affine1.dW' */
  path: v.pipe(v.string(), v.regex(/^\w{1,40}\.\w{1,8}$/)),
  firstColumn: v.optional(count),
  /** How many columns; left out: as many as fit */
  columns: v.optional(count),
}), v.readonly())

/** What a view asks about the run at one step, at most 10 times a second. What is left out is not computed. */
export const probeQuery = v.strictObject({
  /** Statistics of every block's tensors */
  stats: v.optional(v.boolean()),
  /** Parts of tensors, for heat maps */
  tensors: v.optional(v.pipe(v.array(tensorQuery), v.maxLength(8), v.readonly())),
  /** How many images of the latest mini-batch */
  images: v.optional(v.pipe(count, v.maxValue(100))),
  /** An affine layer, 'affine2': which of its weights the latest update changed most */
  move: v.optional(v.pipe(v.string(), v.regex(/^\w{1,40}$/))),
})
export type TensorQuery = v.InferOutput<typeof tensorQuery>
export type ProbeQuery = Readonly<v.InferOutput<typeof probeQuery>>

/** Counts over equal bins from `from` to `to`. */
export interface Histogram {
  readonly from: number
  readonly to: number
  readonly counts: Uint32Array
}

/** Statistics of one parameter, gradient or activation. */
export interface TensorStats {
  /** 'affine1.dW' */
  readonly path: string
  readonly shape: readonly number[]
  /** √Σx² */
  readonly norm: number
  readonly min: number
  readonly max: number
  /** Percentage of elements that are exactly 0 */
  readonly zeroShare: number
  /** √Σ(x − before)² of the latest update, if it changed this tensor */
  readonly moved?: number
  readonly histogram: Histogram
}

/** The answer. All of it is of one step of one run: a view never joins two answers. */
export interface ProbeFrame {
  readonly runId: number
  /** Mini-batches learned; activations and gradients are of the latest one */
  readonly step: number
  /** Loss of the latest mini-batch, null before the first */
  readonly loss: number | null
  /** Each block's tensors: W, dW, b, db and out of an affine layer, out and dout of the others */
  readonly blocks: readonly { readonly name: string, readonly tensors: readonly TensorStats[] }[]
  /** In the order of the query */
  readonly tensors: readonly TensorFrame[]
  readonly images: readonly LabelledImage[]
  /** Null before the first update, and when it changed nothing */
  readonly move: WeightMove | null
}

export interface TensorFrame {
  readonly path: string
  /** Of the whole tensor */
  readonly shape: readonly number[]
  readonly firstColumn: number
  readonly columns: number
  /** rows × columns, row-major: at most 262,144 numbers */
  readonly data: Float32Array
  /** Largest magnitude in the whole tensor: the end of the colour scale */
  readonly absMax: number
  readonly norm: number
}

/** The run's next step: its mini-batch, the weights and the optimizer's state before it. */
export interface BatchFrame {
  readonly runId: number
  /** Mini-batches learned so far */
  readonly step: number
  readonly config: RunConfig
  /** Number of images in the whole mini-batch */
  readonly of: number
  /** The first images, as many as were asked for */
  readonly images: readonly LabelledImage[]
  readonly params: readonly { readonly name: string, readonly W: Float32Array, readonly b: Float32Array }[]
  /** The optimizer's state: of W and b of each layer in turn */
  readonly optimizer: { readonly updates: number, readonly kept: readonly (readonly Float32Array[])[] }
}
