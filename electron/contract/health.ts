import type { HealthColumn, UnitColumn } from '@core'
import * as v from 'valibot'
import type { MeasuredSpan, SpanToMeasure } from './questions'
import { count, layerName } from './schema'

/** How steps are placed on an axis. */
export const stepScales = ['linear', 'logarithmic'] as const
export type StepScale = (typeof stepScales)[number]

/** Most columns that are asked for at once, and most that may be known already */
export const healthLimits = { columns: 1000, known: 2000 } as const

/** Asks the run's past for its health: about so many columns between two steps, evenly spread over an axis. */
export const healthQuery = v.pipe(v.strictObject({
  from: count,
  to: count,
  columns: v.pipe(count, v.minValue(1), v.maxValue(healthLimits.columns)),
  scale: v.picklist(stepScales),
  /** Name of a layer, 'relu1': its unit map, too */
  units: v.exactOptional(layerName),
  /** Steps that the window knows already, in ascending order */
  have: v.exactOptional(v.pipe(v.array(count), v.maxLength(healthLimits.known), v.readonly())),
}), v.readonly(), v.check(({ from, to }) => from <= to))
export type HealthQuery = v.InferOutput<typeof healthQuery>

/** What is being measured for a query. */
export interface HealthFilling {
  readonly id: number
  /** The range as far as the run reaches */
  readonly from: number
  readonly to: number
  /** Columns that will come; 0: all of them are known */
  readonly columns: number
}

/** Further columns of a filling; those between known ones come later. */
export interface HealthPoints {
  /** Of the {@link HealthFilling} */
  readonly id: number
  /** In ascending order of steps */
  readonly columns: readonly HealthColumn[]
  readonly units: readonly UnitColumn[]
  /** Share of the columns that were measured, 0 to 1; also 1 when no more will come */
  readonly done: number
  /** Whether no more will come although some are missing: the memory is needed, something else is measured, or an error was told */
  readonly isStopped: boolean
}

/** The steps of a span that the thread of the past measures, and the layer whose units are mapped. */
export interface HealthToMeasure extends SpanToMeasure { readonly steps: readonly number[], readonly units?: string }
export interface HealthOfSpan extends MeasuredSpan, Pick<HealthPoints, 'columns' | 'units'> {}
