import { describe, expect, test } from 'vitest'
import { histogramPath } from '../../../../renderer/components/charts/histogram'

describe('a histogram’s outline', () => {
  test('has one bar for each bin, as high as the root of its count', () => {
    expect(histogramPath([1, 4, 0, 16], 40, 100)).toBe('M0 100V75H10V50H20V100H30V0H40V100Z')
  })

  test('is empty without counts', () => {
    expect(histogramPath([], 40, 100)).toBe('')
    expect(histogramPath([0, 0], 40, 100)).toBe('')
  })
})
