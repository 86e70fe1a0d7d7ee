import { describe, expect, test } from 'vitest'
import { judge, printAnswer, readAnswer, readNumber, readShape, sameAnswer } from '../../../renderer/lessons/answers'
import type { Posed } from '../../../renderer/lessons'

describe('a number', () => {
  test.each([
    ['2.2', 2.2], [' 2.2 ', 2.2], ['.5', 0.5], ['5.', 5], ['+13', 13], ['1e-4', 1e-4], ['2E3', 2000],
    ['-0.8', -0.8], ['−0.8', -0.8], ['–0.8', -0.8], ['－０．８', -0.8],
    ['1,234.5', 1234.5], ['1,234', 1234], ['1,234,567', 1_234_567], ['39 760', 39_760], ['1.234,5', 1234.5],
    ['0,25', 0.25], ['1,5', 1.5], ['12,34', 12.34], ['0,234', 0.234], [',5', 0.5], ['1234,567', 1234.567],
    ['1/3', 1 / 3], ['-1/3', -1 / 3], ['1⁄3', 1 / 3], ['½', 0.5], ['1.1/2', 0.55],
  ])('is read from “%s”', (text, wanted) => {
    expect(readNumber(text)).toBe(wanted)
  })

  test.each(['', ' ', 'two', '2.2.2', '1,23,4', '1.2,3.4', '--1', '1/0', '1/2/3', '(2)', '2 apples', 'NaN', 'Infinity', '1e999', '0x10', '.', ',', '-', '1,2345,678'])('is not read from “%s”', (text) => {
    expect(readNumber(text)).toBeNull()
  })
})

describe('a shape', () => {
  test.each([
    ['2, 3', [2, 3]], ['(2, 3)', [2, 3]], ['[2,3]', [2, 3]], ['2x3', [2, 3]], ['2 × 3', [2, 3]], ['（２，３）', [2, 3]], ['2、3', [2, 3]],
    ['(3,)', [3]], ['3', [3]], ['10, 3, 28, 28', [10, 3, 28, 28]],
  ])('is read from “%s”', (text, wanted) => {
    expect(readShape(text)).toEqual(wanted)
  })

  test.each(['', '(2, 3', '2, three', '2.5, 3', '-2, 3', '(2, 3]', '2,,3', '1,2,3,4,5'])('is not read from “%s”', (text) => {
    expect(readShape(text)).toBeNull()
  })
})

test.each([['+', '+'], ['-', '-'], ['−', '-'], ['0', '0'], ['＋', '+'], ['x', null]])('a sign is read from “%s”', (text, wanted) => {
  expect(readAnswer('sign', text)).toBe(wanted)
})

const posed = (patch: Partial<Posed>): Posed => ({ hide: [], numbers: {}, answer: 6.5, mistakes: [], ...patch })

describe('the judge', () => {
  test.each([[6.5, true], [6.505, true], [6.495, true], [6.506, false], [6.4, false]])('takes %f for 6.5 to three digits: %s', (given, right) => {
    expect(judge(posed({}), given).right).toBe(right)
  })

  test('wants large numbers to three digits, too, and 0 nearly', () => {
    expect([199.5, 200.4, 201].map(given => judge(posed({ answer: 200 }), given).right)).toEqual([true, true, false])
    expect([0, 0.0004, 0.001].map(given => judge(posed({ answer: 0 }), given).right)).toEqual([true, true, false])
  })

  test('takes the question’s own tolerance where there is one', () => {
    expect([6, 7, 7.1].map(given => judge(posed({ tolerance: 0.5 }), given).right)).toEqual([true, true, false])
  })

  test('tells a known mistake', () => {
    const question = posed({ mistakes: [{ answer: 13, hint: 'ownInput' }, { answer: 5, hint: 'upstreamForgotten' }] })
    expect(judge(question, 13)).toEqual({ right: false, hint: 'ownInput' })
    expect(judge(question, 5)).toEqual({ right: false, hint: 'upstreamForgotten' })
    expect(judge(question, 4)).toEqual({ right: false, hint: null })
  })

  test('finds a flipped sign by itself, unless the question knows better', () => {
    expect(judge(posed({}), -6.5)).toEqual({ right: false, hint: 'sign' })
    expect(judge(posed({ mistakes: [{ answer: -6.5, hint: 'uphill' }] }), -6.5)).toEqual({ right: false, hint: 'uphill' })
  })

  test('finds dimensions the wrong way round by itself', () => {
    const question = posed({ answer: [2, 3] })
    expect(judge(question, [2, 3])).toEqual({ right: true })
    expect(judge(question, [3, 2])).toEqual({ right: false, hint: 'transpose' })
    expect(judge(question, [2])).toEqual({ right: false, hint: null })
  })

  test('never takes the right answer for a mistake', () => {
    expect(judge(posed({ answer: 4, mistakes: [{ answer: 4, hint: 'ownInput' }] }), 4)).toEqual({ right: true })
    expect(judge(posed({ answer: '+', mistakes: [{ answer: '-', hint: 'uphill' }] }), '-')).toEqual({ right: false, hint: 'uphill' })
    expect(judge(posed({ answer: '+' }), '0')).toEqual({ right: false, hint: null })
  })
})

test('answers of different kinds are never the same', () => {
  expect(sameAnswer(0, '0')).toBe(false)
  expect(sameAnswer([3], 3)).toBe(false)
})

test('answers are printed as they are typed', () => {
  expect([2.2, [2, 3], [3], '-'].map(answer => printAnswer(answer as Posed['answer'], String))).toEqual(['2.2', '(2, 3)', '(3,)', '−'])
})
