import { inThisRun, newRun, smallerRate, usualRate, withRate } from '../cures'
import { type Evidence, hasLearned, lowerMedian, recentMedians } from '../evidence'
import type { Cure } from '../finding'
import type { Rule } from '../rule'

/** log₁₀ of ‖ΔW‖/‖W‖ */
export const stepLimits = { large: -1, huge: 1, small: -4, tiny: -8 } as const
/** ‖ΔW‖/‖W‖ of networks that learn well */
export const usualStep = { least: 0.001, most: 0.03 } as const
/** Multiple of the loss before */
const grown = 2

/** A smaller learning rate as facts and as a cure. */
function smaller({ config }: Pick<Evidence, 'config'>): { readonly facts: { readonly rate: number, readonly advised: number, readonly optimizer: string }, readonly cure: Cure } {
  const advised = smallerRate(config)
  return { facts: { rate: config.optimizer.learningRate, advised, optimizer: config.optimizer.kind }, cure: withRate(config, advised) }
}

/** Updates change the weights by a large part of their size. One layer alone may: small weights of a last layer grow fast at first. */
export const stepTooLarge: Rule = {
  on: 'step', lasts: true,
  judge(evidence) {
    const ratios = recentMedians(evidence, ({ ratio }) => ratio)
    if (!(Math.log10(lowerMedian(ratios.map(({ median }) => median))) > stepLimits.large)) return null
    const { layer, median: ratio } = ratios.reduce((a, b) => b.median > a.median ? b : a)
    const log = Math.log10(ratio)
    const { facts, cure } = smaller(evidence)
    return { severity: log > stepLimits.huge ? 'broken' : 'warn', layer, number: log, facts: { log, ratio, ...facts }, cure }
  },
}

/** The loss has grown to a multiple of what it was. */
export const exploding: Rule = {
  on: 'step', lasts: true,
  judge(evidence) {
    const { loss, lossBefore: before } = evidence
    if (loss === null || !(loss > grown * before)) return null
    const { facts, cure } = smaller(evidence)
    return { severity: 'broken', layer: null, number: loss, facts: { loss, before, times: loss / before, ...facts }, cure }
  },
}

/** The loss is not finite. */
export const notFinite: Rule = {
  on: 'step',
  judge(evidence) {
    const { divergence } = evidence
    if (!divergence) return null
    const { step: at, loss, tensor } = divergence
    const { facts, cure } = smaller(evidence)
    return { severity: 'broken', layer: tensor?.split('.')[0] ?? null, number: at, facts: { at, loss, tensor: tensor ?? '', ...facts }, cure }
  },
}

/** No weight changes any more. */
export const nothingMoves: Rule = {
  on: 'step', patience: 10,
  judge(evidence) {
    const { recent, config } = evidence
    if (recent.length === 0 || hasLearned(evidence) || !recent.every(({ layers }) => layers.every(({ ratio, gradient }) => ratio === 0 && gradient === 0))) return null
    return { severity: 'broken', layer: null, number: 0, facts: { steps: recent.length }, cure: newRun(config, { optimizer: { ...config.optimizer, learningRate: Math.min(config.optimizer.learningRate, usualRate(config)) } }) }
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
    const { learningRate: rate, kind: optimizer } = config.optimizer
    const advised = usualRate(config)
    return {
      severity: log < stepLimits.tiny ? 'broken' : 'warn', layer: most.layer, number: log, facts: { log, ratio: most.median, rate, advised, optimizer },
      cure: advised > rate ? inThisRun({ optimizer: { learningRate: advised } }) : null,
    }
  },
}
