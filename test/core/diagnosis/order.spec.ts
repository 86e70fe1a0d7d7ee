import { expect, test } from 'vitest'
import { type RuleId, ruleIds } from '../../../core'
import { rules } from '../../../core/diagnosis/rules'
import { worstFirst } from '../../../core/diagnosis/order'
import { findingOf } from '../../fixtures/findings'

const cure = { kind: 'change', change: { optimizer: { learningRate: 0.1 } } } as const
const causes = ruleIds.flatMap(cause => (rules[cause].explains ?? []).map((rule): [RuleId, RuleId] => [cause, rule]))

test.each(causes)('%s stands before its consequence %s, is as severe, and has the only cure', (cause, consequence) => {
  const before = [findingOf(cause, { cure }), findingOf(consequence, { severity: 'broken', cure })].sort((a, b) => ruleIds.indexOf(a.rule) - ruleIds.indexOf(b.rule))
  expect(worstFirst(before, [])).toMatchObject([{ rule: cause, severity: 'broken', cure }, { rule: consequence, severity: 'broken', cure: null, explainedBy: cause }])
})

test('the worst stands first, of equals the most fundamental', () => {
  const found = [findingOf('startLoss'), findingOf('nothingMoves', { severity: 'broken' }), findingOf('guessing', { severity: 'broken' }), findingOf('overfitting')]
  expect(worstFirst(found, []).map(({ rule }) => rule)).toEqual(['nothingMoves', 'guessing', 'startLoss', 'overfitting'])
})

test('a finding stands behind the likelier cause that it names, if that was found, too', () => {
  const dead = findingOf('deadUnits', { cure: null, after: 'guessing' })
  expect(worstFirst([dead, findingOf('guessing')], [])).toMatchObject([{ rule: 'guessing' }, { rule: 'deadUnits', explainedBy: 'guessing', cure: null }])
  expect(worstFirst([dead], [])).toEqual([dead])
})

test('what has not changed stays the same object, so that it is not reported again', () => {
  const found = [findingOf('tooMuchDecay', { cure }), findingOf('vanishing', { severity: 'broken', cure })]
  const before = worstFirst(found, [])
  const now = worstFirst(found, before)
  expect(now.every((finding, i) => finding === before[i])).toBe(true)
  expect(worstFirst([found[1]!], before)[0]).toBe(found[1])
})
