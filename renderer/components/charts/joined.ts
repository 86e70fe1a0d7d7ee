import type { Point } from './thin'

export interface JoinedLine {
  /** A point whose y is NaN parts the line */
  readonly points: readonly Point[]
  /** Whether a point is drawn though the line is drawn without its points: on both of its sides the line is parted */
  readonly alone: readonly boolean[]
}

/**
 * Measurements as a line that claims nothing between them that nobody looked at: a run is measured at its steps
 * 1, 2, 4, 8, … at least, so two points are joined where the later one has come at most twice as far as the earlier.
 * @param measured in the order of their steps
 * @param firstStep where the run began
 */
export function joinedLine(measured: readonly Point[], firstStep: number): JoinedLine {
  const points: Point[] = []
  const alone: boolean[] = []
  const isJoined = (i: number): boolean => {
    const [a, b] = [measured[i], measured[i + 1]]
    return a !== undefined && b !== undefined && b.x - firstStep <= Math.max(1, 2 * (a.x - firstStep))
  }
  for (const [i, point] of measured.entries()) {
    points.push(point)
    alone.push(!isJoined(i - 1) && !isJoined(i))
    if (i + 1 === measured.length || isJoined(i)) continue
    points.push({ x: point.x, y: NaN })
    alone.push(false)
  }
  return { points, alone }
}
