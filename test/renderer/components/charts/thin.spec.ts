import { describe, expect, test } from 'vitest'
import { csv } from '../../../../renderer/lib/csv'
import { histogramPath } from '../../../../renderer/components/charts/histogram'
import { extremes, means } from '../../../../renderer/components/charts/thin'

const series = (values: number[]) => ({ steps: Float64Array.from(values, (_, i) => i + 1), values: Float32Array.from(values), length: values.length })
const wave = (length: number) => series(Array.from({ length }, (_, i) => Math.sin(i / 7) + (i === 1234 ? 50 : 0)))

describe('a thinned series', () => {
  test('is unchanged while it is short', () => {
    expect(extremes(series([3, 1, 2]), 100)).toEqual([{ x: 1, y: 3 }, { x: 2, y: 1 }, { x: 3, y: 2 }])
  })

  test('stays small however long it grows', () => {
    expect(extremes(wave(4096), 300).length).toBeLessThanOrEqual(600)
    expect(means(wave(4096), 100).length).toBeLessThanOrEqual(100)
  })

  test('keeps a lone spike where it was', () => {
    const top = extremes(wave(4096), 300).reduce((a, b) => b.y > a.y ? b : a)
    expect(top.x).toBe(1235)
    expect(top.y).toBeGreaterThan(49)
  })

  test('is ordered in time', () => {
    const xs = extremes(wave(4096), 300).map(({ x }) => x)
    expect(xs).toEqual(xs.toSorted((a, b) => a - b))
  })

  test('keeps full buckets unchanged while it grows, so that the drawing does not jitter', () => {
    const [before, after] = [means(wave(2000), 100), means(wave(2050), 100)]
    expect(after.slice(0, before.length - 1)).toEqual(before.slice(0, -1))
  })

  test('has the mean of the whole as the mean of equal buckets', () => {
    const buckets = means(series(Array.from({ length: 256 }, (_, i) => i)), 64)
    expect(buckets.reduce((sum, { y }) => sum + y, 0) / buckets.length).toBeCloseTo(127.5, 5) // float32 values
  })

  test('reuses the points of the last drawing', () => {
    const points = extremes(wave(4096), 300)
    const [first] = points
    extremes(series([9, 8]), 300, points)
    expect(points).toEqual([{ x: 1, y: 9 }, { x: 2, y: 8 }])
    expect(points[0]).toBe(first)
  })
})

describe('a histogram’s outline', () => {
  test('has one bar for each bin, as high as the root of its count', () => {
    expect(histogramPath([1, 4, 0, 16], 40, 100)).toBe('M0 100V75H10V50H20V100H30V0H40V100Z')
  })

  test('is empty without counts', () => {
    expect(histogramPath([], 40, 100)).toBe('')
    expect(histogramPath([0, 0], 40, 100)).toBe('')
  })
})

test('CSV quotes where necessary and keeps every digit', () => {
  expect(csv([['a "b"', 'c,d'], [0.1 + 0.2, -1e-9]])).toBe('"a ""b""","c,d"\r\n0.30000000000000004,-1e-9\r\n')
})
