import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { joinedLine } from '../../../../renderer/components/charts/joined-line'
import { stepTicks } from '../../../../renderer/components/charts/step-ticks'

describe('the grid lines of an axis of steps', () => {
  test.each([
    [0, 1, 8, [0, 1]],
    [0, 2700, 8, [0, 500, 1000, 1500, 2000, 2500]],
    [2156, 2157, 8, [2156, 2157]],
    [2156, 2700, 8, [2200, 2300, 2400, 2500, 2600, 2700]], // an opened file: 2,156 has no label of its own that 2,200 would overlap
    [2156, 2700, 1, [2500]],
    [0, 40_000, 5, [0, 10_000, 20_000, 30_000, 40_000]],
    [7, 9, 0, [8]],
  ])('from %i to %i with room for %i are %j', (min, max, most, expected) => {
    expect(stepTicks(min, max, most)).toEqual(expected)
  })

  test('are whole steps inside of the axis, as many as fit, at equal distances', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 1e7 }), fc.integer({ min: 1, max: 1e8 }), fc.integer({ min: 1, max: 20 }), (min, length, most) => {
      const ticks = stepTicks(min, min + length, most)
      expect(ticks.length).toBeGreaterThan(0)
      expect(ticks.length).toBeLessThanOrEqual(most)
      for (const tick of ticks) expect(Number.isInteger(tick) && tick >= min && tick <= min + length).toBe(true)
      const gaps = ticks.slice(1).map((tick, i) => tick - ticks[i]!)
      expect(new Set(gaps).size).toBeLessThanOrEqual(1)
    }), { seed: 1 })
  })
})

describe('the line of the measurements', () => {
  const line = (steps: readonly number[], firstStep = 0) => {
    const { points, alone } = joinedLine(steps.map(x => ({ x, y: x / 1000 })), firstStep)
    return { parts: points.map(({ x, y }) => Number.isNaN(y) ? '|' : String(x)).join(' '), alone: points.filter((_, i) => alone[i]).map(({ x }) => x) }
  }

  test('joins steps 0, 1, 2, 4, 8, … and whatever is closer', () => {
    expect(line([0, 1, 2, 4, 8, 16, 20, 21, 40])).toEqual({ parts: '0 1 2 4 8 16 20 21 40', alone: [] })
  })

  test('draws no ramp across steps that were not evaluated', () => {
    expect(line([0, 700, 1400, 2000])).toEqual({ parts: '0 | 700 1400 2000', alone: [0] })
    expect(line([0, 1, 2, 600, 5000, 5100])).toEqual({ parts: '0 1 2 | 600 | 5000 5100', alone: [600] })
  })

  test('counts from the start of an opened run', () => {
    expect(line([2156, 2157, 2158, 2160], 2156)).toEqual({ parts: '2156 2157 2158 2160', alone: [] })
    expect(line([2156, 2700, 2800], 2156)).toEqual({ parts: '2156 | 2700 2800', alone: [2156] })
  })

  test('of one measurement is a point, and empty without any', () => {
    expect(line([5])).toEqual({ parts: '5', alone: [5] })
    expect(line([])).toEqual({ parts: '', alone: [] })
  })

  test('joins two evaluations of the same step', () => {
    expect(line([0, 1, 1, 2])).toEqual({ parts: '0 1 1 2', alone: [] })
  })
})
