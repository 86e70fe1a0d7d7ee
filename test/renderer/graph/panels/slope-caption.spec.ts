import type { SlopeError } from '@core'
import { describe, expect, test } from 'vitest'
import { type SlopeShape, summarizeSlope } from '../../../../renderer/graph/panels/slope-caption'

/** h from 1e-1 downwards by √10, as measured in the lab */
const ladder = Array.from({ length: 23 }, (_, i) => 10 ** (-1 - i / 2))
/** f and its slope at x by explicit formulas in real numbers: measurements without rounding. */
function ideal(f: (x: number) => number, x: number, gradient: number, noise: (h: number) => number = () => 0): readonly SlopeError[] {
  return ladder.map((h) => {
    const [left, right] = [(f(x) - f(x - h)) / h, (f(x + h) - f(x)) / h]
    const float64 = Math.abs((left + right) / 2 - gradient) + noise(h)
    return { h, float64, float32: float64 + 1e-7 / h, left, right }
  })
}
/** A corner at distance d to the right, between two slopes that are given without a subtraction. */
function corner(d: number, { to, gradient = 1 }: { to: number, gradient?: number }): readonly SlopeError[] {
  return ladder.map((h) => {
    const right = h <= d ? gradient : (gradient * d + to * (h - d)) / h
    return { h, left: gradient, right, float64: Math.abs((gradient + right) / 2 - gradient), float32: 0 }
  })
}
const shapeAt = (errors: readonly SlopeError[], h: number, gradient = 1, scale = 1): SlopeShape => summarizeSlope(errors, { gradient, scale, h }).shape
const nextAbove = (d: number) => ladder.filter(h => h > d).at(-1)!

describe('a corner beside the input', () => {
  test.each([0.03, 1e-3, 4e-5, 2e-6])('at a distance of %f is reached from the first h above that', (d) => {
    const { kinkFrom } = summarizeSlope(corner(d, { to: 3 }), { gradient: 1, scale: 1 })
    // just above it hardly a tenth of the difference is measurable: at most one step of the ladder later
    expect([nextAbove(d), nextAbove(d) * Math.sqrt(10)].some(h => Math.abs(h / kinkFrom! - 1) < 1e-9)).toBe(true)
  })

  test('changes the slope at the h that reaches it, and larger ones, and at no smaller one', () => {
    const errors = corner(1e-3, { to: 3 })
    const from = summarizeSlope(errors, { gradient: 1, scale: 1 }).kinkFrom!
    for (const h of ladder) expect([h, shapeAt(errors, h) === 'bend']).toEqual([h, h >= from])
  })

  test('changes it also at an h that was rounded to three digits', () => {
    const errors = corner(1e-3, { to: 3 })
    const from = summarizeSlope(errors, { gradient: 1, scale: 1 }).kinkFrom!
    expect([shapeAt(errors, from * (1 - 1e-12)), shapeAt(errors, from * 0.9)]).toEqual(['bend', 'rounding'])
  })

  test('is detected on either side, and for slopes of either sign', () => {
    const mirrored = corner(1e-3, { to: 3 }).map(error => ({ ...error, left: error.right!, right: error.left! }))
    expect(shapeAt(mirrored, 0.1)).toBe('bend')
    expect(shapeAt(corner(1e-3, { to: -3, gradient: -1 }), 0.1, -1)).toBe('bend')
    expect(shapeAt(corner(1e-3, { to: 1, gradient: -1 }), 0.1, -1)).toBe('bend')
  })

  test('of less than a thousandth of the slope is ignored', () => {
    expect(summarizeSlope(corner(1e-3, { to: 1.0005 }), { gradient: 1, scale: 1 }).kinkFrom).toBeNull()
    expect(summarizeSlope(corner(1e-3, { to: 1.005 }), { gradient: 1, scale: 1 }).kinkFrom).not.toBeNull()
    expect(summarizeSlope(corner(1e-3, { to: 100.05, gradient: 100 }), { gradient: 100, scale: 1 }).kinkFrom).toBeNull()
    expect(summarizeSlope(corner(1e-3, { to: 100.5, gradient: 100 }), { gradient: 100, scale: 1 }).kinkFrom).not.toBeNull()
  })

  test('of a flat side is detected: ReLU just below 0', () => {
    expect(shapeAt(corner(1e-3, { to: 1, gradient: 0 }), 0.1, 0)).toBe('bend')
  })

  test('that may come from rounding is ignored', () => {
    // at h = 1e-1 a difference of 1e-2 is 1e-3 of the output; with an output of 1e13 that is below rounding
    expect(summarizeSlope(corner(0.05, { to: 1.02 }), { gradient: 1, scale: 1e13 }).kinkFrom).toBeNull()
    expect(summarizeSlope(corner(0.05, { to: 1.02 }), { gradient: 1, scale: 1 }).kinkFrom).not.toBeNull()
  })

  test('is detected although a much smaller h is lost in rounding, but not when two decades disagree', () => {
    // both sides are off by rounding, from the n-th step below the first on
    const noisyFrom = (n: number) => corner(0.05, { to: 3 }).map((error, i) => i < n ? error : { ...error, left: 3, right: 3 })
    expect([5, 6, 9].map(n => summarizeSlope(noisyFrom(n), { gradient: 1, scale: 1 }).kinkFrom)).toEqual([0.1, 0.1, 0.1])
    expect([1, 2, 3, 4].map(n => summarizeSlope(noisyFrom(n), { gradient: 1, scale: 1 }).kinkFrom)).toEqual([null, null, null, null])
  })

  test('differs from curvature, which leaves both sides alike', () => {
    for (const [f, slope] of [[(x: number) => x ** 2, 2], [(x: number) => x ** 3, 3], [Math.exp, Math.E], [(x: number) => Math.tanh(3 * x), 3 * (1 - Math.tanh(3) ** 2)]] as const)
      expect(summarizeSlope(ideal(f, 1, slope), { gradient: slope, scale: 1 }).kinkFrom).toBeNull()
  })
})

