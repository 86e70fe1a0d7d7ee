import { describe, expect, test } from 'vitest'
import { entry } from '../../../core/certificate/entry'

const entryFor = (printed: string, value: number | null, printing?: 'exact' | 'rounded') => {
  const { digits, agrees } = entry(3, '∂x', printed, value, printing)
  return [agrees, digits]
}

test('an entry holds its lesson, its name, the printed text and the raw number', () => {
  expect(entry(3, '∂x', '.5', 0.5)).toEqual({ lesson: 3, name: '∂x', printed: '.5', value: 0.5, digits: 1, agrees: true })
  expect(entry(3, '∂x', '.5', null)).toEqual({ lesson: 3, name: '∂x', printed: '.5', value: null, digits: null, agrees: null })
})

describe('a number that is printed exactly', () => {
  test.each([
    ['220', 220, true, 16],
    ['220', 220 * (1 + 4e-13), true, 12], // 4e-13 is below 10⁻¹²
    ['220', 220 * (1 + 2e-12), false, 11],
    ['-2', 2, false, 0],
    ['0', 0, true, 1], // 0 counts as one digit
    ['0', 1e-300, false, 16], // no error is small relative to 0
    ['0', 1, false, 0],
    ['100', 101, false, 2],
    ['1', 5, false, 0],
  ] as const)('%s beside %d', (printed, value, agrees, digits) => {
    expect(entryFor(printed, value, 'exact')).toEqual([agrees, digits])
  })
})

describe('a number that is rounded for print', () => {
  test.each([
    ['.0182', 0.01824, true, 3],
    ['.0182', 0.01825, true, 3], // a half may be rounded up or down
    ['.0182', 0.018251, false, 2],
    ['.0182', 0.01815, true, 3],
    ['.0182', 0.018149, false, 2],
    ['-.5937', -0.593665, true, 4],
    ['-.5937', 0.5937, false, 0],
    ['1', 1.4, true, 1],
    ['1', 1.6, false, 0],
    ['0', 0.4, true, 1],
    ['0.31682708', 0.316827084, true, 8],
    ['0.31682708', 0.3168, false, 4],
    ['100', 100.4, true, 3],
    ['.5', 0.500000001, true, 1],
  ] as const)('%s beside %d', (printed, value, agrees, digits) => {
    expect(entryFor(printed, value)).toEqual([agrees, digits])
  })
})

describe('a bound', () => {
  test.each([['≤1e-7', 1e-7, true], ['≤1e-7', 1.01e-7, false], ['≤1e-7', 0, true], ['≥0.966', 0.966, true], ['≥0.966', 0.9659, false], ['≥0.966', 1, true]] as const)('%s beside %d', (printed, value, agrees) => {
    expect(entryFor(printed, value)).toEqual([agrees, null])
  })
})
