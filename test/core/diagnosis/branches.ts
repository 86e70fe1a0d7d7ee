import { parseLayers, type RuleId, type RunConfig } from '../../../core'
import type { Evidence } from '../../../core/diagnosis/evidence'
import { evaluation, score } from '../../fixtures/evaluation'
import { runConfig } from '../../fixtures/run-config'
import { active, activity, chain, evidenceOf, starts, steps } from './evidence-of'

const relu = runConfig()
const at = (learningRate: number, config: RunConfig = relu): RunConfig => ({ ...config, optimizer: { ...config.optimizer, learningRate } })
const fast = at(3)
const small: RunConfig = { ...relu, init: 'small', network: chain(3, 'relu') }
const deepHe: RunConfig = { ...small, init: 'he' }
const sigmoids = (hidden: number, init: RunConfig['init']): RunConfig => ({ ...relu, init, network: chain(hidden, 'sigmoid') })
const dropouts = (layers: string): RunConfig => ({ ...relu, network: { ...relu.network, layers: parseLayers(layers) } })
const onceDropped = dropouts('affine 50, relu, dropout 0.95, affine 10')
const twiceDropped = dropouts('affine 50, relu, dropout 0.95, affine 50, relu, dropout 0.9, affine 10')
const overshot = { rule: 'exploding', step: 4, rate: 3 } as const
const guessing = { train: 0.1, test: 0.1 } as const
const vanishes = (config: RunConfig): Partial<Evidence> => ({ recent: steps(config, i => ({ gradient: i === 0 ? 1e-6 : 1e-2 })) })
const apart = (config: RunConfig): Partial<Evidence> => ({ start: starts(config, i => ({ variance: i === 0 ? NaN : 0.1 ** (2 * i) })) })
const still = (config: RunConfig): Partial<Evidence> => ({ recent: steps(config, { ratio: 0, gradient: 0, gradientNorm: 0, othersStill: true }) })
const saturated: Partial<Evidence> = { evaluation: active(700, [activity('sigmoid1', { saturated: 0.8 })]) }
const dead = (share: number, accuracies = {}): Evidence['evaluation'] => active(700, [activity('relu1', { dead: share })], accuracies)

/** A situation in which a rule is broken; together they have every cure that it can advise. */
export type Branch = readonly [title: string, rule: RuleId, evidence: Evidence]

