import { describe, expect, test } from 'vitest'
import { ticksOf } from '../../../../renderer/components/charts/plot-area'

describe('the ticks of an axis', () => {
  test('are round numbers, as many as fit', () => {
    expect(ticksOf([-2.5, 2.5], 3.2)).toEqual([-2, 0, 2])
  })
  // The loss along a weight at h = 3.16e−5, in a narrow column, had 0 alone.
  test.each([1e-2, 3.16e-5, 1.78e-9, 1e-12])('tell the scale around 0 where few fit, at h = %s', (h) => {
    for (const most of [0.5, 1, 2, 2.6, 3]) {
      const ticks = ticksOf([-2.5 * h, 2.5 * h], most)
      expect(ticks.length).toBeGreaterThanOrEqual(2)
      expect(ticks.length).toBeLessThanOrEqual(5)
    }
  })
})
