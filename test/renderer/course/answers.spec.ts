import { describe, expect, test } from 'vitest'
import { answerKey, judge, printAnswer, readAnswer, readShape, sameAnswer } from '../../../renderer/course/answers'
import { lessons } from '../../../renderer/course/all'
import { offered } from '../../../renderer/course/shuffle'
import type { Posed } from '../../../renderer/course'
import { meanings, refusals } from '../../fixtures/typed-numbers'

describe('a number', () => {
  test.each(meanings)('is parsed from “%s” as %d', (text, wanted) => {
    expect(readAnswer('number', text).answer).toBe(wanted)
  })

  test.each(refusals.filter(([, , suggestion]) => suggestion === undefined))('is not parsed from “%s”: %s', (text, code) => {
    expect(() => readAnswer('number', text)).toThrow(expect.objectContaining({ code }) as Error)
  })

  test.each(refusals.filter(([, , suggestion]) => suggestion !== undefined))('“%s” is taken as what was meant, with a word about it', (text, _, suggestion) => {
    expect(readAnswer('number', text)).toEqual({ answer: Number(suggestion), adjusted: true })
  })

  test.each([['25 %', 0.25, true], ['1÷4', 0.25, false], ['= 6', 6, true], ['2.2원', 2.2, true], ['220円', 220, true], ['10^-3', 0.001, false], ['−0.8', -0.8, false]])('“%s” is %d; something was left out or converted: %s', (text, answer, adjusted) => {
    expect(readAnswer('number', text)).toEqual({ answer, adjusted })
  })
})

describe('a shape', () => {
  test.each([
    ['2, 3', [2, 3]], ['(2, 3)', [2, 3]], ['[2,3]', [2, 3]], ['2x3', [2, 3]], ['2 × 3', [2, 3]], ['（２，３）', [2, 3]], ['2、3', [2, 3]],
    ['(3,)', [3]], ['3', [3]], ['10, 3, 28, 28', [10, 3, 28, 28]],
    ['2 3', [2, 3]], ['２×３', [2, 3]], ['［2，3］', [2, 3]], ['【2、3】', [2, 3]], ['2\u30003', [2, 3]], ['1,500', [1, 500]],
  ])('is parsed from “%s”', (text, wanted) => {
    expect(readShape(text)).toEqual(wanted)
  })

  test.each(['', '(2, 3', '2, three', '2.5, 3', '-2, 3', '(2, 3]', '2,,3', '1,2,3,4,5'])('is not parsed from “%s”', (text) => {
    expect(() => readShape(text)).toThrow(expect.objectContaining({ code: 'typed.shape' }) as Error)
  })
})

const posed = (patch: Partial<Posed>): Posed => ({ hide: [], numbers: {}, answer: 6.5, mistakes: [], ...patch })

describe('the judge', () => {
  test.each([[6.5, true], [6.505, true], [6.495, true], [6.506, false], [6.4, false]])('accepts %f for 6.5 to three digits: %s', (given, right) => {
    expect(judge(posed({}), given).is === 'right').toBe(right)
  })

  test('requires large numbers to three digits, too, and 0 approximately', () => {
    expect([199.5, 200.4, 201].map(given => judge(posed({ answer: 200 }), given).is === 'right')).toEqual([true, true, false])
    expect([0, 0.0004, 0.001].map(given => judge(posed({ answer: 0 }), given).is === 'right')).toEqual([true, true, false])
  })

  test('uses the question’s own tolerance where there is one', () => {
    expect([6, 7, 7.1].map(given => judge(posed({ tolerance: 0.5 }), given).is === 'right')).toEqual([true, true, false])
  })

  test('recognizes a known mistake', () => {
    const question = posed({ mistakes: [{ answer: 13, hint: 'ownInput' }, { answer: 5, hint: 'upstreamForgotten' }] })
    expect(judge(question, 13)).toEqual({ is: 'wrong', hint: 'ownInput' })
    expect(judge(question, 5)).toEqual({ is: 'wrong', hint: 'upstreamForgotten' })
    expect(judge(question, 4)).toEqual({ is: 'wrong', hint: null })
  })

  test('recognizes a flipped sign by itself, unless the question defines it', () => {
    expect(judge(posed({ hide: ['gradient:x'] }), -6.5)).toEqual({ is: 'wrong', hint: 'sign' })
    expect(judge(posed({ answer: -0.5937, hide: ['gradient:x'] }), 0.59)).toEqual({ is: 'wrong', hint: 'sign' })
    expect(judge(posed({ mistakes: [{ answer: -6.5, hint: 'uphill' }] }), -6.5)).toEqual({ is: 'wrong', hint: 'uphill' })
  })

  // Cause: of a forward value, such as −20 in softmax, the hint asked which way the output goes when this value grows.
  test('speaks of the output only where a gradient is asked for', () => {
    for (const hide of [[], ['value:y'], ['gradient:w', 'updated:w']]) expect(judge(posed({ hide }), -6.5)).toEqual({ is: 'wrong', hint: 'signOnly' })
  })

  // Seen with learners: the right number with one or two digits was answered with a hint about the concept.
  test.each([[-0.5937, -0.59], [-0.5937, -0.593], [-0.5937, -0.6], [-0.2864, -0.29], [-0.30372, -0.3], [0.323, 0.32], [0.7366, 0.74], [-0.19021, -0.2], [12.3456, 12], [6.25, 6.3], [6.25, 6.2], [6.25, 6]])(
    'for %d tells %d to be right so far', (answer, given) => {
      expect(judge(posed({ answer }), given)).toEqual({ is: 'imprecise' })
    })

  test.each([[715, 700], [715, 720], [110, 100], [6.5, 7], [0.16, 0.2], [200, 0], [-0.5937, -0.58], [-0.5937, -0.601], [0.004, 0], [79_520, 80_000]])('for %d tells %d to be wrong, since that is no rounding of decimals', (answer, given) => {
    expect(judge(posed({ answer }), given)).toEqual({ is: 'wrong', hint: null })
  })

  test('prefers a known mistake to imprecision, and a question’s own tolerance leaves none', () => {
    expect(judge(posed({ answer: 12.01, tolerance: 0.002, mistakes: [{ answer: 12, hint: 'exact' }] }), 12)).toEqual({ is: 'wrong', hint: 'exact' })
    expect(judge(posed({ answer: 12.01, tolerance: 0.002 }), 12)).toEqual({ is: 'wrong', hint: null })
  })

  test('compares keys, one or several in order', () => {
    expect(judge(posed({ answer: 'other' }), 'other')).toEqual({ is: 'right' })
    expect(judge(posed({ answer: ['a', 'b', 'c'] }), ['a', 'b', 'c'])).toEqual({ is: 'right' })
    expect(judge(posed({ answer: ['a', 'b', 'c'] }), ['c', 'b', 'a'])).toEqual({ is: 'wrong', hint: null })
    expect(judge(posed({ answer: 4 }), 3)).toEqual({ is: 'wrong', hint: null })
  })

  test('recognizes reversed dimensions by itself', () => {
    const question = posed({ answer: [2, 3] })
    expect(judge(question, [2, 3])).toEqual({ is: 'right' })
    expect(judge(question, [3, 2])).toEqual({ is: 'wrong', hint: 'rowsFirst' })
    expect(judge(question, [2])).toEqual({ is: 'wrong', hint: null })
  })

  test('never mistakes the right answer for an error', () => {
    expect(judge(posed({ answer: 4, mistakes: [{ answer: 4, hint: 'ownInput' }] }), 4)).toEqual({ is: 'right' })
    expect(judge(posed({ answer: '+', mistakes: [{ answer: '-', hint: 'uphill' }] }), '-')).toEqual({ is: 'wrong', hint: 'uphill' })
    expect(judge(posed({ answer: '+' }), '0')).toEqual({ is: 'wrong', hint: null })
  })
})

