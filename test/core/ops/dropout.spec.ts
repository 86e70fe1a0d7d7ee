import { createReferenceOps, Random, seedOf, Tensor } from '@core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Fast, modules } from './fast'
import { expectSame, kind, numbers, seed, size, spare, insertNonFinite } from './rounding'

const rounded = createReferenceOps('float32')
const last = 2 ** 32 - 1
const rate = fc.oneof(fc.constantFrom(0, 0.2, 0.5, 1 - 2 ** -32, 1 - 2 ** -53), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }))
const key = fc.oneof(fc.constantFrom(0, 1, 2 ** 31, last), fc.integer({ min: 0, max: last }))

/** The kept elements of a tensor of ones */
function keptBy(rate: number, key: number, shape: readonly [number, number]): boolean[] {
  const y = Tensor.zeros(shape)
  rounded.dropout(y, Tensor.from(new Float32Array(y.size).fill(1), shape), { rate, key })
  return Array.from(y.data, value => value !== 0)
}

describe.each(modules)('%s', (name, bytes) => {
  const fast = new Fast(name, bytes)

  test('dropout equals the reference bit for bit, at any rate and with any key', () => {
    fc.assert(fc.property(size, size, spare, kind, rate, key, seed, fc.boolean(), (N, M, spare, kind, rate, key, seed, spoiled) => {
      const random = new Random(seed)
      const drawn = numbers([N, M], kind, random)
      const x = spoiled ? insertNonFinite(drawn, random) : drawn
      const wanted = Tensor.zeros([N, M])
      rounded.dropout(wanted, Tensor.from(x, [N, M]), { rate, key })
      fast.run((place) => {
        const y = place(new Float32Array(N * M).fill(NaN), [N, M], spare)
        fast.ops.dropout(y, place(x, [N, M], spare), { rate, key })
        expectSame(y.data, wanted.data)
      })
    }), { seed: 23, numRuns: 150 })
  })

  // The mixing is one to one: this key gives element 0 the largest bits, 2³² − 1.
  test('keeps an element by its bits alone, up to the largest rate', () => {
    fast.run((place) => {
      const ones = place(new Float32Array(5).fill(1), [5])
      const y = place(new Float32Array(5), [5])
      const kept = (rate: number): boolean[] => {
        fast.ops.dropout(y, ones, { rate, key: 857_579_651 })
        return Array.from(y.data, value => value !== 0)
      }
      expect(kept(1 - 2 ** -32)).toEqual([true, false, false, false, false])
      expect(kept(1 - 2 ** -33)).toEqual([false, false, false, false, false])
    })
  })

  test('forward and backward drop the same elements', () => {
    fast.run((place) => {
      const [out, dx] = [place(new Float32Array(850), [50, 17]), place(new Float32Array(850), [50, 17])]
      const ones = place(new Float32Array(850).fill(1), [50, 17])
      fast.ops.dropout(out, ones, { rate: 0.3, key: 7 })
      fast.ops.dropout(dx, ones, { rate: 0.3, key: 7 })
      expectSame(dx.data, out.data)
      expect(new Set(out.data)).toEqual(new Set([0, Math.fround(1 / 0.7)]))
    })
  })
})

