import { magnitudeBins, type Magnitudes } from '@core'
import { describe, expect, test } from 'vitest'
import { heightOf, rowsOf, strengthOf, stripPicture, stripRange, zeroHeight } from '../../../../renderer/inspector/health/strip-picture'
import type { TimeAxis } from '../../../../renderer/inspector/health/time-axis'

/** Numbers by the exponent of their power of two; the bins begin at −40. */
const magnitudes = (byExponent: Readonly<Record<number, number>>, { zeros = 0, nonFinite = 0 } = {}): Magnitudes => {
  const counts = new Uint32Array(magnitudeBins)
  for (const [exponent, n] of Object.entries(byExponent)) counts[Number(exponent) + 40] = n
  return { counts, zeros, nonFinite }
}
/** A ramp whose words are 100 to 110: a tenth of its length each */
const colours = { ramp: Uint32Array.from({ length: 11 }, (_, i) => 100 + i), nonFinite: 7 }
const axis: TimeAxis = { scale: 'linear', from: 0, to: 8, width: 8 }
const columnOf = (words: Uint32Array, x: number, width = axis.width) => Array.from({ length: words.length / width }, (_, row) => words[row * width + x])

describe('the range of strips', () => {
  test('has all of them, and at least eight bins', () => {
    expect(stripRange([magnitudes({ [-10]: 5 }), magnitudes({ [-20]: 1, [-1]: 4 })])).toEqual({ from: 20, to: 40, nonFinite: false })
    expect(stripRange([magnitudes({ [-10]: 5 })])).toEqual({ from: 26, to: 34, nonFinite: false })
  })

  test('leaves out a few stray numbers at both ends', () => {
    expect(stripRange([magnitudes({ [-39]: 4, [-12]: 500, [-4]: 500, [15]: 5 })])).toEqual({ from: 28, to: 37, nonFinite: false })
  })

  test('of zeros alone is around 1, and of numbers at an end stays within the bins', () => {
    expect(stripRange([magnitudes({}, { zeros: 9 })])).toEqual({ from: 32, to: 40, nonFinite: false })
    expect(stripRange([magnitudes({ 15: 1 })])).toEqual({ from: 48, to: 56, nonFinite: false })
    expect(stripRange([magnitudes({ [-40]: 1 })])).toEqual({ from: 0, to: 8, nonFinite: false })
  })

  test('knows of numbers that are not finite', () => {
    expect(stripRange([magnitudes({ 0: 1 }, { nonFinite: 1 })]).nonFinite).toBe(true)
  })
})

describe('heights', () => {
  const range = { from: 30, to: 40, nonFinite: false }
  test('of ten bins, a gap and three rows of zeros', () => {
    expect(rowsOf(range)).toBe(14)
    expect(rowsOf({ ...range, nonFinite: true })).toBe(16)
    expect(heightOf(range, 0)).toBe(0)
    expect(heightOf(range, -10)).toBeCloseTo(10 / 14, 12)
    expect(zeroHeight(range)).toBeCloseTo(12.5 / 14, 12)
  })
})

test('the colour of a share is its square root, and full from a half on', () => {
  expect([0, 0.125, 0.5, 1].map(strengthOf)).toEqual([0, 0.5, 1, 1])
})

describe('a strip', () => {
  const range = { from: 38, to: 40, nonFinite: false } // 2⁻² and 2⁻¹
  const paint = (columns: Parameters<typeof stripPicture>[0], more: Partial<Parameters<typeof stripPicture>[2]> = {}, on = axis) => stripPicture(columns, on, { range, colours, reach: 2, ...more })

  test('has large magnitudes above small ones, a gap, and the zeros below', () => {
    const words = paint([{ step: 0, magnitudes: magnitudes({ [-1]: 1, [-2]: 4 }, { zeros: 3 }) }])
    // shares 1/8, 4/8 and 3/8: square roots of 0.25, 1 and 0.75
    expect(columnOf(words, 0)).toEqual([105, 110, 0, 109, 109, 109])
  })

  test('counts what lies beyond the range in the outermost bins', () => {
    const words = paint([{ step: 0, magnitudes: magnitudes({ [9]: 1, [-30]: 1 }) }])
    expect(columnOf(words, 0).slice(0, 2)).toEqual([110, 110])
  })

  test('is transparent where nothing is known: before the first column, and where the next one is far', () => {
    const one = magnitudes({ [-1]: 1 })
    const words = paint([{ step: 1, magnitudes: one }, { step: 2, magnitudes: one }, { step: 7, magnitudes: one }])
    expect(Array.from({ length: 8 }, (_, x) => words[x] === 0)).toEqual([true, false, false, false, true, true, true, false])
  })

  test('is transparent where the numbers are missing', () => {
    expect(paint([{ step: 1, magnitudes: null }]).every(word => word === 0)).toBe(true)
  })

  test('averages columns that share a pixel', () => {
    const words = paint([{ step: 0, magnitudes: magnitudes({ [-1]: 1 }) }, { step: 1, magnitudes: magnitudes({ [-2]: 1 }) }], {}, { ...axis, to: 80 })
    expect(columnOf(words, 0).slice(0, 2)).toEqual([110, 110]) // a half each
  })

  test('marks a step with numbers that are not finite, even if it shares its pixel', () => {
    const steps = [{ step: 0, magnitudes: magnitudes({ [-1]: 1 }, { nonFinite: 1 }) }, { step: 1, magnitudes: magnitudes({ [-1]: 1 }) }, { step: 40, magnitudes: magnitudes({ [-1]: 1 }) }]
    const words = paint(steps, { range: { ...range, nonFinite: true } }, { ...axis, to: 80 })
    expect(columnOf(words, 0).slice(0, 2)).toEqual([7, 7])
    expect(columnOf(words, 4).slice(0, 2)).toEqual([100, 100])
  })

  test('begins before the view where a column reaches into it, and ends with it', () => {
    const words = paint([{ step: 2, magnitudes: magnitudes({ [-1]: 1 }) }, { step: 6, magnitudes: magnitudes({ [-2]: 1 }) }, { step: 90, magnitudes: magnitudes({ [-1]: 1 }) }], { reach: 12 }, { ...axis, from: 4, to: 8 })
    expect([columnOf(words, 0)[0], columnOf(words, 7)[0], columnOf(words, 7)[1]]).toEqual([110, 100, 110])
  })
})
