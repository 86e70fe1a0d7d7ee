import { describe, expect, test } from 'vitest'
import { optimizerSpec, parseLayers, type RuleId, type RunConfig } from '../../../core'
import { newRun, smallerRate, usualRate } from '../../../core/diagnosis/cures'
import type { Evidence } from '../../../core/diagnosis/evidence'
import { rules } from '../../../core/diagnosis/rules'
import { evaluation, score } from '../../fixtures/evaluation'
import { runConfig } from '../../fixtures/run-config'
import { branches } from './branches'
import { active, activity, chain, evidenceOf, starts, steps } from './evidence-of'

const relu = runConfig()
const sigmoids: RunConfig = { ...relu, network: chain(5, 'sigmoid') }
const dropped: RunConfig = { ...relu, network: { ...relu.network, layers: parseLayers('affine 50, relu, dropout 0.95, affine 10') } }
const learned = { train: 0.97, test: 0.96 } as const
/** After an epoch, ten classes are told apart as by chance */
const chance = evaluation(700, { train: 0.1, test: 0.1 })
const severityOf = (rule: RuleId, evidence: Evidence): string | null => rules[rule].judge(evidence)?.severity ?? null

const decayed = (changes: Partial<Evidence> = {}) => evidenceOf({ ...relu, weightDecay: 1 }, { recent: steps(relu, { ratio: 0.1 }), ...changes })
const moved = (ratio: number, changes: Partial<Evidence> = {}) => evidenceOf(relu, { recent: steps(relu, { ratio }), ...changes })
const saturated = (extreme: number, changes: Partial<Evidence> = {}) => evidenceOf(sigmoids, { evaluation: active(700, [activity('sigmoid1', { saturated: 0.5, extreme })]), ...changes })
const vanished = (first: number, changes: Partial<Evidence> = {}) => evidenceOf(sigmoids, { recent: steps(sigmoids, i => ({ gradient: i === 0 ? first : 1e-3 })), ...changes })
const apart = (times: number, changes: Partial<Evidence> = {}) => evidenceOf(sigmoids, { start: starts(sigmoids, i => ({ variance: i === 0 ? NaN : i === 1 ? times : 1 })), ...changes })
/** The training accuracy stood still: otherwise many dead units are no fault */
const dead = (share: number, changes: Partial<Evidence> = {}) => evidenceOf(relu, { earlier: evaluation(300), evaluation: active(700, [activity('relu1', { dead: share })]), ...changes })
const atChance = (units: readonly Parameters<typeof activity>[]): Partial<Evidence> => ({ evaluation: { ...chance, activity: units.map(given => activity(...given)) }, earlier: chance })

describe('a rule passes from nothing over a warning to a fault that leaves no hope', () => {
  test.each<[RuleId, Evidence, Evidence, Evidence]>([
    ['tooMuchDropout', evidenceOf({ ...dropped, network: { ...dropped.network, layers: parseLayers('affine 50, relu, dropout 0.8, affine 10') } }), evidenceOf(dropped), evidenceOf(dropped, { evaluation: chance })],
    ['tooMuchDecay', evidenceOf({ ...relu, weightDecay: 1e-4 }), decayed(), decayed({ evaluation: chance })],
    ['stepTooLarge', moved(0.09), moved(0.11), moved(11)],
    ['saturation', evidenceOf(sigmoids, { evaluation: active(700, [activity('sigmoid1', { saturated: 0.2 })]) }), saturated(0.1), saturated(0.3)],
    ['saturation', evidenceOf(sigmoids, { evaluation: active(700, [activity('sigmoid1', { saturated: 0.9 })], learned) }), saturated(0.1), saturated(0.1, atChance([['sigmoid1', { saturated: 0.5 }]]))],
    ['vanishing', vanished(1.1e-6), vanished(0.9e-6), vanished(0.9e-7)],
    ['vanishing', vanished(1e-8, { evaluation: evaluation(700, learned) }), vanished(0.9e-6), vanished(0.9e-6, { evaluation: chance })],
    ['startVariance', apart(9), apart(11), apart(11, { evaluation: chance })],
    ['deadUnits', dead(0.3), dead(0.31), dead(0.95)],
    ['deadUnits', dead(0.4, { earlier: evaluation(300, { train: 0.4 }) }), dead(0.6, { earlier: evaluation(300, { train: 0.4 }) }), dead(0.6, { ...atChance([['relu1', { dead: 0.6 }]]), overshot: { rule: 'exploding', step: 4, rate: 3 } })],
    ['stepTooSmall', moved(1.1e-4), moved(0.9e-4), moved(0.9e-8)],
    ['stepTooSmall', moved(0.9e-4, { evaluation: evaluation(700, learned) }), moved(0.9e-4), moved(0.9e-4, { evaluation: chance })],
    ['guessing', evidenceOf(relu), evidenceOf(relu, { evaluation: chance }), evidenceOf(relu, { evaluation: chance, overshot: { rule: 'exploding', step: 4, rate: 3 } })],
  ])('%s', (rule, healthy, warned, broken) => {
    expect([healthy, warned, broken].map(evidence => severityOf(rule, evidence))).toEqual([null, 'warn', 'broken'])
  })

  test.each<[RuleId, 'warn' | 'broken', Evidence, Evidence]>([
    ['inputScale', 'warn', evidenceOf(relu, { largestInput: 10 }), evidenceOf(relu, { largestInput: 11 })],
    ['equalUnits', 'broken', evidenceOf(relu, { start: starts(relu, i => ({ equal: i === 1 })) }), evidenceOf(relu, { start: starts(relu, i => ({ equal: i === 0 })) })], // the last layer is no hidden one
    ['exploding', 'broken', evidenceOf(relu, { loss: 4.5, lossBefore: 2.3 }), evidenceOf(relu, { loss: 4.7, lossBefore: 2.3 })],
    ['notFinite', 'broken', evidenceOf(relu), evidenceOf(relu, { divergence: { step: 3, loss: 'NaN', tensor: null } })],
    ['nothingMoves', 'broken', moved(0), evidenceOf(relu, { recent: steps(relu, { ratio: 0, gradient: 0, othersStill: true }) })], // the biases may move alone
    ['startLoss', 'warn', evidenceOf(relu, { first: { ...evaluation(0), train: { ...score(0.1), loss: 3.2 } } }), evidenceOf(relu, { first: { ...evaluation(0), train: { ...score(0.1), loss: 3.4 } } })], // ln 10 = 2.30
    ['missingClass', 'warn', evidenceOf(relu), evidenceOf(relu, { missing: [{ index: 4, images: 1 }] })],
    ['sleepingClass', 'warn', evidenceOf(relu, { evaluation: { ...evaluation(700), test: { ...score(0.9), counts: [100], correct: [20] } } }), evidenceOf(relu, { evaluation: { ...evaluation(700), test: { ...score(0.9), counts: [100], correct: [19] } } })],
    ['overfitting', 'warn', evidenceOf(relu, { evaluation: evaluation(700, { train: 0.99, test: 0.9 }), best: evaluation(300) }), evidenceOf(relu, { evaluation: evaluation(700, { train: 0.99, test: 0.88 }), best: evaluation(300) })],
  ])('%s has one severity, %s', (rule, severity, healthy, found) => {
    expect([healthy, found].map(evidence => severityOf(rule, evidence))).toEqual([null, severity])
  })
})