describe('a dropout mask', () => {
  test('keeps everything at rate 0, and nothing at the largest rate below 1', () => {
    expect(keptBy(0, 5, [100, 100]).every(Boolean)).toBe(true)
    expect(keptBy(1 - 2 ** -53, 5, [100, 100]).some(Boolean)).toBe(false)
  })

  // the standard deviation of the share is at most √(0.25 / 40,000) = 0.0025, and 0.036 for the 200 elements of a row or column
  test.each([0.1, 0.2, 0.5, 0.9])('keeps its share of the elements at rate %f, in every row and column alike', (rate) => {
    const [rows, columns] = [new Array<number>(200).fill(0), new Array<number>(200).fill(0)]
    keptBy(rate, 11, [200, 200]).forEach((kept, i) => {
      rows[Math.floor(i / 200)]! += Number(kept) / 200
      columns[i % 200]! += Number(kept) / 200
    })
    expect(Math.abs(rows.reduce((sum, share) => sum + share / 200, 0) - (1 - rate))).toBeLessThan(0.01)
    for (const share of [...rows, ...columns]) expect(Math.abs(share - (1 - rate))).toBeLessThan(0.16)
  })

  // Correlations of n independent pairs have a deviation of 1/√n: 4.5 of them are passed by one of 150,000.
  test('is independent of the mask of another step, layer and seed, of the rows above, and of the units beside it', () => {
    const [steps, rows, units, rate] = [64, 30, 50, 0.2]
    const masks = (seed: number, layer: number) => Array.from({ length: steps }, (_, step) => {
      const kept = keptBy(rate, seedOf(seed, 2, layer, step), [rows, units])
      return Float64Array.from(kept, kept => (Number(kept) - (1 - rate)) / Math.sqrt(rate * (1 - rate)))
    })
    const own = masks(1, 1)
    /** Sum of products over √n: normally distributed */
    const correlation = (pairs: readonly (readonly [Float64Array, Float64Array])[]): number => {
      const [sum, n] = pairs.reduce(([sum, n], [a, b]) => [sum + b.reduce((sum, y, i) => sum + a[i]! * y, 0), n + b.length], [0, 0])
      return Math.abs(sum) / Math.sqrt(n)
    }
    const apart = (steps: number) => own.slice(steps).map((mask, i) => [mask, own[i]!] as const)
    for (const lag of [1, 2, 3, 7, 32]) expect(correlation(apart(lag)), `${lag} steps apart`).toBeLessThan(4.5)
    for (const lag of [1, 2, 4, units, 2 * units, 10 * units]) expect(correlation(own.map(mask => [mask.subarray(lag), mask.subarray(0, -lag)])), `${lag} elements apart`).toBeLessThan(4.5)
    for (const [what, other] of [['layer', masks(1, 2)], ['seed', masks(2, 1)]] as const) expect(correlation(own.map((mask, i) => [mask, other[i]!])), what).toBeLessThan(4.5)
    // the deviation of the share of kept elements, too, is that of independent draws: for each step, row and unit
    const spread = (sums: readonly number[], each: number): number => sums.reduce((total, sum) => total + sum * sum / each, 0) / sums.length
    const sumOf = (numbers: Float64Array): number => numbers.reduce((sum, x) => sum + x, 0)
    const byUnit = Array.from({ length: units }, (_, unit) => own.reduce((sum, mask) => sum + sumOf(mask.filter((_, i) => i % units === unit)), 0))
    const byRow = own.flatMap(mask => Array.from({ length: rows }, (_, row) => sumOf(mask.subarray(row * units, (row + 1) * units))))
    for (const [what, sums, each] of [['step', own.map(sumOf), rows * units], ['unit', byUnit, steps * rows], ['row', byRow, units]] as const)
      expect(Math.abs(spread(sums, each) - 1), what).toBeLessThan(4.5 * Math.sqrt(2 / sums.length)) // the variance of n squares of normal numbers is 2n
    expect(Math.abs(own.reduce((sum, mask) => sum + sumOf(mask), 0)) / Math.sqrt(steps * rows * units), 'rate').toBeLessThan(4.5)
  })

  // two independent halves agree in half of the elements: a standard deviation of 0.005
  test('of another key is another one', () => {
    const [one, other] = [keptBy(0.5, 1, [100, 100]), keptBy(0.5, 2, [100, 100])]
    const agreed = one.filter((kept, i) => kept === other[i]).length / one.length
    expect(Math.abs(agreed - 0.5)).toBeLessThan(0.025)
  })

  test('depends on the elements’ indices only: fewer rows have the same beginning', () => {
    expect(keptBy(0.4, 3, [5, 17])).toEqual(keptBy(0.4, 3, [60, 17]).slice(0, 85))
  })

  test.each([1, -0.1, 1.5, NaN])('of rate %f is refused', (rate) => {
    const { ops } = new Fast(...modules[0]!)
    for (const each of [rounded, ops]) {
      const y = each.arena().tensor([2, 3])
      expect(() => each.dropout(y, y, { rate, key: 1 })).toThrow(expect.objectContaining({ code: 'internal' }) as Error)
    }
  })
})
