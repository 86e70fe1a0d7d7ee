import { createReferenceOps, type Ops, Random, Tensor } from '@core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Fast, modules, type Place } from './fast'
import { insertNonFinite, kind, type Kind, numbers, seed, size, spare } from './rounding'

const rounded = createReferenceOps('float32')
const shape = fc.record({ N: size, M: size, spare, kind, seed, spoiled: fc.boolean() })
interface Shape { readonly N: number, readonly M: number, readonly spare: number, readonly kind: Kind, readonly seed: number, readonly spoiled: boolean }

function drawn({ N, M, kind, seed, spoiled }: Shape): Float32Array {
  const random = new Random(seed)
  const values = numbers([N, M], kind, random)
  return spoiled ? insertNonFinite(values, random) : values
}

function summaryOf(ops: Ops, x: Tensor) {
  const summary = { squares: NaN, absolute: NaN, min: NaN, max: NaN, zeros: NaN, finite: NaN }
  ops.summarize(summary, x)
  return summary
}
function binsOf(ops: Ops, x: Tensor, limit: number, bins = 41): number[] {
  const counts = new Uint32Array(bins).fill(7) // of an earlier tensor
  ops.histogram(counts, x, limit)
  return [...counts]
}
function positiveIn(ops: Ops, x: Tensor, rows?: number): number[] {
  const counts = new Uint32Array(x.columns)
  ops.countPositive(counts, x, rows)
  return [...counts]
}

/** Worked out by hand, for every backend. */
function givesKnownNumbers(ops: Ops, run: (work: (place: Place) => void) => void): void {
  test('the sums are of the finite numbers; NaN and infinities are only missing from the count', () => {
    run((place) => {
      const x = place([3, -0, NaN, -4, Infinity, 0, -Infinity, 0.5, NaN], [3, 3])
      expect(summaryOf(ops, x)).toEqual({ squares: 25.25, absolute: 7.5, min: -4, max: 3, zeros: 2, finite: 5 })
      expect(summaryOf(ops, place([NaN, -Infinity, Infinity, NaN, NaN], [5]))).toEqual({ squares: 0, absolute: 0, min: Infinity, max: -Infinity, zeros: 0, finite: 0 })
    })
  })

  // float32 would lose 1 beside 1e20, and 1e-30 squared is 0 in float32
  test('the sums are of double precision', () => {
    run((place) => {
      const { squares, absolute } = summaryOf(ops, place([2 ** 60, 1, 2 ** -100, 0, 0, 0], [6]))
      expect([squares, absolute]).toEqual([2 ** 120, 2 ** 60]) // 2¹²⁰ is beyond float32
      expect(summaryOf(ops, place([2 ** -100], [1])).squares).toBe(2 ** -200)
      expect(summaryOf(ops, place(new Float32Array(1000).fill(2 ** 24 + 2), [1000])).absolute).toBe(1000 * (2 ** 24 + 2))
    })
  })

  test('a bin holds its lower edge; the outermost bins hold all that lies beyond; NaN and infinities are in none', () => {
    run((place) => {
      expect(binsOf(ops, place([-2, -1, -0.5, -0.25, 0, 0.25, 0.5, 1, 3, NaN, Infinity, -Infinity], [12]), 1, 4)).toEqual([2, 2, 2, 3])
      expect(binsOf(ops, place([0, -0, 0, 0, 0], [5]), 1, 3)).toEqual([0, 5, 0])
      expect(binsOf(ops, place([1e-45, -1e-45], [2]), 1e-45, 2)).toEqual([1, 1])
    })
  })

  test('a distance is the root of the squared differences', () => {
    run((place) => {
      expect(ops.distance(place([1, 2, 3, 4, 5, 6], [6]), place([1, 2, 0, 4, 9, 6], [6]))).toBe(5)
      expect(ops.distance(place([1, 2, 3], [3]), place([1, 2, Infinity], [3]))).toBe(Infinity)
      expect(ops.distance(place([NaN], [1]), place([1], [1]))).toBeNaN()
    })
  })

  test('beyond a limit counts on both sides, the limit itself and NaN on neither', () => {
    run((place) => {
      const x = place([4, -4, 4.5, -5, 0, NaN, Infinity, -Infinity], [4, 2])
      expect([ops.countBeyond(x, 4), ops.countBeyond(x, 4, 2), ops.countBeyond(x, 0)]).toEqual([4, 2, 6])
      // 0.1 and 0.3 are no float32 numbers: the nearest ones are above and above, and above means more
      for (const limit of [0.1, 0.3, 0.7]) expect(ops.countBeyond(place([limit], [1]), limit)).toBe(Math.fround(limit) > limit ? 1 : 0)
    })
  })

  test('what is above 0 is counted by column, added to the counts so far', () => {
    run((place) => {
      const counts = Uint32Array.of(10, 20, 30)
      const x = place([1, 0, -1, 2, -0, 1e-45, NaN, Infinity, -Infinity], [3, 3])
      ops.countPositive(counts, x)
      expect([...counts]).toEqual([12, 21, 31])
      ops.countPositive(counts, x, 1)
      expect([...counts]).toEqual([13, 21, 31])
    })
  })

  test('tensors of different sizes have no distance', () => {
    run((place) => {
      expect(() => ops.distance(place([1, 2], [2]), place([1], [1]))).toThrow(expect.objectContaining({ code: 'internal' }) as Error)
    })
  })
}

