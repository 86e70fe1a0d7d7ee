import { type Architecture, limits, type Normalization } from '@core'
import * as v from 'valibot'

/** The weights that read a drawing. */
export const drawSources = ['sample', 'untrained', 'run'] as const
export type DrawSource = (typeof drawSources)[number]

/** One image of the network's dataset, 0 (paper) to 1 (ink), after core's preprocessing; the thread that reads it checks its size */
export const unitPixels = v.pipe(v.custom<Float32Array>(value => value instanceof Float32Array), v.check(({ length }) => length >= 1 && length <= limits.inputs), v.check(pixels => pixels.every(pixel => pixel >= 0 && pixel <= 1)))

/** A drawing, and the weights that read it. */
export const drawQuery = v.strictObject({
  source: v.picklist(drawSources),
  pixels: unitPixels,
})

/** Asks for the weights themselves. */
export const networkQuery = v.strictObject({ source: v.picklist(drawSources) })

/** A network's weights, with which the window reads drawings by itself. */
export interface NetworkNumbers extends Pick<Prediction, 'source' | 'at'> {
  readonly architecture: Architecture
  readonly normalization: Normalization
  /** Parameters and buffers, in the network's order */
  readonly tensors: readonly { readonly path: string, readonly data: Float32Array }[]
}

/** A prediction with every step on the way to it. */
export interface Walk extends Prediction {
  /** In forward order; the last one's are the prediction's outputs */
  readonly layers: readonly LayerOutput[]
}
export interface LayerOutput {
  /** 'affine1' */
  readonly name: string
  readonly out: Float32Array
}

export interface Prediction {
  readonly source: DrawSource
  /** The run and the step of the weights when the source is 'run', else null */
  readonly at: { readonly runId: number, readonly step: number } | null
  /** Index of the class with the largest output */
  readonly label: number
  /** One per class */
  readonly outputs: Float32Array
  /** Whether the outputs sum to 1; else they are numbers of any sign */
  readonly areProbabilities: boolean
}
