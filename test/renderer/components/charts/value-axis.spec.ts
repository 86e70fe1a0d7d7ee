import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fittedEnds, linearTicks, logarithmicEnds, logarithmicTicks } from '../../../../renderer/components/charts/value-axis'

const line = (...values: readonly number[]) => values.map((y, i) => ({ x: 100 * i, y }))
const all = { from: 0, to: 1e9 }

describe('an axis that fits accuracies', () => {
  // Cause: 100.0% and 97.2% lay on each other at the upper edge.
  test('shows 100.0% against 97.2% as a gap of more than half its height, and not the steep beginning', () => {
    const { min, max } = fittedEnds([line(0.1, 0.9, 0.98, 1, 1, 1), line(0.1, 0.9, 0.965, 0.97, 0.972, 0.972)], all)!
    expect([min, max]).toEqual([0.96, 1])
    expect((1 - 0.972) / (max - min)).toBeGreaterThan(0.5)
  })

  test('does not blow up the noise of few images: it spans at least a percentage point', () => {
    const { min, max } = fittedEnds([line(0.1, 0.972, 0.972, 0.9722, 0.972)], all)!
    expect(max - min).toBeGreaterThanOrEqual(0.0099)
    expect(min).toBeLessThan(0.972)
    expect(max).toBeGreaterThan(0.9722)
  })

  test('fits what is shown of the steps, without gaps of a line', () => {
    const curve = [...line(0.1, 0.5, 0.6), { x: 250, y: NaN }, { x: 300, y: 0.9 }]
    expect(fittedEnds([curve], { from: 50, to: 250 })!.max).toBeLessThan(0.7)
    expect(fittedEnds([curve], { from: 1000, to: 2000 })).toBeNull()
    expect(fittedEnds([[]], all)).toBeNull()
  })

  test('stays between 0 and 1 and holds the values of the later half', () => {
    fc.assert(fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 30 }), (values) => {
      const { min, max } = fittedEnds([line(...values)], all)!
      expect([min >= 0, max <= 1, max > min]).toEqual([true, true, true])
      for (const value of values.slice(Math.ceil((values.length - 1) / 2))) expect(value >= min - 1e-9 && value <= max + 1e-9).toBe(true)
    }), { seed: 1 })
  })
})

describe('the labels of a linear axis', () => {
  // Cause: in a low window the accuracy axis ended at 80%.
  test.each([[0, 1, 3, [0, 0.5, 1]], [0, 1, 6, [0, 0.2, 0.4, 0.6, 0.8, 1]], [0.96, 1, 6, [0.96, 0.97, 0.98, 0.99, 1]], [0, 10, 4, [0, 5, 10]], [0, 3, 4, [0, 1, 2, 3]]])('from %d to %d with room for %i', (min, max, most, expected) => {
    expect(linearTicks({ min, max }, most)).toEqual(expected)
  })
})

describe('a logarithmic axis', () => {
  test('ends at neat numbers around all positive values', () => {
    expect(logarithmicEnds([2.3, 0.011, 0, NaN, Infinity])).toEqual({ min: 0.01, max: 2.5 })
    expect(logarithmicEnds([0.5])).toEqual({ min: 0.5, max: 0.8 }) // never empty: at least half as much again
    expect([logarithmicEnds([]), logarithmicEnds([0, NaN])]).toEqual([null, null])
  })

  test.each([
    [0.01, 2.5, 0.1, [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2]],
    [0.01, 2.5, 0.2, [0.01, 0.1, 1]],
    [1e-8, 1, 0.2, [1e-8, 1e-6, 1e-4, 1e-2, 1]],
    [0.3, 0.5, 0.15, [0.3, 0.4, 0.5]],
  ])('from %d to %d has labels with a distance of %d of its height', (min, max, gap, expected) => {
    expect(logarithmicTicks({ min, max }, gap)).toEqual(expected)
  })

  test('has labels inside of it that do not touch', () => {
    fc.assert(fc.property(fc.double({ min: -8, max: 2, noNaN: true }), fc.double({ min: 0.2, max: 9, noNaN: true }), fc.double({ min: 0.05, max: 0.3, noNaN: true }), (least, decades, gap) => {
      const ends = logarithmicEnds([10 ** least, 10 ** (least + decades)])!
      const ticks = logarithmicTicks(ends, gap)
      expect(ticks.length).toBeGreaterThanOrEqual(1)
      for (const [i, tick] of ticks.entries()) {
        expect(tick >= ends.min * (1 - 1e-8) && tick <= ends.max * (1 + 1e-8)).toBe(true)
        if (i > 0 && ticks.length > 2) expect(Math.log(tick / ticks[i - 1]!) / Math.log(ends.max / ends.min)).toBeGreaterThan(gap * 0.999)
      }
    }), { seed: 1 })
  })
})
