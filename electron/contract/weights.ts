import type { Architecture } from '@core'
import type { WireError } from './reply'

/** Names of the files that the lab itself keeps, and what the window calls them */
export const ownWeightsFiles: Readonly<Record<string, Exclude<WeightsEntry['kind'], 'file'>>> = {
  'sample.safetensors': 'sample', 'autosave.safetensors': 'autosave', 'recovered.safetensors': 'autosave', 'previous.safetensors': 'previous',
}

/** A weights file in the list of the Files room. `handle` is opaque: only main knows the path. */
export interface WeightsEntry {
  readonly handle: string
  readonly kind: 'sample' | 'autosave' | 'previous' | 'file'
  readonly name: string
  /** For display only */
  readonly folder: string
  /** Milliseconds since 1970, null when the file could not be read */
  readonly savedAt: number | null
  readonly bytes: number | null
  readonly summary: WeightsSummary | null
  /** Why it cannot be opened: deleted, damaged, … */
  readonly problem: WireError | null
}

export interface WeightsSummary {
  readonly architecture: Architecture
  /** Name of the dataset that it has learned; null when the file does not name one */
  readonly dataset: string | null
  readonly step: number
  readonly testAccuracy: number | null
  /** Null for a large file, whose numbers the list does not read */
  readonly weightsSha256: string | null
}

/** An autosave from which training can continue after a crash of the app or of the training thread. */
export interface Recovery {
  readonly handle: string
  readonly step: number
  readonly savedAt: number
}

/** The training thread has died. `autosave` is null when the run has none. */
export interface LostRun {
  readonly error: WireError
  readonly autosave: Recovery | null
}
