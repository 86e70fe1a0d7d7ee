import { type Bookmark, type RunConfig, runLimits } from '@core'
import * as v from 'valibot'
import type { RunState } from './run'
import { count } from './schema'

/** How far a moment of the past is away: learning has come from one step to another. */
export interface VisitProgress { readonly step: number, readonly from: number, readonly to: number }

/** A moment of the run's past, as the thread for the past has reached it. */
export interface ReachedMoment {
  /** Its run id is one of that thread's, at least `firstPastId` */
  readonly state: RunState
  /** The first step whose loss is not the recorded one; null while all are the same, bit for bit */
  readonly differsAt: number | null
  /** Time to learn one mini-batch again, in milliseconds; null: none had to be learned */
  readonly stepMs: number | null
}

/** A moment of the run's past that the views show. */
export interface PastMoment extends ReachedMoment {
  /** Whether the state is the run's own, bit for bit: no loss differs, and the kernels that recorded it compute the same bits */
  readonly exact: boolean
}

/** Why the run is paused for its past: both together want more memory than they may take, in MB. */
export interface MemoryAmounts {
  readonly wanted: number
  readonly max: number
}

/** What can be visited of the current run. */
export interface PastReach {
  /** Of the run on the disk */
  readonly id: string
  /** Empty: it has none */
  readonly name: string
  readonly first: number
  readonly last: number
  /** The settings at the run's beginning */
  readonly beginning: RunConfig
  /** Steps whose states are kept, in ascending order */
  readonly checkpoints: readonly number[]
  /** In ascending order of steps */
  readonly bookmarks: readonly Bookmark[]
}

/** A step of the current run that is to be found again; note null: no longer */
export const bookmarkSchema = v.strictObject({ step: count, note: v.nullable(v.pipe(v.string(), v.maxLength(runLimits.note))) })
export type BookmarkChange = v.InferOutput<typeof bookmarkSchema>