describe('a tie', () => {
  // |x| at 0: left −1, right 1, backpropagation in between
  const tie = (gap: number, gradient = 0) => ladder.map(h => ({ h, left: gradient - gap / 2, right: gradient + gap / 2, float64: 0, float32: 0 }))
  test('is detected at every h', () => {
    for (const h of ladder) expect(shapeAt(tie(2), h, 0, 0)).toBe('tie')
  })

  test('of less than a thousandth of the slope is ignored', () => {
    expect([shapeAt(tie(0.0005, 1), 1e-4), shapeAt(tie(0.005, 1), 1e-4)]).toEqual(['exact', 'tie'])
    expect([shapeAt(tie(0.05, 100), 1e-4, 100), shapeAt(tie(0.5, 100), 1e-4, 100)]).toEqual(['exact', 'tie'])
  })

  test('differs from curvature, whose sides converge as h shrinks', () => {
    const errors = ideal(x => x ** 2, 1, 2)
    expect(shapeAt(errors.map(error => ({ ...error, float64: 0, float32: 0 })), 1e-4, 2)).toBe('exact')
  })

  test('is not caused by rounding', () => {
    // at h = 1e-6 an output of 1e6 is rounded to 1e-10: slopes differ by 1e-4 and more from rounding alone
    expect(shapeAt(tie(0.01, 1), 1e-4, 1, 1e6)).not.toBe('tie')
    expect(shapeAt(tie(0.01, 1), 1e-4, 1, 1)).toBe('tie')
  })

  test('is judged where h is not yet lost in rounding', () => {
    // below 1e-6 the sides may be anything
    const errors = tie(0, 1).map((error, i) => error.h < 0.9e-6 ? { ...error, left: 1 - 10 ** (i - 12), right: 1 + 10 ** (i - 12) } : error)
    expect(shapeAt(errors, 1e-4)).not.toBe('tie')
  })
})

describe('without any corner', () => {
  test('the largest h distinguishes truncation from rounding', () => {
    expect(shapeAt(ideal(x => x ** 3, 1, 3), 1e-4, 3)).toBe('valley') // h² = 0.01 at the first step size
    expect(shapeAt(ideal(x => 3 * x, 1, 3, h => 1e-16 / h), 1e-4, 3, 3)).toBe('rounding')
  })

  test('the largest h that reaches no corner distinguishes them', () => {
    // x³ with a corner at 1 + 0.02: what lies beyond says nothing about the curvature
    const cubed = ideal(x => x <= 1.02 ? x ** 3 : 1.02 ** 3 + 9 * (x - 1.02), 1, 3)
    expect(shapeAt(cubed, 1e-4, 3)).toBe('valley')
    // 3x with the same corner: the only other error is rounding
    const straight = ladder.map(h => ({ h, left: 3, right: h <= 0.02 ? 3 : (3 * 0.02 + 9 * (h - 0.02)) / h, float64: h <= 0.02 ? 1e-16 / h : 1, float32: 1e-7 }))
    expect(shapeAt(straight, 1e-4, 3)).toBe('rounding')
  })

  test('a slope of 0 counts as met with an error of less than a billionth', () => {
    expect(shapeAt([{ h: 0.1, float64: 0.5e-9, float32: 1 }], 1e-4, 0)).toBe('valley')
    expect(shapeAt([{ h: 0.1, float64: 2e-9, float32: 1 }], 1e-4, 0)).toBe('kink')
  })
})
