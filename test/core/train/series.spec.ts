import { describe, expect, test } from 'vitest'
import { type CurvePoint, Random, Series } from '../../../core'

/** Losses of steps 1, 2, 3, … as a series of few buckets. */
function filled(capacity: number, values: Iterable<number>): Series {
  const series = new Series(capacity)
  let step = 0
  for (const value of values) series.push(++step, value)
  return series
}
const count = (length: number) => Array.from({ length }, (_, i) => i + 1)
/** A falling curve with noise: no two values are the same. */
function noisy(length: number, seed = 1): number[] {
  const random = new Random(seed)
  return Array.from({ length }, (_, i) => 2 * Math.exp(-i / 1000) + Math.exp(random.normal()) / 10)
}
const xs = (points: readonly CurvePoint[]) => points.map(({ x }) => x)
/** Its state, and everything that it draws and exports */
const seen = (series: Series) => [series.read(), series.extremes(1200), series.extremes(300), series.means(100), series.buckets()]

describe('a series', () => {
  test('keeps each value while there is room', () => {
    const series = filled(8, [5, 3, 4])
    expect(series.extremes(100)).toEqual([{ x: 1, y: 5 }, { x: 2, y: 3 }, { x: 3, y: 4 }])
    expect(series.means(100)).toEqual([{ x: 1, y: 5 }, { x: 2, y: 3 }, { x: 3, y: 4 }])
    expect(series.buckets().map(({ lastStep, count, least, greatest, mean }) => [lastStep, count, least, greatest, mean])).toEqual([[1, 1, 5, 5, 5], [2, 1, 3, 3, 3], [3, 1, 4, 4, 4]])
    expect([series.first, series.latest, series.perColumn(100)]).toEqual([{ x: 1, y: 5 }, { x: 3, y: 4 }, 1])
  })

  test('merges neighbours when it is full, and keeps their least and greatest, their mean and their latest step', () => {
    const series = filled(4, [1, 7, 3, 2, 6])
    expect(series.buckets()).toEqual([
      { lastStep: 2, count: 2, least: 1, greatest: 7, mean: 4 },
      { lastStep: 4, count: 2, least: 2, greatest: 3, mean: 2.5 },
      { lastStep: 5, count: 1, least: 6, greatest: 6, mean: 6 },
    ])
    expect(series.extremes(100)).toEqual([{ x: 1, y: 1 }, { x: 2, y: 7 }, { x: 3, y: 3 }, { x: 4, y: 2 }, { x: 5, y: 6 }])
    expect(series.means(100)).toEqual([{ x: 1.5, y: 4 }, { x: 3.5, y: 2.5 }, { x: 5, y: 6 }])
    expect([series.first, series.latest, series.perColumn(100)]).toEqual([{ x: 1, y: 1 }, { x: 5, y: 6 }, 2])
  })

  test('never outgrows its memory, and still covers the whole run evenly', () => {
    const series = filled(64, count(100_000))
    expect(series.length).toBeLessThanOrEqual(64)
    expect(series.length).toBeGreaterThan(32)
    const buckets = series.buckets()
    expect(new Set(buckets.slice(0, -1).map(({ count }) => count))).toEqual(new Set([2048]))
    expect(buckets.reduce((sum, { count }) => sum + count, 0)).toBe(100_000)
    expect(buckets.at(-1)!.lastStep).toBe(100_000)
  })

  test('has the mean of all values as the mean of its buckets', () => {
    const buckets = filled(64, count(65_536)).buckets()
    expect(buckets.reduce((sum, { mean, count }) => sum + mean * count, 0) / 65_536).toBe(32_768.5) // whole numbers below 2⁵³ are added exactly
  })

  test('starts over when cleared', () => {
    const series = filled(8, count(100))
    series.clear()
    expect([series.first, series.latest, series.extremes(10), series.means(10), series.buckets()]).toEqual([null, null, [], [], []])
    series.push(1, 5)
    expect(seen(series)).toEqual(seen(filled(8, [5])))
  })

  test('may begin at any step, as the run of a file does', () => {
    const series = new Series(8)
    for (let step = 501; step <= 520; step++) series.push(step, step)
    expect([series.first!.x, series.latest!.x, series.means(100)[0]]).toEqual([501, 520, { x: 502.5, y: 502.5 }])
  })
})

