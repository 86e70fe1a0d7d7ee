import { inThisRun, newRun, smallerRate, suitedStart, usualRate, withRate } from '../cures'
import { type Evidence, hasLearned, lowerMedian, overshotFacts, recentMedians, severityOf } from '../evidence'
import type { Cure } from '../finding'
import type { Rule } from '../rule'

/** log₁₀ of ‖ΔW‖/‖W‖ */
export const stepLimits = { large: -1, huge: 1, small: -4, tiny: -8 } as const
/** ‖ΔW‖/‖W‖ of networks that learn well */
export const usualStep = { least: 0.001, most: 0.03 } as const
/** Multiple of the loss before */
const grown = 2

const smaller = (evidence: Pick<Evidence, 'config' | 'largestRate'>): Cure => withRate(evidence.config, smallerRate(evidence))

/** Observed steps that a finding in the present tense is about: what is over is not shown */
const present = 3
/** Weight decay λ, and its share of an update */
const decayLimits = { least: 0.03, share: 0.5, advised: 1e-4 } as const

/** Weight decay makes up most of each update: it draws all weights to 0, whatever the gradient says. */
export const tooMuchDecay: Rule = {
  on: 'step', explains: ['stepTooLarge', 'vanishing', 'deadUnits', 'nothingMoves', 'stepTooSmall', 'guessing'],
  judge(evidence) {
    const { config: { weightDecay: decay, optimizer: { kind, learningRate, momentum = 0 } } } = evidence
    if (decay < decayLimits.least || hasLearned(evidence) || kind === 'adagrad' || kind === 'rmsprop') return null // these divide the decay by the gradients' size
    const ratio = lowerMedian(recentMedians(evidence, layer => layer.ratio).map(({ median }) => median))
    const share = Math.min(1, learningRate * decay / (1 - Number(momentum)) / ratio)
    if (!(share > decayLimits.share)) return null
    return { severity: severityOf(evidence, false), layer: null, number: share, facts: { share, decay }, cure: newRun(evidence, { weightDecay: decayLimits.advised }) }
  },
}

/** Updates change the weights by a large part of their size. One layer alone may: small weights of a last layer grow fast at first. */
export const stepTooLarge: Rule = {
  on: 'step', explains: ['exploding', 'notFinite', 'saturation', 'deadUnits', 'nothingMoves'],
  judge(evidence) {
    const latest = { recent: evidence.recent.slice(-present) }
    const ratios = recentMedians(latest, ({ ratio }) => ratio)
    const isTooLarge = [evidence, latest].every(of => Math.log10(lowerMedian(recentMedians(of, ({ ratio }) => ratio).map(({ median }) => median))) > stepLimits.large)
    if (!isTooLarge) return null
    const { layer, median: ratio } = ratios.reduce((a, b) => b.median > a.median ? b : a)
    const log = Math.log10(ratio)
    return { severity: log > stepLimits.huge ? 'broken' : 'warn', layer, number: log, facts: { log, ratio }, cure: smaller(evidence) }
  },
}

/** The loss has grown to a multiple of what it was. */
export const exploding: Rule = {
  on: 'step',
  judge(evidence) {
    const { loss, lossBefore: before } = evidence
    if (loss === null || !(loss > grown * before)) return null
    return { severity: 'broken', layer: null, number: loss, facts: { loss, before }, cure: smaller(evidence) }
  },
}

/** The loss is not finite. */
export const notFinite: Rule = {
  on: 'step',
  judge(evidence) {
    const { divergence } = evidence
    if (!divergence) return null
    const { step: at, loss, tensor } = divergence
    return { severity: 'broken', layer: tensor?.split('.')[0] ?? null, number: at, facts: { at, loss, tensor: tensor ?? '' }, cure: smaller(evidence) }
  },
}

/** No parameter changes any more, neither weights nor biases. */
export const nothingMoves: Rule = {
  on: 'step', patience: 5,
  judge(evidence) {
    const { recent, config } = evidence
    if (recent.length === 0 || hasLearned(evidence) || !recent.every(({ layers }) => layers.every(({ ratio, gradient, othersStill }) => ratio === 0 && gradient === 0 && othersStill))) return null
    return { severity: 'broken', layer: null, number: 0, facts: { steps: recent.length, ...overshotFacts(evidence) }, cure: evidence.overshot ? smaller(evidence) : newRun(evidence) ?? newRun(evidence, suitedStart(config)) }
  },
}

/** Updates hardly change the weights although the network has not learned yet. */
export const stepTooSmall: Rule = {
  on: 'step',
  judge(evidence) {
    const { config } = evidence
    const most = recentMedians(evidence, ({ ratio }) => ratio).reduce<{ layer: string, median: number } | null>((a, b) => a && a.median >= b.median ? a : b, null)
    if (!most || hasLearned(evidence)) return null
    const log = Math.log10(most.median)
    const hasGradients = recentMedians(evidence, ({ gradient }) => gradient).some(({ median }) => median > 0)
    if (!(log < stepLimits.small) || !hasGradients) return null
    const { learningRate: rate } = config.optimizer
    const advised = usualRate(config)
    return {
      severity: severityOf(evidence, log < stepLimits.tiny), layer: most.layer, number: log, facts: { log, ratio: most.median, rate, advised },
      cure: advised > rate ? inThisRun({ optimizer: { learningRate: advised } }) : null,
    }
  },
}