describe('reference', () => {
  givesKnownNumbers(rounded, (work) => { work((values, shape) => Tensor.from(values, shape)) })
})

describe.each(modules)('%s', (name, bytes) => {
  const fast = new Fast(name, bytes)
  givesKnownNumbers(fast.ops, (work) => { fast.run(work) })

  /** The same tensor on the kernels and on the reference. */
  const property = (hold: (found: Tensor, wanted: Tensor, shape: Shape, place: Place) => void): void => {
    fc.assert(fc.property(shape, (shape) => {
      const { N, M, spare } = shape
      const values = drawn(shape)
      fast.run((place) => { hold(place(values, [N, M], spare), Tensor.from(values, [N, M]), shape, place) })
    }), { seed: 15, numRuns: 80 })
  }

  test('a summary is the reference’s; the sums differ by their order only', () => {
    property((x, same) => {
      const { squares, absolute, ...found } = summaryOf(fast.ops, x)
      const { squares: wantedSquares, absolute: wantedAbsolute, ...wanted } = summaryOf(rounded, same)
      expect(found).toEqual(wanted)
      // at most 130² additions of positive doubles, each with a relative error of 2⁻⁵³, in each of the sums
      const tolerance = 2 * 130 ** 2 * 2 ** -53
      expect(Math.abs(squares - wantedSquares)).toBeLessThanOrEqual(tolerance * wantedSquares)
      expect(Math.abs(absolute - wantedAbsolute)).toBeLessThanOrEqual(tolerance * wantedAbsolute)
    })
  })

  test('histogram and counts are the reference’s exactly', () => {
    property((x, same, { N }) => {
      const { min, max } = summaryOf(rounded, same)
      const largest = Number.isFinite(min) ? Math.max(-min, max) || 1 : 1
      for (const [limit, bins] of [[largest, 41], [largest / 3, 63], [1, 1]] as const) expect(binsOf(fast.ops, x, limit, bins)).toEqual(binsOf(rounded, same, limit, bins))
      for (const limit of [0, 0.3, 1, largest / 2]) expect(fast.ops.countBeyond(x, limit)).toBe(rounded.countBeyond(same, limit))
      const rows = Math.ceil(N / 2)
      expect([positiveIn(fast.ops, x), positiveIn(fast.ops, x, rows), fast.ops.countBeyond(x, 1, rows)]).toEqual([positiveIn(rounded, same), positiveIn(rounded, same, rows), rounded.countBeyond(same, 1, rows)])
    })
  })

  test('a distance is the reference’s within the order of the additions', () => {
    property((x, same, shape, place) => {
      const values = drawn({ ...shape, seed: shape.seed ^ 1 })
      const { N, M, spare } = shape
      const wanted = rounded.distance(same, Tensor.from(values, [N, M]))
      const found = fast.ops.distance(x, place(values, [N, M], spare))
      if (Number.isFinite(wanted)) expect(Math.abs(found - wanted)).toBeLessThanOrEqual(130 ** 2 * 2 ** -53 * wanted)
      else expect(found).toBe(wanted)
    })
  })

  test('more columns than the kernels count at a time are counted in parts', () => {
    const M = 2 * 256 + 3
    const values = numbers([5, M], 'zeros', new Random(3))
    fast.run((place) => { expect(positiveIn(fast.ops, place(values, [5, M]))).toEqual(positiveIn(rounded, Tensor.from(values, [5, M]))) })
  })

  test('more bins than there is memory for are refused', () => {
    fast.run((place) => {
      expect(() => binsOf(fast.ops, place([1], [1]), 1, 64)).toThrow(expect.objectContaining({ code: 'internal', details: { found: 64, max: 63 } }) as Error)
    })
  })
})