describe('the drawing of a series', () => {
  const long = noisy(200_000)

  // Cause: means of more and more mini-batches were drawn, in which spikes and the first loss disappeared.
  test.each([1, 2, 777, 4096, 4097, 131_072, 199_999, 200_000])('shows a lone spike of step %i among 200,000, at its step and as high as it was', (spike) => {
    const series = filled(4096, long.with(spike - 1, 40))
    for (const pixels of [1200, 550, 90, 1]) {
      const points = series.extremes(pixels)
      expect(points.filter(({ y }) => y === 40)).toEqual([{ x: spike, y: 40 }])
      expect(points.length).toBeLessThanOrEqual(4 * pixels + 2)
    }
  })

  test.each([[1], [3], [500], [4097], [50_000]])('holds of each column the least and the greatest of all %i values, and the first and the latest', (length) => {
    const values = noisy(length)
    const series = filled(1024, values)
    const pixels = 200
    const width = series.perColumn(pixels)
    expect(width).toBeLessThanOrEqual(Math.max(1, length / pixels)) // no wider than a pixel
    const wanted = new Set([1, length])
    for (let from = 0; from < length; from += width) {
      const column = values.slice(from, from + width)
      wanted.add(from + 1 + column.indexOf(Math.min(...column))).add(from + 1 + column.indexOf(Math.max(...column)))
    }
    expect(series.extremes(pixels)).toEqual([...wanted].sort((a, b) => a - b).map(step => ({ x: step, y: values[step - 1] })))
  })

  test.each([10, 63, 64, 65, 1000, 30_000, 199_999])('begins with the first loss and ends with the latest one after %i steps', (length) => {
    const values = noisy(length)
    const points = filled(64, values).extremes(30)
    expect([points[0], points.at(-1)]).toEqual([{ x: 1, y: values[0] }, { x: length, y: values.at(-1) }])
    expect(xs(points)).toEqual([...new Set(xs(points))].sort((a, b) => a - b))
  })

  test('stays in place while the curve grows, so that it does not jitter', () => {
    const [before, after] = [filled(4096, noisy(2000)), filled(4096, noisy(2050))]
    expect(after.means(50).slice(0, 62)).toEqual(before.means(50).slice(0, 62)) // 62 whole columns of 32
    expect(after.extremes(300).slice(0, 400)).toEqual(before.extremes(300).slice(0, 400))
  })

  // The window of steps that a person has zoomed to
  test.each([[1, 200_000], [1, 1], [200_000, 200_000], [777, 1500], [50_001, 90_000], [199_000, 250_000], [-5, 3]])('of steps %i to %i alone holds its least and its greatest, and reaches both edges', (from, to) => {
    const series = filled(4096, long)
    const points = series.extremes(300, [], { from, to })
    const inside = points.filter(({ x }) => x >= from && x <= to)
    const values = long.slice(Math.max(0, from - 1), to)
    const every = series.perColumn(300, { from, to })
    // a bucket that reaches over an edge may have its extremes outside, and then its neighbours' are drawn
    for (const extreme of [Math.min, Math.max].map(pick => values.reduce((a, b) => pick(a, b)))) {
      const step = long.indexOf(extreme) + 1
      if (step - from >= every && to - step >= every) expect(inside).toContainEqual({ x: step, y: extreme })
    }
    expect(points[0]!.x).toBeLessThanOrEqual(Math.max(1, from))
    expect(points.at(-1)!.x).toBeGreaterThanOrEqual(Math.min(200_000, to))
    expect(points.length).toBeLessThanOrEqual(2 * 2 * 300 + 8)
    expect(xs(points)).toEqual([...new Set(xs(points))].sort((a, b) => a - b))
    const means = series.means(50, [], { from, to })
    expect([means.length > 0, means.length <= 2 * 50 + 4]).toEqual([true, true])
  })

  test('of a part keeps its columns in place while the part moves, so that it does not flicker', () => {
    const series = filled(4096, noisy(4096))
    const [before, after] = [2000, 2010].map(from => series.means(50, [], { from, to: from + 1000 }))
    expect(after!.slice(0, 40)).toEqual(before!.filter(({ x }) => x >= after![0]!.x).slice(0, 40))
  })

  test('has each mean in the middle of its steps', () => {
    expect(filled(64, count(256)).means(64)).toEqual(Array.from({ length: 64 }, (_, i) => ({ x: 4 * i + 2.5, y: 4 * i + 2.5 })))
  })

  test('uses the points of the latest drawing again', () => {
    const points = filled(64, noisy(1000)).extremes(20)
    const [first] = points
    filled(64, [9, 8]).extremes(20, points)
    expect(points).toEqual([{ x: 1, y: 9 }, { x: 2, y: 8 }])
    expect(points[0]).toBe(first)
  })
})

describe('a series that was restored', () => {
  test.each([0, 1, 2, 63, 64, 65, 127, 128, 129, 1000, 65_537])('after %i steps equals its source point by point, and continues like it', (length) => {
    const values = noisy(length + 300, length)
    const live = filled(64, values.slice(0, length))
    const restored = filled(64, noisy(90, 7)) // another run, longer than the restored one
    restored.restore(structuredClone(live.read()))
    expect(seen(restored)).toEqual(seen(live))
    for (const [i, value] of values.slice(length).entries()) {
      live.push(length + 1 + i, value)
      restored.push(length + 1 + i, value)
      if (i % 50 === 0) expect(seen(restored)).toEqual(seen(live))
    }
    expect(seen(restored)).toEqual(seen(live))
  })

  test('shares no memory with the one that it was read from', () => {
    const live = filled(8, [3, 2, 1])
    const restored = new Series(8)
    restored.restore(live.read())
    const before = structuredClone(seen(restored))
    live.push(4, 9)
    expect(seen(restored)).toEqual(before)
  })
})
