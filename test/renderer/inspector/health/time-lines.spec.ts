import { magnitudeBins, type Magnitudes } from '@core'
import { describe, expect, test } from 'vitest'
import { middleHalf, sizeOf } from '../../../../renderer/inspector/health/magnitude-words'
import type { TimeAxis } from '../../../../renderer/inspector/health/time-axis'
import { bandPath, heightOf, labelledExponents, linePath, meanPoints, perPixel } from '../../../../renderer/inspector/health/time-lines'

const axis: TimeAxis = { scale: 'linear', from: 0, to: 100, width: 100 }
const points = (...pairs: readonly (readonly [number, number])[]) => pairs.map(([x, y]) => ({ x, y }))

describe('a value', () => {
  test('has its height on a linear and on a logarithmic scale', () => {
    expect(heightOf({ kind: 'linear', min: 0, max: 4 }, 1, 80)).toBe(60)
    expect(heightOf({ kind: 'logarithmic', min: 1e-6, max: 1e-2 }, 1e-3, 80)).toBeCloseTo(20, 10)
  })

  test('beyond an end is drawn at it', () => {
    expect([heightOf({ kind: 'logarithmic', min: 1e-6, max: 1 }, 1e-9, 80), heightOf({ kind: 'linear', min: 0, max: 4 }, 9, 80)]).toEqual([80, 0])
  })
})

test('powers of ten are labelled as far as they have room', () => {
  expect(labelledExponents(-6, 0, { gap: 15, decade: 20 })).toEqual([-6, -5, -4, -3, -2, -1, 0])
  expect(labelledExponents(-7.5, 1.2, { gap: 15, decade: 4 })).toEqual([-4, 0])
  expect(labelledExponents(-0.9, -0.1, { gap: 15, decade: 40 })).toEqual([])
})

describe('the points of a line', () => {
  test('are at most four for each pixel, the least and the greatest among them', () => {
    const many = points([1, 5], [1.1, 9], [1.2, 6], [1.3, 0], [1.4, 7], [1.5, 8], [2, 3])
    expect(perPixel(many, axis)).toEqual(points([1, 5], [1.1, 9], [1.3, 0], [1.5, 8], [2, 3]))
  })

  test('are those in view and one beside it, without those that are not finite', () => {
    expect(perPixel(points([0, 1], [10, 2], [30, NaN], [40, 4], [60, 5], [80, 6]), { ...axis, from: 20, to: 50 })).toEqual(points([10, 2], [40, 4], [60, 5]))
  })
})

describe('a line', () => {
  const draw = (...pairs: readonly (readonly [number, number])[]) => linePath(points(...pairs), axis, y => y)
  test('joins points that are near, and steps without one in between', () => {
    expect(draw([0, 1], [5, 2], [10, 3])).toBe('M0 1L5 2L10 3')
    expect(linePath(points([0, 1], [1, 2]), { ...axis, to: 2 }, y => y)).toBe('M0 1L50 2')
  })

  test('is interrupted where nothing is known, and a single point is a dot', () => {
    expect(draw([0, 1], [5, 2], [60, 3], [90, 4], [95, 5])).toBe('M0 1L5 2M60 3h0M90 4L95 5')
  })

  test('of all steps is never interrupted', () => {
    expect(linePath(points([0, 1], [60, 3]), axis, y => y, true)).toBe('M0 1L60 3')
  })
})

describe('losses', () => {
  const bucket = (lastStep: number, least: number, greatest: number, count = 1) => ({ lastStep, count, least, greatest, mean: (least + greatest) / 2 })

  test('have a band between the least and the greatest of each pixel', () => {
    expect(bandPath([bucket(1, 2, 4), bucket(1.2, 1, 3), bucket(2, 3, 5), bucket(300, 0, 9)], axis, y => y)).toBe('M1 4L2 5L2 3L1 1Z')
  })

  test('have a mean of so many pixels, weighted by how many they are', () => {
    // steps 1 and 2 with a mean of 3, steps 3 to 5 with one of 6; then step 12
    expect(meanPoints([bucket(2, 2, 4, 2), bucket(5, 5, 7, 3), bucket(12, 1, 1), bucket(300, 9, 9)], axis, 10)).toEqual([{ x: (2 * 1.5 + 3 * 4) / 5, y: (2 * 3 + 3 * 6) / 5 }, { x: 12, y: 1 }])
  })
})

describe('the middle half of magnitudes', () => {
  const of = (byExponent: Readonly<Record<number, number>>): Magnitudes => {
    const counts = new Uint32Array(magnitudeBins)
    for (const [exponent, n] of Object.entries(byExponent)) counts[Number(exponent) + 40] = n
    return { counts, zeros: 4, nonFinite: 1 }
  }
  test('lies between the bins of its quartiles', () => {
    // a quarter of eight is reached in the bin from 2⁻³ to 2⁻², three quarters in the next one
    expect(middleHalf(of({ [-3]: 4, [-2]: 4 }))).toEqual({ from: 0.125, to: 0.5 })
    expect(middleHalf(of({ [-9]: 1, [-3]: 3, [-2]: 3, [4]: 1 }))).toEqual({ from: 0.125, to: 0.5 })
    expect(sizeOf(of({ [-3]: 4, [-2]: 4 }))).toBe(13)
  })

  // A saturated tanh, all of whose numbers are 1, was said to lie between 1.19 and 1.68.
  test('of equal numbers is their bin', () => {
    expect(middleHalf(of({ 0: 100 }))).toEqual({ from: 1, to: 2 })
  })

  test('has no end where a bin has none', () => {
    expect(middleHalf(of({ [-40]: 1 }))).toEqual({ from: 0, to: 2 ** -39 })
    expect(middleHalf(of({ 15: 1 }))).toEqual({ from: 32_768, to: Infinity })
  })

  test('is missing where all are 0', () => {
    expect(middleHalf(of({}))).toBeNull()
  })
})
