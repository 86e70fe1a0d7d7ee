import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { createReferenceOps, histogramBins, type Ops, Summaries, summarizeTensor, Tensor } from '@core'
import { describe, expect, test } from 'vitest'
import { machines } from '../golden'

/** A number; NaN and infinities are strings */
type Numbers = readonly (number | string)[]
interface GoldenTensor extends Readonly<Record<'norm' | 'meanAbs' | 'min' | 'max' | 'zeroShare' | 'nonFinite' | 'limit', number>>, Readonly<Record<'shape' | 'histogram' | 'positive' | 'beyond', readonly number[]>> {
  readonly name: string
  readonly x: Numbers
}
/** Output of generate.py: NumPy in float64 */
interface Golden {
  readonly limits: readonly number[]
  readonly tensors: readonly GoldenTensor[]
  readonly update: { readonly shape: readonly number[], readonly before: Numbers, readonly after: Numbers, readonly distance: number }
}
const golden = JSON.parse(readFileSync(resolve(import.meta.dirname, '../../fixtures/golden/statistics/statistics.json'), 'utf8')) as Golden

describe.each(machines.map(([name, ops]) => [name, ops] as const))('on the %s', (_, ops: Ops) => {
  const placed = (x: Numbers, shape: readonly number[]): Tensor => {
    const tensor = ops.arena().tensor(shape)
    tensor.data.set(x.map(Number))
    return tensor
  }

  test.each(golden.tensors)('statistics of $name are NumPy’s', ({ x, shape, norm, meanAbs, min, max, zeroShare, nonFinite, limit, histogram, positive, beyond }) => {
    const tensor = placed(x, shape)
    const stats = summarizeTensor('affine1.W', tensor, new Summaries(ops))
    // 481 additions in double precision, in another order than NumPy’s: 481 · 2⁻⁵³ is 5e-14
    expect(Math.abs(stats.norm - norm)).toBeLessThanOrEqual(1e-13 * norm)
    expect(Math.abs(stats.meanAbs - meanAbs)).toBeLessThanOrEqual(1e-13 * meanAbs)
    expect({ ...stats, zeroShare: 0, norm: 0, meanAbs: 0, histogram: { ...stats.histogram, counts: [...stats.histogram.counts] } })
      .toEqual({ path: 'affine1.W', shape, norm: 0, meanAbs: 0, min, max, zeroShare: 0, nonFinite, histogram: { from: -limit, to: limit, counts: histogram } })
    expect(stats.zeroShare).toBeCloseTo(zeroShare, 10)
    const counts = new Uint32Array(shape[1]!)
    ops.countPositive(counts, tensor)
    expect([[...counts], golden.limits.map(at => ops.countBeyond(tensor, at))]).toEqual([positive, beyond])
  })

  test('the size of an update is NumPy’s', () => {
    const { before, after, shape, distance } = golden.update
    expect(Math.abs(ops.distance(placed(after, shape), placed(before, shape)) - distance)).toBeLessThanOrEqual(1e-13 * distance)
  })
})

/** Of tensors with memory of their own. */
const summaries = (): Summaries => new Summaries(createReferenceOps('float32'))

describe('a summary', () => {
  test('gives norm, range, zeros and a histogram that is symmetric about zero', () => {
    const { shape, norm, min, max, zeroShare, histogram } = summarizeTensor('affine1.dW', Tensor.from([3, 0, -4, 0, 0.01, -0.01], [2, 3]), summaries())
    expect({ shape, min, max }).toEqual({ shape: [2, 3], min: -4, max: 3 })
    expect(norm).toBeCloseTo(Math.sqrt(25.0002), 6) // 0.01 is rounded to float32
    expect(zeroShare).toBeCloseTo(100 / 3, 10)
    expect([histogram.from, histogram.to, histogram.counts.length]).toEqual([-4, 4, histogramBins])
    expect(histogram.counts[20]).toBe(4) // zero and numbers near it
    expect(histogram.counts[0]).toBe(1)
    expect(histogram.counts.reduce((a, b) => a + b)).toBe(6)
  })

  test('of zeros only has them all in the middle', () => {
    const { min, max, zeroShare, histogram } = summarizeTensor('relu1.out', Tensor.zeros([3, 4]), summaries())
    expect([min, max, zeroShare, histogram.counts[20]]).toEqual([0, 0, 100, 12])
    expect(histogram.to).toBeGreaterThan(histogram.from)
  })

  test('is of the finite numbers only, and counts the others', () => {
    const { min, max, norm, meanAbs, nonFinite, histogram } = summarizeTensor('affine1.dW', Tensor.from([3, -4, Infinity, NaN, -Infinity], [5]), summaries())
    expect({ min, max, norm, meanAbs, nonFinite }).toEqual({ min: -4, max: 3, norm: 5, meanAbs: 3.5, nonFinite: 3 })
    expect(histogram.counts.reduce((a, b) => a + b)).toBe(2)
    expect(summarizeTensor('b', Tensor.from([NaN], [1]), summaries())).toMatchObject({ min: 0, max: 0, norm: 0, meanAbs: 0, nonFinite: 1 })
  })

  test('has the histogram’s range that it is given; what lies beyond is in the outermost bins', () => {
    const { histogram } = summarizeTensor('affine1.dW', Tensor.from([3, -1, 0], [3]), summaries(), 2)
    expect([histogram.from, histogram.to, histogram.counts[40], histogram.counts[10], histogram.counts[20]]).toEqual([-2, 2, 1, 1, 1])
  })

  test('is computed once for each tensor', () => {
    const asked = summaries()
    const x = Tensor.from([1, 2], [2])
    const first = asked.of(x)
    x.data.fill(9)
    expect(asked.of(x)).toBe(first)
    expect([asked.of(Tensor.from([7], [1])).max, asked.largest(x)]).toEqual([7, 2])
  })
})
