import type { EvaluationPoint } from '@core'

/** How much better the images are recognized that are learned from than those of the test set, as a share; negative: worse. */
export const gapOf = ({ train, test }: Pick<EvaluationPoint, 'train' | 'test'>): number => train.accuracy - test.accuracy

/** The latest evaluation at or before a step; null before the first. @param evaluations in ascending order of steps */
export const evaluationAt = (evaluations: readonly EvaluationPoint[], step: number): EvaluationPoint | null =>
  evaluations.findLast(evaluation => evaluation.step <= Math.round(step)) ?? null
