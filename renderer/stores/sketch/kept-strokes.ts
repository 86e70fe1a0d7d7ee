import { deskLimits } from '@contract'
import type { Point, Stroke } from './strokes'
import { leastGap } from './pen-path'

/** Digits of a kept coordinate: a hundredth of a pixel of a large paper */
const digits = 5

/**
 * A drawing as the next session gets it. Of one with too many points those go that are nearest to the one before: the lines stay, a
 * little coarser. Of one with too many strokes the latest ones stay.
 */
export function keptStrokes(strokes: readonly Stroke[]): Stroke[] {
  const latest = strokes.slice(-deskLimits.strokes)
  const count = (kept: readonly Stroke[]): number => kept.reduce((sum, { length }) => sum + length, 0)
  let kept: readonly Stroke[] = latest
  for (let gap = leastGap; count(kept) > deskLimits.points; gap *= 1.5) kept = latest.map(stroke => thinned(stroke, gap))
  return kept.map(stroke => stroke.map(rounded))
}

/** The first and the last point stay. */
function thinned(stroke: Stroke, gap: number): Stroke {
  let before: Point | undefined
  return stroke.filter((point, i) => {
    const isKept = !before || i === stroke.length - 1 || Math.max(Math.abs(point.x - before.x), Math.abs(point.y - before.y)) >= gap
    if (isKept) before = point
    return isKept
  })
}

function rounded({ x, y, width }: Point): Point {
  const short = (value: number): number => Number(value.toFixed(digits))
  return width === undefined ? { x: short(x), y: short(y) } : { x: short(x), y: short(y), width: short(width) }
}
