import type { RuleId } from '@core'

/** The card of the course that explains what breaks a rule. */
export interface FindingLesson {
  /** 0 to 26 */
  readonly lesson: number
  /** Its key in the lesson, or its question's */
  readonly card: string
}

const learningRate: FindingLesson = { lesson: 24, card: 'rate' }
const deadNeuron: FindingLesson = { lesson: 12, card: 'dead' }
const answerKey: FindingLesson = { lesson: 18, card: 'classes' }

/** Where the course explains each rule of the diagnosis. */
export const findingLessons: Readonly<Record<RuleId, FindingLesson>> = {
  stepTooLarge: learningRate, exploding: learningRate, notFinite: learningRate, stepTooSmall: learningRate, guessing: learningRate,
  deadUnits: deadNeuron, nothingMoves: deadNeuron,
  missingClass: answerKey, sleepingClass: answerKey,
  vanishing: { lesson: 13, card: 'chain' },
  saturation: { lesson: 13, card: 'fold' },
  equalUnits: { lesson: 23, card: 'twins' },
  startVariance: { lesson: 24, card: 'try' }, // He's initial weights
  startLoss: { lesson: 19, card: 'label' },
  inputScale: { lesson: 16, card: 'cell' }, // dw = x · dy
  tooMuchDropout: { lesson: 12, card: 'switch' }, // a mask
  tooMuchDecay: { lesson: 24, card: 'rate' }, // how far an update goes
  overfitting: { lesson: 24, card: 'aim' },
}
