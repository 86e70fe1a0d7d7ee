import { describe, expect, test } from 'vitest'
import { Series } from '../../../core'

function filled(capacity: number, values: number): Series {
  const series = new Series(capacity)
  for (let step = 1; step <= values; step++) series.push(step, step)
  return series
}

describe('a series', () => {
  test('keeps every point while there is capacity', () => {
    const series = filled(8, 8)
    expect([...series.steps]).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    expect([...series.values]).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  })

  test('is halved when full: each point is then the mean of two', () => {
    const series = filled(8, 10)
    expect([...series.steps.subarray(0, series.length)]).toEqual([2, 4, 6, 8, 10])
    expect([...series.values.subarray(0, series.length)]).toEqual([1.5, 3.5, 5.5, 7.5, 9.5])
  })

  test('never exceeds its capacity, and still covers the whole run', () => {
    const series = filled(64, 100_000)
    expect(series.length).toBeLessThanOrEqual(64)
    expect(series.length).toBeGreaterThanOrEqual(32)
    expect(series.steps[0]).toBeLessThan(100_000 / 30)
    expect(series.steps[series.length - 1]).toBeGreaterThan(100_000 * 0.95)
  })

  test('preserves the level when it is thinned', () => {
    const series = filled(64, 65_536)
    const mean = series.values.subarray(0, series.length).reduce((a, b) => a + b) / series.length
    expect(mean).toBeCloseTo(32_768.5, 1) // float32 means of up to 2¹⁶
  })

  test('starts over when cleared', () => {
    const series = filled(8, 100)
    series.clear()
    series.push(1, 5)
    expect([series.length, series.steps[0], series.values[0]]).toEqual([1, 1, 5])
  })
})
