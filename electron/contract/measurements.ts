import type { LossPlane, SampleGradients, StepLine, UnitLook } from '@core'
import * as v from 'valibot'
import type { ProbePrice } from './probe'
import type { MeasuredSpan, SpanToMeasure } from './questions'
import { count, layerName } from './schema'

const unit = { layer: layerName, unit: count }
/** A unit of an activation layer */
export const unitQuery = v.strictObject(unit)
/** A unit at a step of the run's past, which is shown to nobody */
export const unitAtQuery = v.strictObject({ ...unit, step: count })

const parameterCell = v.pipe(v.strictObject({ path: v.pipe(v.string(), v.regex(/^\w{1,40}\.\w{1,16}$/)), row: count, column: count }), v.readonly())
const finite = v.pipe(v.number(), v.finite())
const range = v.pipe(v.strictTuple([finite, finite]), v.check(([from, to]) => from < to), v.readonly())
/** The loss over two weights; a newer one ends an older one with measure.left */
export const planeQuery = v.strictObject({
  /** Left out: the two weights that the latest update changed most */
  cells: v.exactOptional(v.pipe(v.strictTuple([parameterCell, parameterCell]), v.check(([x, y]) => JSON.stringify(x) !== JSON.stringify(y)), v.readonly())),
  /** Of the weights' values; left out: 1 to both sides of the present ones */
  ranges: v.exactOptional(v.pipe(v.strictTuple([range, range]), v.readonly())),
  /** Columns and rows */
  size: v.pipe(count, v.minValue(2), v.maxValue(61)),
})

/** The values of two numbers over the whole past of the run, coarse first */
export const pathQuery = v.strictObject({ cells: v.pipe(v.strictTuple([parameterCell, parameterCell]), v.readonly()) })
export type PathQuery = v.InferOutput<typeof pathQuery>
/** Further points of a path; those between known ones come later. */
export interface PathPoints {
  readonly id: number
  /** In ascending order */
  readonly steps: Uint32Array
  readonly x: Float32Array
  readonly y: Float32Array
  /** Share of the points that were measured, 0 to 1; also 1 when no more will come */
  readonly done: number
}
/** The steps of a span at which the thread of the past measures two numbers */
export interface PathToMeasure extends SpanToMeasure, PathQuery { readonly steps: readonly number[] }
export interface PathOfSpan extends MeasuredSpan, Pick<PathPoints, 'steps' | 'x' | 'y'> {}

/** One step of a run, and what measuring it has cost. */
interface Measured {
  readonly runId: number
  /** Mini-batches learned so far */
  readonly step: number
  readonly price: ProbePrice
}
export interface SamplesFrame extends Measured, SampleGradients {}
export interface LineFrame extends Measured, StepLine {}
/** `price.ms` is the time of all its slices */
export interface PlaneFrame extends Measured, LossPlane {}

/** What a unit looks at, at one step of a run. */
export interface UnitFrame extends Measured, UnitLook {}