test('answers of different kinds are never equal', () => {
  expect(sameAnswer(0, '0')).toBe(false)
  expect(sameAnswer([3], 3)).toBe(false)
})

test('answers are printed as they are typed', () => {
  expect([2.2, [2, 3], [3], '-'].map(answer => printAnswer(answer as Posed['answer'], String))).toEqual(['2.2', '(2, 3)', '(3,)', '−'])
})

test('keys of answers name lines from 1, pictures and choices', () => {
  const pictures = ['step', 'ramp'].map(key => ({ key, pieces: [], range: [0, 1, 0, 1] as const }))
  expect([answerKey({ code: 'a\nb' }, 1), answerKey({ pictures }, 1), answerKey({}, 2.5), answerKey({}, 'why'), answerKey({}, ['a', 'b']), answerKey({}, [2, 3])]).toEqual(['2', 'ramp', '2.5', 'why', 'a, b', '2, 3'])
})

describe('what is offered', () => {
  const order = { key: 'order', kind: 'order' } as const
  const steps = ['a', 'b', 'c', 'd']
  test('stands in another order than the answer, the same each time, and others in other variants', () => {
    const orders = Array.from({ length: 12 }, (_, variant) => offered(order, variant, posed({ choices: steps, answer: steps })))
    for (const [variant, shown] of orders.entries()) {
      expect([...shown].sort()).toEqual(steps)
      expect(shown).not.toEqual(steps)
      expect(offered(order, variant, posed({ choices: steps, answer: steps }))).toEqual(shown)
    }
    expect(new Set(orders.map(String)).size).toBeGreaterThan(4)
  })
})

describe('a point on a curve', () => {
  const question = lessons.find(({ id }) => id === 'learning-algorithm')!.questions.find(({ key }) => key === 'nextPoint')!
  /** w = 1.5, slope 8, η = 0.1: the update lands at 0.7 */
  const posed = question.pose(0)

  test.each([0.7, 0.9, 0.5])('is right where the eye puts it: %f', (x) => {
    expect(judge(posed, x)).toEqual({ is: 'right' })
  })

  test('that went uphill is told so, wherever exactly it stands', () => {
    for (const x of [2.2, 2.3, 2.4]) expect(judge(posed, x)).toEqual({ is: 'wrong', hint: 'uphill' })
  })

  test.each([0.2, -0.5, 1.5])('elsewhere is wrong, and never a matter of sign or digits: %f', (x) => {
    expect(judge(posed, x)).toEqual({ is: 'wrong', hint: null })
  })

  test.each([0, 1, 2, 3, 4])('in the valley is wrong in variant %i: the minimum has to be no lucky guess', (variant) => {
    const posed = question.pose(variant)
    expect(judge(posed, Number(posed.numbers['minimum']!.replace('−', '-'))).is).toBe('wrong')
  })

  test.each([[1, -1], [2, -0.7], [3, 0], [4, 0]])('lands where the update does in variant %i: %f', (variant, x) => {
    expect(question.pose(variant).answer).toBeCloseTo(x, 12)
  })
})
