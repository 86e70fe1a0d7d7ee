import type { Architecture } from '@core'
import type { WireError } from './reply'

/** Name of the weights that come with the lab */
export const sampleWeightsFile = 'sample.safetensors'

/** A file or folder that was saved; `id` shows it in its folder. */
export interface SavedFile {
  readonly id: string
  readonly name: string
}

/** A weights file in memory, and its file name. */
export interface NamedWeights {
  readonly name: string
  readonly bytes: Uint8Array
}

/** A weights file in the list of the Files room. `handle` is opaque: only main knows the path. */
export interface WeightsEntry {
  readonly handle: string
  readonly kind: 'sample' | 'file'
  readonly name: string
  /** For display only */
  readonly folder: string
  /** Milliseconds since 1970, null when the file could not be read */
  readonly savedAt: number | null
  readonly bytes: number | null
  readonly summary: WeightsSummary | null
  /** Why it cannot be opened: deleted, damaged, … */
  readonly problem: WireError | null
  /** The run that was saved or opened here, which is saved here again without a question; null: none of this session */
  readonly runId: number | null
}

/** The list after a file was renamed or copied, or came back, and the handle of that file. */
export interface ChangedWeights {
  readonly handle: string
  readonly entries: readonly WeightsEntry[]
}

/** The list after a file was deleted. */
export interface RemovedWeights {
  readonly entries: readonly WeightsEntry[]
  /** Whether it is in the program's own trash, from which it can be put back here */
  readonly own: boolean
}

export interface WeightsSummary {
  readonly architecture: Architecture
  /** Name of the dataset that it has learned; null when the file does not name one */
  readonly dataset: string | null
  /** Null: the file, of another program, does not say it */
  readonly step: number | null
  readonly testAccuracy: number | null
  /** As the file states it; of a file that states none, null if it is large: the list does not read its numbers */
  readonly weightsSha256: string | null
}
