import type { BatchRows, BatchUnits, BlockStats, DatasetInfo, HealthColumn, LabelledImage, LayerUpdate, RunConfig, SavedTensor, TensorStats, TensorWindow, UnitColumn, WeightChange } from '@core'
import * as v from 'valibot'
import { count, layerName } from './schema'

const tensorQuery = v.pipe(v.strictObject({
  /** 'affine1.W', 'affine1.dW' */
  path: v.pipe(v.string(), v.regex(/^\w{1,40}\.\w{1,16}$/)),
  firstColumn: v.optional(count),
  /** Number of columns; omitted: as many as fit */
  columns: v.optional(count),
  firstRow: v.optional(count),
  /** Number of rows; omitted: all */
  rows: v.optional(count),
}), v.readonly())

/**
 * A view's query about the run at one step, at most 10 times per second. Omitted parts are not computed. While the run learns
 * at full speed, the answer waits until all answers together take at most 5 % of the training thread's time.
 */
export const probeQuery = v.strictObject({
  /** Statistics of every block's tensors */
  stats: v.optional(v.boolean()),
  /** Whether the histograms of all gradients share one range, and so those of all weights, biases and activations */
  shared: v.optional(v.boolean()),
  /** Parts of tensors, for heat maps */
  tensors: v.optional(v.pipe(v.array(tensorQuery), v.maxLength(8), v.readonly())),
  /** Name of a block: asks for the statistics of those tensors of it that `stats` leaves out */
  details: v.optional(layerName),
  /** Images of the latest mini-batch with the network's answers, by descending loss: `count` from position `first` on */
  batch: v.optional(v.pipe(v.strictObject({ first: count, count: v.pipe(count, v.maxValue(100)) }), v.readonly())),
  /** Number of images of the latest mini-batch */
  images: v.optional(v.pipe(count, v.maxValue(100))),
  /** Name of an affine layer, 'affine2': asks for its weight that the latest update changed most */
  change: v.optional(layerName),
  /** Name of a layer, 'relu1': asks what its units did in the latest mini-batch */
  units: v.optional(layerName),
  /** Magnitudes of every block's activations, gradients and updates */
  health: v.optional(v.boolean()),
  /** Name of a layer, 'relu1': asks for a column of its unit map */
  unitMap: v.optional(layerName),
})
export type TensorQuery = v.InferOutput<typeof tensorQuery>
export type ProbeQuery = Readonly<v.InferOutput<typeof probeQuery>>

/** The reply. All of it comes from the same step of the same run, so that a view never combines two replies. */
export interface ProbeFrame {
  readonly runId: number
  /** Mini-batches trained so far; activations and gradients are of the latest one */
  readonly step: number
  /** Loss of the latest mini-batch, null before the first */
  readonly loss: number | null
  /** Tensors of each block: W, dW, b, db and out of an affine layer, out and dout of other layers */
  readonly blocks: readonly BlockStats[]
  /** Latest update of each layer with weights, in the order of the network; empty without statistics */
  readonly updates: readonly LayerUpdate[]
  /** In the order of the query */
  readonly tensors: readonly TensorFrame[]
  readonly images: readonly LabelledImage[]
  /** Empty when no block was named */
  readonly details: readonly TensorStats[]
  /** Null before the first mini-batch, and when it was not asked for */
  readonly batch: BatchRows | null
  /** Null before the first update, and after one that changed no weight */
  readonly change: WeightChange | null
  /** Null before the first mini-batch, and when no layer was named */
  readonly units: BatchUnits | null
  /** Null before the first mini-batch, while a step is computed layer by layer, and when it was not asked for */
  readonly health: HealthColumn | null
  /** Null as `health`, and for a layer whose units neither fire nor have a curve */
  readonly unitMap: UnitColumn | null
  readonly price: ProbePrice
}

/** What answering costs, as measured in the training thread. */
export interface ProbePrice {
  /** Duration of this answer in milliseconds */
  readonly ms: number
  /** Share of the thread's time that all answers took in the latest seconds, 0 to 1 */
  readonly share: number
  /** Mean time between two answers in the latest seconds, in milliseconds; 0 after the first one */
  readonly everyMs: number
}

/** A part of a tensor, at most 262,144 numbers. */
export interface TensorFrame extends TensorWindow { readonly path: string }

/** The run's next step: its mini-batch, with the weights and the optimizer's state before it. */
export interface BatchFrame {
  readonly runId: number
  /** Mini-batches trained so far */
  readonly step: number
  readonly config: RunConfig
  /** Shape of the network's input for one image */
  readonly input: readonly number[]
  /** Shape of the dataset's images */
  readonly imageShape: DatasetInfo['shape']
  /** Number of images in the whole mini-batch */
  readonly of: number
  /** The first images, as many as requested */
  readonly images: readonly LabelledImage[]
  /** Parameters and buffers: 'affine1.W' */
  readonly tensors: readonly SavedTensor[]
  /** The optimizer's state: 'affine1.W.v' */
  readonly optimizer: { readonly updates: number, readonly state: readonly SavedTensor[] }
}
