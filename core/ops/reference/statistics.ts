import type { Ops } from '../ops'
import { checkShapes } from '../shapes'
import { numbers } from './numbers'

/** What a view shows of a tensor of any size. */
export const statistics: Pick<Ops, 'summarize' | 'histogram' | 'distance' | 'countBeyond' | 'countPositive'> = {
  summarize(summary, x) {
    const X = numbers(x)
    let [squares, absolute, min, max, zeros, finite] = [0, 0, Infinity, -Infinity, 0, 0]
    for (let i = 0; i < X.length; i++) {
      const value = X[i]!
      if (!Number.isFinite(value)) continue
      finite++
      if (value === 0) zeros++
      if (value < min) min = value
      if (value > max) max = value
      squares += value * value
      absolute += Math.abs(value)
    }
    summary.squares = squares
    summary.absolute = absolute
    summary.min = min
    summary.max = max
    summary.zeros = zeros
    summary.finite = finite
  },

  histogram(counts, x, limit) {
    const X = numbers(x)
    const bins = counts.length
    const scale = bins / (2 * limit)
    counts.fill(0)
    for (let i = 0; i < X.length; i++) {
      const value = X[i]!
      if (Number.isFinite(value)) counts[Math.max(0, Math.min(bins - 1, Math.floor((value + limit) * scale)))]!++
    }
  },

  distance(a, b) {
    checkShapes(a.size === b.size, 'distance', a, b)
    const [A, B] = [numbers(a), numbers(b)]
    let squares = 0
    for (let i = 0; i < A.length; i++) squares += (A[i]! - B[i]!) ** 2
    return Math.sqrt(squares)
  },

  countBeyond(x, limit, rows = x.rows) {
    const X = numbers(x)
    const size = rows * x.columns
    let count = 0
    for (let i = 0; i < size; i++) if (Math.abs(X[i]!) > limit) count++
    return count
  },

  countPositive(counts, x, rows = x.rows) {
    const X = numbers(x)
    const { columns: M } = x
    for (let n = 0; n < rows; n++)
      for (let m = 0; m < M; m++) if (X[n * M + m]! > 0) counts[m]!++
  },
}
