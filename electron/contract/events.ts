import type { CertificateRun } from './certificate'
import type { CommandId } from './commands'
import type { CompareProgress } from './compare'
import type { DatasetState } from './dataset'
import type { GivenFile } from './drops'
import type { HealthPoints } from './health'
import type { PathPoints } from './measurements'
import type { WireError } from './reply'
import type { MemoryAmounts, VisitProgress } from './past'
import type { FindingProgress, LanePoints } from './questions'
import type { LostRun, MetricsFrame, RunState } from './run'
import { type } from './schema'
import type { Settings } from './settings'
import type { TwinState } from './twin'

/** Events from main to the window. */
export const events = {
  'run:metrics': type<MetricsFrame>(),
  'run:state': type<RunState>(),
  'run:lost': type<LostRun>(),
  /** A moment of the past that is being reached */
  'past:progress': type<VisitProgress>(),
  /** How far the search for an answer has come, at most 20 times a second */
  'past:finding': type<FindingProgress>(),
  'past:lane': type<LanePoints>(),
  'past:health': type<HealthPoints>(),
  'past:path': type<PathPoints>(),
  /** The run is paused because it and its past do not fit in memory; null: it goes on */
  'past:paused': type<MemoryAmounts | null>(),
  /** The thread for the past has ended: the views show the present again */
  'past:lost': type<WireError>(),
  /** Two runs are being learned again, so that their weights can be compared */
  'runs:comparing': type<CompareProgress>(),
  /** The run beside the current one; null: it has ended */
  'twin:state': type<TwinState | null>(),
  'twin:metrics': type<MetricsFrame>(),
  /** A file that is to be opened, from outside of the window: by a double click, or as an argument. `file:take` opens it. */
  'file:given': type<GivenFile>(),
  /** Progress of the long part of the certificate */
  'certificate': type<CertificateRun>(),
  'dataset': type<DatasetState>(),
  /** Name of the dataset that a new run waits for, when loading it takes long; null when it is loaded */
  'data:loading': type<string | null>(),
  /** How far looking at files or a folder to import has come, at most 10 times a second */
  'data:reading': type<{ readonly done: number, readonly total: number }>(),
  'settings': type<Settings>(),
  /** Chosen in the native menu */
  'menu': type<CommandId>(),
  /** An error outside of a request, such as a full disk; the lab continues. */
  'warning': type<WireError>(),
}

export type Events = typeof events
export type EventName = keyof Events
export const eventNames = Object.keys(events) as readonly EventName[]
