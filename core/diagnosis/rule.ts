import type { Evidence } from './evidence'
import type { RuleId, Verdict } from './finding'

/** When a rule is judged: before the first step, after an observed step, or after an evaluation. */
export type Occasion = 'beginning' | 'step' | 'evaluation'

/** One rule of the diagnosis. */
export interface Rule {
  readonly on: Occasion
  /** Number of judgements in a row that must break it before it is reported; left out: 1 */
  readonly patience?: number
  /** Rules that are broken because this one is: it is at least as severe as the worst of them; left out: none */
  readonly explains?: readonly RuleId[]
  /** @returns null when it is not broken */
  judge(evidence: Evidence): Verdict | null
}
