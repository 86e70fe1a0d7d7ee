import { type Architecture, isRunId, type RunConfig, runLimits, type RunRecord } from '@core'
import * as v from 'valibot'
import type { WireError } from './reply'
import { changeSchema } from './run'
import { count } from './schema'

/** Steps of a run that is too short to be kept without a reason */
export const shortRun = 200

/** What is in the program's own trash; a system's trash is not its business. */
export interface RunsTrash { readonly runs: number, readonly bytes: number, /** Of the runs, which can be put back */ readonly ids: readonly string[] }

/** A point of a run's small curve. */
export interface RunCurvePoint { readonly step: number, readonly loss: number }

/** A run in the list of the Files room. */
export interface RunEntry extends Pick<RunRecord, 'id' | 'name' | 'note' | 'pinned' | 'created' | 'parent'> {
  /** When something was last written, in milliseconds since 1970 */
  readonly written: number
  /** Null when nothing of it can be read */
  readonly architecture: Architecture | null
  /** Name of the dataset */
  readonly dataset: string
  /** The latest step, and the epochs completed until then */
  readonly step: number
  readonly epoch: number
  /** The latest ones; null before the first evaluation */
  readonly trainAccuracy: number | null
  readonly testAccuracy: number | null
  /** Loss over the whole run, at most 60 points */
  readonly curve: readonly RunCurvePoint[]
  /** The settings at the latest step; null when nothing of it can be read */
  readonly config: RunConfig | null
  /** The losses of the first and the latest mini-batch; null without one */
  readonly losses: { readonly first: RunCurvePoint, readonly last: RunCurvePoint } | null
  /** Images that it was taught: at which step, the name of their class, and how often */
  readonly taught: readonly { readonly step: number, readonly label: string, readonly times: number }[]
  /** Size of all files */
  readonly bytes: number
  /** Another process that writes it; null: none, or this program */
  readonly lockedBy: number | null
  /** What is damaged; null when nothing is */
  readonly problem: WireError | null
  /** Whether it is the run of the training thread */
  readonly current: boolean
}

export const runIdSchema = v.pipe(v.string(), v.check(value => isRunId(value)))
export const runSchema = v.strictObject({ id: runIdSchema })

const runName = v.pipe(v.string(), v.maxLength(runLimits.name))

/** Where a run is forked, and how; without an id the current one. Core names the first invalid field of the change. */
export const forkSchema = v.strictObject({ id: v.exactOptional(runIdSchema), step: count, change: changeSchema, name: v.exactOptional(runName) })
export type ForkRequest = v.InferOutput<typeof forkSchema>

/** A run that was opened from a file. */
export interface RunArrival {
  readonly id: string
  /** Whether the same run was there already */
  readonly known: boolean
}

/** A run, and what a person changes about it */
export const runChangeSchema = v.strictObject({
  id: runIdSchema,
  name: v.exactOptional(runName),
  note: v.exactOptional(v.pipe(v.string(), v.maxLength(runLimits.note))),
  pinned: v.exactOptional(v.boolean()),
})
export type RunChange = Readonly<Omit<v.InferOutput<typeof runChangeSchema>, 'id'>>
