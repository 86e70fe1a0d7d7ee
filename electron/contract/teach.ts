import { maxTaughtTimes, type TaughtEffect } from '@core'
import * as v from 'valibot'
import { unitPixels } from './prediction'
import { runIdSchema } from './runs'
import { count } from './schema'

/** An image and its class, that a copy of the current run is taught; core names what does not fit the run's dataset. */
const lesson = { pixels: unitPixels, label: count, times: v.pipe(count, v.minValue(1), v.maxValue(maxTaughtTimes)) }

/** Without a step: at the moment that is shown, or the latest step. `dataset`: the id of the one whose image it is */
export const teachSchema = v.strictObject({ ...lesson, dataset: v.pipe(v.string(), v.maxLength(64)), step: v.exactOptional(count) })
export type TeachRequest = v.InferOutput<typeof teachSchema>

/** What was taught before, to be kept: the run that was taught, and its step */
export const keepTaughtSchema = v.strictObject({ ...lesson, run: v.nullable(runIdSchema), runId: count, step: count })
export type KeepTaughtRequest = v.InferOutput<typeof keepTaughtSchema>

/** What teaching has changed. The run itself stays as it is, and nothing is kept. */
export interface TaughtFrame extends TaughtEffect {
  /** Of the run on the disk that was taught; null: it has learned nothing yet, and is not there */
  readonly run: string | null
  /** Of the current run */
  readonly runId: number
  /** The first step on the way whose loss is not the recorded one; null while all are the same */
  readonly differsAt: number | null
}
