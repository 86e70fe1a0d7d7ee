import type { LabelledImage, OptimizerSpec, XrayBlock, XrayCell } from '@core'
import * as v from 'valibot'
import { count, layerName } from './schema'

const image = v.pipe(v.strictObject({ split: v.picklist(['train', 'test']), index: count }), v.readonly())
/** An image of a split of the run's dataset */
export type XrayImage = v.InferOutput<typeof image>

/** What the X-ray shows: the run's latest step, or one image alone. It is kept until the next `open`, `close`, or another run. */
export const xrayQuery = v.strictObject({ image: v.nullable(image) })
export const xrayCellQuery = v.strictObject({
  /** `XrayFrame.id` */
  id: count,
  block: layerName,
  part: v.pipe(v.string(), v.regex(/^\w{1,12}$/)),
  row: count,
  column: count,
})

/** One step, or one image alone, with all of its tensors in small. Its cells are asked for by its id. */
export interface XrayFrame {
  readonly id: number
  readonly runId: number
  /** Mini-batches that the run had learned with this step */
  readonly step: number
  /** Null: the step's whole mini-batch */
  readonly image: XrayImage | null
  /** Rows N */
  readonly rows: number
  readonly loss: number
  /** The first images of the mini-batch, each with the class that the network gave it */
  readonly images: readonly (LabelledImage & { readonly predicted: number })[]
  readonly blocks: readonly XrayBlock[]
  /** Null if nothing was updated: an image alone, or an update that was undone */
  readonly optimizer: { readonly spec: OptimizerSpec, readonly weightDecay: number, readonly update: number } | null
}

/** A cell of an {@link XrayFrame}. */
export interface XrayCellFrame extends XrayCell { readonly id: number }
