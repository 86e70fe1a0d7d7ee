import { type CurvesState, type RunConfig, type RunRecord, runLimits } from '@core'
import * as v from 'valibot'
import { changeSchema, type RunState } from './run'
import { count } from './schema'

/** Where a twin leaves the current run, and the one thing that it changes. */
export const twinSchema = v.strictObject({ step: count, change: changeSchema, name: v.exactOptional(v.pipe(v.string(), v.maxLength(runLimits.name))) })
export type TwinRequest = v.InferOutput<typeof twinSchema>

/** A second run that learns beside the current one: the same weights and batches, and one thing changed. */
export interface TwinState {
  /** Of the run on the disk */
  readonly id: string
  readonly name: string
  /** The current run, and the step at which the twin left it */
  readonly parent: NonNullable<RunRecord['parent']>
  /** The settings at that step: those of the current run, and the twin's */
  readonly before: RunConfig
  readonly after: RunConfig
  readonly state: RunState
}

/** A twin and its curves, at the same step. */
export interface TwinSoFar { readonly twin: TwinState, readonly history: CurvesState }
