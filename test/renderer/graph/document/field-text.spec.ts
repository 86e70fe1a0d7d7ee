import { readValue } from '@core'
import { describe, expect, test } from 'vitest'
import { afterPresses, nestedText, pressSizeOf } from '../../../../renderer/graph/document/field-text'

describe('a value in its field', () => {
  test.each<[number | readonly (readonly number[])[], string]>([[0.1, '0.1'], [-3, '−3'], [[[1, -2], [3, 4]], '[[1, −2], [3, 4]]']])('%j is printed, and parsed as the same number', (value, text) => {
    expect(nestedText(value)).toBe(text)
    expect(readValue(text)).toEqual(value)
  })
})

describe('an arrow key', () => {
  test('moves by a tenth of the number’s magnitude', () => {
    expect([100, 1.1, 0.05, -2, 0].map(pressSizeOf)).toEqual([10, 0.1, 0.001, 0.1, 0.1])
  })

  test('keeps the typed number of digits', () => {
    expect([afterPresses(1.23456789012, 1), afterPresses(123_456_789_012, 1)]).toEqual([1.33456789012, 133_456_789_012])
  })

  test('leaves no trailing digits', () => {
    expect([afterPresses(0.1, 2), afterPresses(1.1, 1), afterPresses(100, -1), afterPresses(0, -1)]).toEqual([0.12, 1.2, 90, -0.1])
  })
})
