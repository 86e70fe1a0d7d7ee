import { lossDefinition } from '../../layers/registry'
import { newRun, newStart, suitedStart, withRelu } from '../cures'
import { hasLearned, severityOf } from '../evidence'
import type { Rule } from '../rule'

/** Numbers of an input should be about 1; the largest that is no fault */
const largestInput = 10
/** Distance of the first loss from ln(classes). He's weights reach 0.3 on MNIST and more on brighter images. */
const lossOff = 1
/** Ratio of the largest to the least variance of the hidden layers' inputs */
export const varianceRatio = 10

/** The images' numbers are far too large, such as bytes that were not divided by 255. */
export const inputScale: Rule = {
  on: 'beginning', explains: ['stepTooLarge', 'exploding', 'notFinite', 'saturation', 'startLoss', 'deadUnits', 'nothingMoves', 'guessing'],
  judge({ largestInput: largest }) {
    if (largest <= largestInput) return null
    return { severity: 'warn', layer: null, number: largest, facts: { largest, usual: 1 }, cure: null }
  },
}

/** All units of a hidden layer have the same weights: they compute the same and get the same gradients. */
export const equalUnits: Rule = {
  on: 'step',
  judge(evidence) {
    const hidden = evidence.start?.slice(0, -1) ?? []
    const found = hidden.find(({ equal, units }) => equal && units > 1)
    return found ? { severity: 'broken', layer: found.layer, number: found.units, facts: { units: found.units }, cure: newRun(evidence) } : null
  },
}

/** The size of the numbers changes by a large factor from layer to layer, so that the signal dies or grows. */
export const startVariance: Rule = {
  on: 'step', explains: ['deadUnits', 'nothingMoves'],
  judge(evidence) {
    const { start, fromStart, config } = evidence
    const inner = (fromStart && start ? start : []).filter(({ variance }) => Number.isFinite(variance)).sort((a, b) => a.variance - b.variance)
    const [least, most] = [inner[0], inner.at(-1)]
    if (!least || !most || hasLearned(evidence) || !(most.variance > varianceRatio * least.variance)) return null
    const isSaturating = evidence.layers.some(({ definition: { units } }) => units && 'saturated' in units)
    // Xavier's weights keep the size of the numbers, but hardly any gradient passes several sigmoids
    const times = most.variance / least.variance
    return {
      severity: severityOf(evidence, false), layer: least.layer, number: times,
      facts: { times, small: least.layer, smallest: least.variance, large: most.layer, largest: most.variance },
      cure: newStart(evidence, isSaturating ? withRelu(config) : suitedStart(config)),
    }
  },
}

/** Before learning, softmax should give every class about the same probability, for a loss of ln(classes). */
export const startLoss: Rule = {
  on: 'evaluation', patience: 2, // saturated units, its possible cause, are found no earlier
  judge(evidence) {
    const { first, classes: { length: classes }, config, fromFile } = evidence
    if (first?.step !== 0 || !lossDefinition(config.network.loss).probabilities || hasLearned(evidence)) return null
    const { loss } = first.train
    const expected = Math.log(classes)
    if (!(Math.abs(loss - expected) > lossOff)) return null
    return { severity: 'warn', layer: null, number: loss, facts: { loss, expected, classes }, cure: fromFile ? newRun(evidence) : null }
  },
}

/** A class of the test images has no training image. */
export const missingClass: Rule = {
  on: 'beginning',
  judge({ missing: [first], classes }) {
    return first ? { severity: 'warn', layer: null, number: first.images, facts: { class: classes[first.index]!, images: first.images }, cure: null } : null
  },
}
