import type { RuleId } from '../finding'
import type { Rule } from '../rule'
import { learnedAbove } from '../evidence'
import { asleep, guessing, overfitting, sleepingClass } from './answers'
import { equalUnits, inputScale, missingClass, startLoss, startVariance, varianceRatio } from './start'
import { exploding, nothingMoves, notFinite, stepLimits, stepTooLarge, stepTooSmall, tooMuchDecay, usualStep } from './step'
import { deadShare, deadUnits, hardlyFires, saturatedShare, saturation, tooMuchDropout, vanished, vanishing } from './units'

/** Every rule by its name; `ruleIds` has their order. */
export const rules: Readonly<Record<RuleId, Rule>> = {
  inputScale, equalUnits, startVariance, startLoss, missingClass,
  stepTooLarge, exploding, notFinite, nothingMoves, stepTooSmall,
  tooMuchDropout, tooMuchDecay, saturation, vanishing, deadUnits,
  sleepingClass, overfitting, guessing,
}

/** Where the rules begin to warn, and what is usual, for texts that say so. */
export const warningLimits = {
  usualStep, largeStep: 10 ** stepLimits.large, smallStep: 10 ** stepLimits.small, learnedAbove, vanishingRatio: vanished.ratio,
  deadShare: deadShare.warn, hardlyFires, saturatedShare, varianceRatio, recall: asleep.recall, total: asleep.total,
} as const
