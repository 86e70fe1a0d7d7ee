import * as v from 'valibot'
import { unitPixels } from './prediction'
import { count } from './schema'

/** A drawing that is compared with the training images of a dataset. */
export const neighboursQuery = v.strictObject({
  dataset: v.pipe(v.string(), v.maxLength(64)),
  pixels: unitPixels,
  /** Number of nearest images */
  nearest: v.pipe(count, v.minValue(1), v.maxValue(20)),
  /** Indices of the classes whose mean images are wanted */
  means: v.pipe(v.array(count), v.maxLength(2)),
})
export type NeighboursQuery = v.InferOutput<typeof neighboursQuery>

/** What a drawing is near to among the training images. */
export interface Neighbours {
  /** The nearest first */
  readonly nearest: readonly Neighbour[]
  /** In the order that they were asked for; a class without images is left out */
  readonly means: readonly { readonly label: number, readonly image: Float32Array }[]
}

export interface Neighbour {
  /** Among the training images */
  readonly index: number
  /** Index of its class */
  readonly label: number
  readonly distance: number
  /** 0 (paper) to 1 (ink) */
  readonly image: Float32Array
}