test.each([[9, 'broken'], [10, null]])('a unit that fires for %i of 1,000 images: %s', (fired, severity) => {
  const units = { ...activity('relu1', {}), images: 1000, fired: Array.from({ length: 50 }, () => fired) }
  expect(severityOf('deadUnits', dead(0, { evaluation: active(700, [units]) }))).toBe(severity)
})

describe('a cure', () => {
  const cureOf = (title: string, rule: RuleId) => rules[rule].judge(branches.find(([given, id]) => given === title && id === rule)![2])!.cure

  test('keeps the seeds, the batch and everything else that is no fault', () => {
    const config: RunConfig = { ...sigmoids, seed: 7, orderSeed: 9, batchSize: 32, validation: 0.1, optimizer: optimizerSpec('adam', 0.002), weightDecay: 1e-4 }
    expect(rules.vanishing.judge(evidenceOf(config, { recent: steps(config, i => ({ gradient: i === 0 ? 1e-9 : 1e-3 })) }))!.cure)
      .toEqual({ kind: 'new', config: { ...config, init: 'he', network: chain(5, 'relu') } })
  })

  test.each<[RunConfig, number]>([
    [relu, 0.1], [{ ...relu, optimizer: optimizerSpec('adam', 3) }, 0.001], [{ ...relu, batchSize: 1 }, 0.01], [{ ...relu, network: { ...relu.network, loss: 'identityWithLoss' } }, 0.01],
    [{ ...relu, optimizer: optimizerSpec('adam', 3), network: { ...relu.network, loss: 'identityWithLoss' } }, 0.001],
  ])('has the usual rate of its optimizer, batch and loss: %#', (config, rate) => { expect(usualRate(config)).toBe(rate) })

  test('has the usual rate after one that was clearly larger, else a tenth of it', () => {
    expect([3, 0.2, 0.12].map(largestRate => smallerRate({ config: relu, largestRate }))).toEqual([0.1, 0.1, 0.01])
  })

  test('is not the same run again', () => {
    expect(newRun(evidenceOf(relu))).toBeNull()
    expect(newRun(evidenceOf(relu, { fromFile: true }))).toEqual({ kind: 'new', config: relu })
    expect(newRun(evidenceOf(relu, { changed: true }))).toEqual({ kind: 'new', config: relu })
  })

  test('of a start is no other learning rate alone', () => {
    expect([cureOf('ReLU with He’s weights at a low rate', 'vanishing'), cureOf('ReLU with He’s weights at a low rate', 'startVariance')]).toEqual([null, null])
  })

  test('is in this run where only dropout or the rate was wrong', () => {
    expect(cureOf('two dropouts', 'tooMuchDropout')).toEqual({ kind: 'change', change: { layers: { dropout1: { rate: 0.2 }, dropout2: { rate: 0.2 } } } })
    expect(cureOf('a low rate', 'stepTooSmall')).toEqual({ kind: 'change', change: { optimizer: { learningRate: 0.1 } } })
  })
})
