import type { WireError } from './reply'

/** A weights file as the Files room lists it. `handle` is opaque: only main knows the path. */
export interface WeightsEntry {
  readonly handle: string
  readonly kind: 'sample' | 'autosave' | 'previous' | 'file'
  readonly name: string
  /** For people to read; not used to open anything */
  readonly folder: string
  /** Milliseconds since 1970, null when it could not be read */
  readonly savedAt: number | null
  readonly bytes: number | null
  readonly summary: WeightsSummary | null
  /** Why it cannot be opened now: deleted, damaged, … */
  readonly problem: WireError | null
}

export interface WeightsSummary {
  readonly layers: readonly number[]
  readonly activation: string
  readonly step: number
  readonly testAccuracy: number | null
  /** Null for a large file: a list does not read its numbers */
  readonly weightsSha256: string | null
}

/** Weights left by a session that crashed. */
export interface Recovery {
  readonly handle: string
  readonly step: number
  readonly savedAt: number
}

/** The training thread crashed. `autosave` is null when nothing had been trained yet. */
export interface LostRun {
  readonly error: WireError
  readonly autosave: Recovery | null
}
