import { describe, expect, test } from 'vitest'
import { quantile, ratioOf, summarize } from './statistics'

describe('statistics', () => {
  test('the median is in the middle, whatever the order', () => {
    expect(quantile([9, 1, 5], 0.5)).toBe(5)
    expect(quantile([4, 1, 2, 3], 0.5)).toBe(2.5)
    expect(quantile([7], 0.25)).toBe(7)
    expect(quantile([], 0.5)).toBeNaN()
  })

  test('the spread is between the quartiles, as a share of the median', () => {
    expect(summarize([10, 20, 30, 40, 50])).toEqual({ median: 30, spread: (40 - 20) / 30 })
    expect(summarize([8, 8, 8]).spread).toBe(0)
  })

  test('one disturbed burst moves neither the median nor the spread', () => {
    expect(summarize([100, 100, 100, 100, 3])).toEqual({ median: 100, spread: 0 })
  })

  test('a ratio is computed per pair, so a machine that slows both down does not change it', () => {
    expect(ratioOf([[300, 100], [30, 10], [6, 2]])).toEqual({ median: 3, spread: 0 })
  })

  test('the input is not modified', () => {
    const values = [3, 1, 2]
    summarize(values)
    expect(values).toEqual([3, 1, 2])
  })
})