/** Every rule with every kind of cure. */
export const branches: readonly Branch[] = [
  ['pixels up to 255', 'inputScale', evidenceOf(relu, { largestInput: 255 })],
  ['equal weights of a file', 'equalUnits', evidenceOf(relu, { fromFile: true, start: starts(relu, () => ({ equal: true })) })],
  ['equal weights of a file, at a high rate', 'equalUnits', evidenceOf(fast, { fromFile: true, start: starts(relu, () => ({ equal: true })) })],
  ['equal weights that the seed would draw again', 'equalUnits', evidenceOf(relu, { start: starts(relu, () => ({ equal: true })) })],
  ['one dropout', 'tooMuchDropout', evidenceOf(onceDropped)],
  ['two dropouts', 'tooMuchDropout', evidenceOf(twiceDropped)],
  ['two dropouts and dead units', 'tooMuchDropout', evidenceOf(twiceDropped, { evaluation: dead(0.9) })],
  ['dropout and dead units in a file, at a high rate', 'tooMuchDropout', evidenceOf(at(3, onceDropped), { evaluation: dead(0.9), fromFile: true })],
  ['decay 1', 'tooMuchDecay', evidenceOf({ ...relu, weightDecay: 1 }, { recent: steps(relu, { ratio: 0.1 }) })],
  ['decay 1 at a high rate', 'tooMuchDecay', evidenceOf({ ...fast, weightDecay: 1 }, { recent: steps(relu, { ratio: 3 }) })],
  ['a rate far above the usual one', 'stepTooLarge', evidenceOf(fast, { recent: steps(fast, { ratio: 0.5 }) })],
  ['a rate near the usual one', 'stepTooLarge', evidenceOf(at(0.15), { recent: steps(fast, { ratio: 0.5 }) })],
  ['a loss that has grown', 'exploding', evidenceOf(fast, { loss: 100 })],
  ['a loss that has grown before the rate was lowered', 'exploding', evidenceOf(relu, { loss: 100, largestRate: 3, changed: true })],
  ['a loss that has grown from the weights of a file', 'exploding', evidenceOf(fast, { loss: 100, fromFile: true })],
  ['a loss that is not finite', 'notFinite', evidenceOf(fast, { divergence: { step: 60, loss: 'NaN', tensor: 'affine1.dW' } })],
  ['one layer of large weights', 'saturation', evidenceOf(sigmoids(1, 'he'), saturated)],
  ['one layer that Xavier’s weights have saturated', 'saturation', evidenceOf(sigmoids(1, 'xavier'), saturated)],
  ['one layer, from a file', 'saturation', evidenceOf(sigmoids(1, 'xavier'), { ...saturated, fromFile: true })],
  ['more layers than Xavier’s weights reach', 'saturation', evidenceOf(sigmoids(4, 'small'), saturated)],
  ['a layer at a high rate', 'saturation', evidenceOf(at(30, sigmoids(1, 'xavier')), saturated)],
  ['sigmoids', 'vanishing', evidenceOf(sigmoids(5, 'small'), vanishes(sigmoids(5, 'small')))],
  ['sigmoids at a low rate', 'vanishing', evidenceOf(at(0.001, sigmoids(5, 'small')), vanishes(sigmoids(5, 'small')))],
  ['ReLU with small weights', 'vanishing', evidenceOf(small, vanishes(small))],
  ['ReLU with He’s weights', 'vanishing', evidenceOf(deepHe, vanishes(deepHe))],
  ['ReLU with He’s weights at a low rate', 'vanishing', evidenceOf(at(0.001, deepHe), vanishes(deepHe))],
  ['ReLU with small weights', 'startVariance', evidenceOf(small, apart(small))],
  ['ReLU with small weights at a high rate', 'startVariance', evidenceOf(at(3, small), apart(small))],
  ['ReLU with He’s weights', 'startVariance', evidenceOf(deepHe, apart(deepHe))],
  ['ReLU with He’s weights at a low rate', 'startVariance', evidenceOf(at(0.001, deepHe), apart(deepHe))],
  ['ReLU with the weights of a file', 'startVariance', evidenceOf(deepHe, { ...apart(deepHe), fromFile: true })],
  ['sigmoids', 'startVariance', evidenceOf(sigmoids(3, 'small'), apart(sigmoids(3, 'small')))],
  ['a large first loss', 'startLoss', evidenceOf(relu, { first: { ...evaluation(0), train: { ...score(0.1), loss: 50 } } })],
  ['a large first loss with the weights of a file', 'startLoss', evidenceOf(relu, { fromFile: true, first: { ...evaluation(0), train: { ...score(0.1), loss: 50 } } })],
  ['units that a high rate has killed', 'deadUnits', evidenceOf(fast, { evaluation: dead(0.98), overshot })],
  ['units that are dead at the usual rate', 'deadUnits', evidenceOf(relu, { evaluation: dead(0.6, { train: 0.95, test: 0.95 }) })],
  ['units that were dead in a file', 'deadUnits', evidenceOf(relu, { fromFile: true, evaluation: dead(1), first: active(0, [activity('relu1', { dead: 1 })]) })],
  ['units of a network that only guesses', 'deadUnits', evidenceOf(relu, { evaluation: dead(0.34, guessing), earlier: evaluation(300, guessing) })],
  ['updates were too large', 'nothingMoves', evidenceOf(fast, { ...still(fast), overshot })],
  ['small weights', 'nothingMoves', evidenceOf(small, still(small))],
  ['He’s weights', 'nothingMoves', evidenceOf(deepHe, still(deepHe))],
  ['weights of a file', 'nothingMoves', evidenceOf(deepHe, { ...still(deepHe), fromFile: true })],
  ['a low rate', 'stepTooSmall', evidenceOf(at(1e-5), { recent: steps(relu, { ratio: 1e-6 }) })],
  ['small gradients at the usual rate', 'stepTooSmall', evidenceOf(relu, { recent: steps(relu, { ratio: 1e-6 }) })],
  ['no image of a 4', 'missingClass', evidenceOf(relu, { missing: [{ index: 4, images: 982 }] })],
  ['few images of a 4', 'sleepingClass', evidenceOf(relu, { evaluation: { ...evaluation(700), test: { ...score(0.9), counts: [100, 100], correct: [95, 3] } } })],
  ['a test accuracy far behind', 'overfitting', evidenceOf(relu, { evaluation: evaluation(700, { train: 1, test: 0.8 }), best: evaluation(300) })],
  ['without a known cause', 'guessing', evidenceOf(relu, { evaluation: evaluation(700, guessing) })],
  ['after updates that were too large', 'guessing', evidenceOf(fast, { evaluation: evaluation(700, guessing), overshot })],
  ['after updates that were too large at the usual rate', 'guessing', evidenceOf(relu, { evaluation: evaluation(700, guessing), overshot: { ...overshot, rate: 0.1 } })],
  ['with the usual rate again', 'guessing', evidenceOf(relu, { evaluation: evaluation(700, guessing), overshot, largestRate: 3, changed: true })],
]
