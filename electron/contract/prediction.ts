import { limits } from '@core'
import * as v from 'valibot'

/** The weights that predict a drawn digit. */
export const drawSources = ['sample', 'untrained', 'run'] as const
export type DrawSource = (typeof drawSources)[number]

/** A drawn digit, and the weights that predict it. */
export const drawQuery = v.strictObject({
  source: v.picklist(drawSources),
  /** One image of the dataset, 0 (paper) to 1 (ink), after core's preprocessing; the training thread checks its size */
  pixels: v.pipe(v.custom<Float32Array>(value => value instanceof Float32Array), v.check(({ length }) => length >= 1 && length <= limits.inputs), v.check(pixels => pixels.every(pixel => pixel >= 0 && pixel <= 1))),
})

export interface Prediction {
  readonly source: DrawSource
  /** The run and the step of the weights when the source is 'run', else null */
  readonly at: { readonly runId: number, readonly step: number } | null
  readonly label: number
  /** One per class, summing to 1 */
  readonly probabilities: Float32Array
}
