import { describe, expect, test } from 'vitest'
import { judge, printAnswer, readAnswer, readShape, sameAnswer } from '../../../renderer/course/answers'
import type { Posed } from '../../../renderer/course'
import { meanings, refusals } from '../../fixtures/typed-numbers'

describe('a number', () => {
  test.each(meanings)('is parsed from “%s” as %d', (text, wanted) => {
    expect(readAnswer('number', text)).toBe(wanted)
  })

  test.each(refusals)('is not parsed from “%s”: %s', (text, code) => {
    expect(() => readAnswer('number', text)).toThrow(expect.objectContaining({ code }) as Error)
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

test.each([['+', '+'], ['-', '-'], ['−', '-'], ['0', '0'], ['＋', '+'], ['—', '-'], ['ー', '-']])('a sign is parsed from “%s”', (text, wanted) => {
  expect(readAnswer('sign', text)).toBe(wanted)
})
test('no sign is parsed from a letter', () => {
  expect(() => readAnswer('sign', 'x')).toThrow(expect.objectContaining({ code: 'typed.character' }) as Error)
})

const posed = (patch: Partial<Posed>): Posed => ({ hide: [], numbers: {}, answer: 6.5, mistakes: [], ...patch })

describe('the judge', () => {
  test.each([[6.5, true], [6.505, true], [6.495, true], [6.506, false], [6.4, false]])('accepts %f for 6.5 to three digits: %s', (given, right) => {
    expect(judge(posed({}), given).right).toBe(right)
  })

  test('requires large numbers to three digits, too, and 0 approximately', () => {
    expect([199.5, 200.4, 201].map(given => judge(posed({ answer: 200 }), given).right)).toEqual([true, true, false])
    expect([0, 0.0004, 0.001].map(given => judge(posed({ answer: 0 }), given).right)).toEqual([true, true, false])
  })

  test('uses the question’s own tolerance where there is one', () => {
    expect([6, 7, 7.1].map(given => judge(posed({ tolerance: 0.5 }), given).right)).toEqual([true, true, false])
  })

  test('recognizes a known mistake', () => {
    const question = posed({ mistakes: [{ answer: 13, hint: 'ownInput' }, { answer: 5, hint: 'upstreamForgotten' }] })
    expect(judge(question, 13)).toEqual({ right: false, hint: 'ownInput' })
    expect(judge(question, 5)).toEqual({ right: false, hint: 'upstreamForgotten' })
    expect(judge(question, 4)).toEqual({ right: false, hint: null })
  })

  test('recognizes a flipped sign by itself, unless the question defines it', () => {
    expect(judge(posed({}), -6.5)).toEqual({ right: false, hint: 'sign' })
    expect(judge(posed({ mistakes: [{ answer: -6.5, hint: 'uphill' }] }), -6.5)).toEqual({ right: false, hint: 'uphill' })
  })

  test('recognizes reversed dimensions by itself', () => {
    const question = posed({ answer: [2, 3] })
    expect(judge(question, [2, 3])).toEqual({ right: true })
    expect(judge(question, [3, 2])).toEqual({ right: false, hint: 'transpose' })
    expect(judge(question, [2])).toEqual({ right: false, hint: null })
  })

  test('never mistakes the right answer for an error', () => {
    expect(judge(posed({ answer: 4, mistakes: [{ answer: 4, hint: 'ownInput' }] }), 4)).toEqual({ right: true })
    expect(judge(posed({ answer: '+', mistakes: [{ answer: '-', hint: 'uphill' }] }), '-')).toEqual({ right: false, hint: 'uphill' })
    expect(judge(posed({ answer: '+' }), '0')).toEqual({ right: false, hint: null })
  })
})

test('answers of different kinds are never equal', () => {
  expect(sameAnswer(0, '0')).toBe(false)
  expect(sameAnswer([3], 3)).toBe(false)
})

test('answers are printed as they are typed', () => {
  expect([2.2, [2, 3], [3], '-'].map(answer => printAnswer(answer as Posed['answer'], String))).toEqual(['2.2', '(2, 3)', '(3,)', '−'])
})
