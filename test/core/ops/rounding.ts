import { Random, Tensor } from '@core'
import fc from 'fast-check'
import { expect } from 'vitest'

/** Half a unit in the last place of 1: the largest relative error of one rounding to float32. */
export const u = 2 ** -24
/** The smallest subnormal float32 number: more than the absolute error of rounding near 0. */
export const smallest = 2 ** -149
/** The smallest normal float32 number */
export const normal = 2 ** -126
export const largest = (2 - 2 ** -23) * 2 ** 127

/** 1 to 130: a single row and column, and sizes below, at and above every kernel width; small sizes are frequent, since they use code paths of their own. */
export const size = fc.oneof({ weight: 3, arbitrary: fc.integer({ min: 1, max: 130 }) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 5 }) })
export const spare = fc.integer({ min: 0, max: 3 })
export const seed = fc.nat(2 ** 31)
const kinds = ['normal', 'zeros', 'tiny', 'large', 'huge'] as const
export type Kind = (typeof kinds)[number]
export const kind = fc.constantFrom(...kinds)

const one: Readonly<Record<Kind, (random: Random) => number>> = {
  normal: random => random.normal(),
  zeros: random => random.next() < 0.5 ? random.next() < 0.5 ? 0 : -0 : random.normal(),
  // subnormal numbers, whose products are 0, and numbers whose products are subnormal
  tiny: random => random.next() < 0.5 ? smallest * (random.integer(2 ** 24) - 2 ** 23) : random.normal() * 1e-20,
  // 130 products of two of these stay below float32's largest number, 3.4e38
  large: random => random.normal() * 10 ** random.integer(18),
  // a product of two of these overflows
  huge: random => random.normal() * 10 ** (15 + random.integer(23)),
}

/** Seeded float32 numbers. */
export function numbers(shape: readonly number[], kind: Kind, random: Random): Float32Array {
  return Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => one[kind](random))
}

/** The same numbers in float64, where sums of float32 numbers are practically exact. */
export const exactly = (values: ArrayLike<number>, shape: readonly number[], change: (x: number) => number = x => x): Tensor =>
  Tensor.from(Array.from(values, change), shape, 'float64')

/** Asserts that every number is within its own bound; an expected NaN or infinity must match exactly. */
export function expectWithin(found: ArrayLike<number>, wanted: ArrayLike<number>, bound: (i: number) => number): void {
  expect(found.length).toBe(wanted.length)
  for (let i = 0; i < found.length; i++) {
    const [f, w] = [found[i]!, wanted[i]!]
    if (Number.isFinite(w) ? Math.abs(f - w) <= bound(i) : Object.is(f, w)) continue
    expect.fail(`[${i}]: ${f}, wanted ${w} within ${bound(i)}`)
  }
}

/** Asserts equality bit for bit, except for the payload of NaN. */
export function expectSame(found: ArrayLike<number>, wanted: ArrayLike<number>): void {
  expect(found.length).toBe(wanted.length)
  for (let i = 0; i < found.length; i++)
    if (!Object.is(found[i], wanted[i])) expect.fail(`[${i}]: ${found[i]}, wanted ${wanted[i]}`)
}

/** Inserts NaN and infinities at some positions. */
export function insertNonFinite(values: Float32Array, random: Random): Float32Array {
  for (let n = 1 + random.integer(3); n > 0; n--) values[random.integer(values.length)] = [NaN, Infinity, -Infinity][random.integer(3)]!
  return values
}
