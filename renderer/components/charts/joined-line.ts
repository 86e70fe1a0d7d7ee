import type { CurvePoint } from '@core'

export interface JoinedLine {
  /** A point whose y is NaN interrupts the line */
  readonly points: readonly CurvePoint[]
  /** Whether a point has no neighbour on either side; it must be drawn as a dot to be visible */
  readonly alone: readonly boolean[]
}

/**
 * A line through measurements, with gaps where measurements are missing. A run is measured at least at its steps 1, 2,
 * 4, 8, …, so two points are joined if the later one is at most twice as far from the start as the earlier one.
 * @param measured in ascending order of steps
 * @param firstStep the step at which the run began
 */
export function joinedLine(measured: readonly CurvePoint[], firstStep: number): JoinedLine {
  const points: CurvePoint[] = []
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
