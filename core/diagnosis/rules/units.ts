import { settingOf } from '../../layers/definition'
import type { Evaluation, UnitActivity } from '../../train/evaluation'
import { inThisRun, newRun, newStart, smallerRate, suitedStart, withRate, withRelu } from '../cures'
import { type Evidence, hasLearned, isAtChance, overshotFacts, recentMedians, severityOf } from '../evidence'
import type { Rule } from '../rule'

/** Share of images below which a unit counts as dead */
export const hardlyFires = 0.01
/** Limits for the share of a layer's units that fire for few images; in healthy networks this share is up to a quarter. */
export const deadShare = { warn: 0.3, many: 0.5, nearlyAll: 0.9 } as const
/** Growth of the training accuracy in half of the steps that shows that a network still becomes better */
const improves = 0.01
/** Shares of an activation's inputs */
export const saturatedShare = 0.2
/** Of the mean gradient of the first layer to that of the last one, and of the first one's alone */
export const vanished = { ratio: 1e-3, gradient: 1e-7 } as const
/** Share of units that dropout switches off */
const dropoutRate = { most: 0.8, advised: 0.2 } as const

/** Number of units that fire for hardly any image. */
const deadIn = ({ fired, images }: UnitActivity): number => fired.filter(count => count < hardlyFires * images).length

/** The layer with the largest share of dead units. */
function mostDead(evaluation: Evaluation | null): { readonly activity: UnitActivity, readonly dead: number, readonly share: number } | null {
  const layers = (evaluation?.activity ?? []).filter(({ fired, images }) => fired.length > 0 && images > 0)
    .map(activity => ({ activity, dead: deadIn(activity), share: deadIn(activity) / activity.fired.length }))
  return layers.reduce<(typeof layers)[number] | null>((a, b) => a && a.share >= b.share ? a : b, null)
}

/** Whether the network becomes better: units that fire for few images are no fault then. */
const isImproving = ({ evaluation, earlier }: Evidence): boolean => evaluation !== null && (!earlier || evaluation.train.accuracy > earlier.train.accuracy + improves)

/** Many units of a ReLU layer are 0 for every image, so no gradient reaches their weights. */
export const deadUnits: Rule = {
  on: 'evaluation', patience: 2,
  judge(evidence) {
    const most = mostDead(evidence.evaluation)
    if (!most || (evidence.early && most.share < 1) || most.share <= (hasLearned(evidence) || isImproving(evidence) ? deadShare.many : deadShare.warn)) return null
    const { activity: { layer, fired: { length: of }, images }, dead, share } = most
    const { config, first, fromFile, overshot } = evidence
    const wasDead = (mostDead(first)?.share ?? 0) > deadShare.warn
    const facts = { share, dead, of, images, ...overshotFacts(evidence) }
    // with the other units a network learns: where it still guesses, without a known damage, something else is the cause of both
    if (isAtChance(evidence) && !overshot && !wasDead && share <= deadShare.nearlyAll) return { severity: 'warn', layer, number: share, facts, cure: null, after: 'guessing' }
    return {
      severity: share > deadShare.many ? severityOf(evidence, share > deadShare.nearlyAll && !hasLearned(evidence)) : 'warn', layer, number: share, facts,
      cure: fromFile && wasDead ? newRun(evidence) : withRate(config, smallerRate(evidence)),
    }
  },
}

/** Many inputs of a sigmoid or tanh lie where its curve is flat. */
export const saturation: Rule = {
  on: 'evaluation', patience: 2, explains: ['vanishing', 'nothingMoves'],
  judge(evidence) {
    const { evaluation, layers, config } = evidence
    const most = (evaluation?.activity ?? []).reduce<UnitActivity | null>((a, b) => a && a.saturated >= b.saturated ? a : b, null)
    if (!most || most.saturated <= saturatedShare || hasLearned(evidence)) return null
    const definition = layers.find(({ name }) => name === most.layer)?.definition
    const limit = definition?.units && 'saturated' in definition.units ? definition.units.saturated : 0
    const { layer, saturated: share, extreme } = most
    return { severity: severityOf(evidence, extreme > saturatedShare), layer, number: share, facts: { share, limit, ...overshotFacts(evidence) }, cure: newRun(evidence, suitedStart(config)) ?? newRun(evidence, withRelu(config)) }
  },
}

/** ‖dW‖ of the first and the last layer in the latest observed step: the numbers that the window shows of a step */
function normsOf({ recent }: Pick<Evidence, 'recent'>): { readonly firstNorm: number, readonly lastNorm: number } {
  const layers = recent.at(-1)!.layers
  return { firstNorm: layers[0]!.gradientNorm, lastNorm: layers.at(-1)!.gradientNorm }
}

/** The gradient shrinks on its way back, so that the first layer hardly learns. */
export const vanishing: Rule = {
  on: 'step', explains: ['deadUnits', 'nothingMoves'],
  judge(evidence) {
    const { layers, config } = evidence
    const gradients = recentMedians(evidence, ({ gradient }) => gradient)
    const [first, last] = [gradients[0], gradients.at(-1)]
    if (!first || !last || first === last || hasLearned(evidence)) return null
    const isSaturating = layers.some(({ definition: { units } }) => units && 'saturated' in units)
    // a gradient of exactly 0 is that of dead units, except where no unit can die
    if (!(last.median > 0) || (first.median === 0 && !isSaturating)) return null
    const ratio = first.median / last.median
    if (!(ratio < vanished.ratio)) return null
    return {
      severity: severityOf(evidence, first.median < vanished.gradient), layer: first.layer, number: ratio,
      facts: { ratio, first: first.layer, last: last.layer, ...normsOf(evidence) },
      cure: newStart(evidence, withRelu(config)),
    }
  },
}

/** Dropout leaves too few units. */
export const tooMuchDropout: Rule = {
  on: 'evaluation', explains: ['stepTooLarge', 'exploding', 'notFinite', 'vanishing', 'deadUnits', 'nothingMoves', 'guessing'],
  judge(evidence) {
    const { layers, config } = evidence
    const rates = layers.slice(0, -1).map((layer, i) => ({ ...layer, rate: layer.definition.kind === 'dropout' ? settingOf(config.network.layers[i]!, 'rate') : 0 }))
    const most = rates.reduce<(typeof rates)[number] | null>((a, b) => a && a.rate >= b.rate ? a : b, null)
    if (!most || most.rate <= dropoutRate.most || hasLearned(evidence)) return null
    const { advised } = dropoutRate
    const tooMuch = rates.filter(({ rate }) => rate > dropoutRate.most)
    const isDead = (mostDead(evidence.evaluation)?.share ?? 0) > deadShare.many
    const network = { ...config.network, layers: config.network.layers.map((spec, i) => rates[i]!.rate > dropoutRate.most ? { ...spec, rate: advised } : spec) }
    return {
      severity: severityOf(evidence, false), layer: most.name, number: most.rate, facts: { rate: most.rate, kept: Math.round(most.units * (1 - most.rate)), units: most.units, advised },
      cure: isDead ? newRun(evidence, { network }) : inThisRun({ layers: Object.fromEntries(tooMuch.map(({ name }) => [name, { rate: advised }])) }),
    }
  },
}
