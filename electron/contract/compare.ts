import type { EvaluatedSplit, LossColumns, RunRecord, WeightDistance } from '@core'
import * as v from 'valibot'
import type { VisitProgress } from './past'
import type { WireError } from './reply'
import { runIdSchema } from './runs'
import { count } from './schema'

/** Most runs that can be compared: more lines are not told apart. */
export const mostCompared = 6

export const curvesQuery = v.strictObject({
  ids: v.pipe(v.array(runIdSchema), v.minLength(1), v.maxLength(mostCompared), v.check(ids => new Set(ids).size === ids.length)),
  /** Most points of each curve */
  columns: v.pipe(count, v.minValue(16), v.maxValue(2 ** 18)),
  /** The steps that are looked at; left out: all */
  range: v.exactOptional(v.strictObject({ from: count, to: count })),
})
export const pairQuery = v.strictObject({ a: runIdSchema, b: runIdSchema })
export const distanceQuery = v.strictObject({ a: runIdSchema, b: runIdSchema, step: count })

/** How well a run's weights did at a step, on one split. */
export interface CurveScore {
  readonly accuracy: number
  readonly images: number
  /** Share of right answers by class index (classes); NaN for a class without images */
  readonly classes: readonly number[]
}

/** An evaluation of a run. */
export interface CurveEvaluation extends Readonly<Partial<Record<EvaluatedSplit, CurveScore>>> {
  readonly step: number
  /** Epochs learned, with the part of the one that had begun */
  readonly epoch: number
  /** Seconds of learning; NaN: not recorded */
  readonly seconds: number
}

/** The curves of a run, thinned, with what determines it. */
export interface RunCurves extends Pick<RunRecord, 'id' | 'name' | 'created' | 'parent' | 'config' | 'events' | 'dataset' | 'classes' | 'firstStep' | 'fromSeed' | 'backend'> {
  /** The latest step */
  readonly last: number
  readonly loss: LossColumns
  /** Of the columns of `loss`: epochs and seconds at their last steps; seconds are NaN where they were not recorded */
  readonly epochs: Float64Array
  readonly seconds: Float64Array
  /** In ascending order of steps */
  readonly evaluations: readonly CurveEvaluation[]
  /** What of it is damaged; null when nothing is */
  readonly problem: WireError | null
}

/** How far the comparison of two runs' weights has come. */
export interface CompareProgress extends VisitProgress {
  /** Id of the run that is being learned again */
  readonly run: string
  /** The step that is looked at is the so-many-th, from 1 */
  readonly look: number
}

/** Where the weights of two runs differ first. */
export interface RunDifference {
  /** Null: they are the same at the last common step */
  readonly step: number | null
  /** The steps that both have */
  readonly first: number
  readonly last: number
  /** Whether all numbers equal those of the original runs bit for bit; false if other kernels recorded the runs */
  readonly exact: boolean
}

/** How far the weights of two runs are from each other at a step. */
export interface RunDistance {
  readonly step: number
  readonly tensors: readonly WeightDistance[]
  readonly exact: boolean
}
