import type { RuleId } from '../finding'
import type { Rule } from '../rule'
import { guessing, overfitting, sleepingClass } from './answers'
import { equalUnits, inputScale, missingClass, startLoss, startVariance } from './start'
import { exploding, nothingMoves, notFinite, stepTooLarge, stepTooSmall } from './step'
import { deadUnits, saturation, tooMuchDropout, vanishing } from './units'

/** Every rule by its name; `ruleIds` has their order. */
export const rules: Readonly<Record<RuleId, Rule>> = {
  inputScale, equalUnits, startVariance, startLoss, missingClass,
  stepTooLarge, exploding, notFinite, nothingMoves, stepTooSmall,
  tooMuchDropout, saturation, vanishing, deadUnits,
  sleepingClass, overfitting, guessing,
}
