import { Random, seedOf } from '@core'
import { describe, expect, test } from 'vitest'
import { isotonicRegression, type PreferredHeight } from '../../../../renderer/graph/layout/isotonic-regression'

const random = new Random(seedOf(5, 0))
const drawn = (): PreferredHeight[] => Array.from({ length: 1 + Math.floor(random.next() * 8) }, () => ({ preferred: random.next() * 100 - 50, weight: 10 ** Math.floor(random.next() * 4), gap: random.next() * 30 }))
const cost = (column: readonly PreferredHeight[], heights: readonly number[]) => column.reduce((sum, { preferred, weight }, i) => sum + weight * (heights[i]! - preferred) ** 2, 0)
const keeps = (column: readonly PreferredHeight[], heights: readonly number[]) => column.every(({ gap }, i) => i === 0 || heights[i]! - heights[i - 1]! >= gap - 1e-9)

describe('an isotonic regression', () => {
  test('keeps its order and all its gaps', () => {
    for (let n = 0; n < 200; n++) {
      const column = drawn()
      const heights = isotonicRegression(column)
      expect([heights.length, keeps(column, heights)]).toEqual([column.length, true])
    }
  })

  // least squares over a convex set: if no small change within the gaps is better, no other change is
  test('is as close to all preferred positions as the gaps allow', () => {
    for (let n = 0; n < 100; n++) {
      const column = drawn()
      const heights = isotonicRegression(column)
      const least = cost(column, heights)
      for (let from = 0; from < column.length; from++) {
        for (let to = from + 1; to <= column.length; to++) {
          for (const by of [-0.01, 0.01]) {
            const moved = heights.map((y, i) => i >= from && i < to ? y + by : y)
            if (keeps(column, moved)) expect(cost(column, moved)).toBeGreaterThanOrEqual(least - 1e-6 * (1 + least))
          }
        }
      }
    }
  })

  test('is empty without nodes; the first one’s gap is ignored', () => {
    expect([isotonicRegression([]), isotonicRegression([{ preferred: 7, weight: 2, gap: 100 }])]).toEqual([[], [7]])
  })
})
