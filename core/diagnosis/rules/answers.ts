import { smallerRate, withRate } from '../cures'
import { isAtChance, overshotFacts } from '../evidence'
import type { Rule } from '../rule'

/** Recall of a class below which it is hardly ever found, while the accuracy on all classes is above `total` */
export const asleep = { recall: 0.2, total: 0.8, images: 20 } as const
/** Growth of the test loss over its least, with the difference of the accuracies; and a difference that suffices alone */
const overfit = { growth: 1.1, gap: 0.05, wideGap: 0.1, trainAccuracy: 0.95 } as const

/** One class is hardly ever found although the network is good on the others. */
export const sleepingClass: Rule = {
  on: 'evaluation', patience: 2,
  judge({ evaluation, classes }) {
    if (!evaluation || evaluation.test.accuracy <= asleep.total) return null
    const { correct, counts, accuracy } = evaluation.test
    const judged = counts.flatMap((count, index) => count >= asleep.images ? [{ index, recall: correct[index]! / count }] : [])
    const worst = judged.reduce<(typeof judged)[number] | null>((a, b) => a && a.recall <= b.recall ? a : b, null)
    if (!worst || worst.recall >= asleep.recall) return null
    const { index, recall } = worst
    return { severity: 'warn', layer: null, number: recall, facts: { class: classes[index]!, recall, correct: correct[index]!, of: counts[index]!, accuracy }, cure: null }
  },
}

/** Overfitting: the test loss rises while the training loss falls. */
export const overfitting: Rule = {
  on: 'evaluation', patience: 2,
  judge({ evaluation, best }) {
    if (!evaluation || !best) return null
    const { train, test } = evaluation
    const gap = train.accuracy - test.accuracy
    const grows = test.loss > overfit.growth * best.test.loss && train.loss < best.train.loss && gap > overfit.gap
    const lags = train.accuracy > overfit.trainAccuracy && gap > overfit.wideGap
    if (!grows && !lags) return null
    return { severity: 'warn', layer: null, number: gap, facts: { gap, trainAccuracy: train.accuracy, testAccuracy: test.accuracy, testLoss: test.loss, least: best.test.loss, leastStep: best.step }, cure: null }
  },
}

/** After an epoch the network is hardly better than chance. */
export const guessing: Rule = {
  on: 'evaluation',
  judge(evidence) {
    const { config, evaluation, overshot, classes: { length: classes } } = evidence
    if (!evaluation || !isAtChance(evidence)) return null
    const { accuracy } = evaluation.test
    // without a reason it may only be slow
    return { severity: overshot ? 'broken' : 'warn', layer: null, number: accuracy, facts: { accuracy, chance: 1 / classes, classes, ...overshotFacts(evidence) }, cure: overshot && withRate(config, smallerRate(evidence)) }
  },
}
