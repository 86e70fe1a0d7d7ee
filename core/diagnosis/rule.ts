import type { Evidence } from './evidence'
import type { Verdict } from './finding'

/** When a rule is judged: before the first step, after an observed step, or after an evaluation. */
export type Occasion = 'beginning' | 'step' | 'evaluation'

/** One rule of the diagnosis. */
export interface Rule {
  readonly on: Occasion
  /** Number of judgements in a row that must break it before it is reported; left out: 1 */
  readonly patience?: number
  /** Whether it stays reported until the network has learned, because its consequences outlast what broke it; left out: false */
  readonly lasts?: boolean
  /** @returns null when it is not broken */
  judge(evidence: Evidence): Verdict | null
}
