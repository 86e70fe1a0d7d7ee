import type { CurvePoint } from '@core'

/** Where a value axis ends below an early spike, so that the curve of now can be read. */
export interface Cut {
  /** Upper end of the axis */
  readonly end: number
  /** The greatest value, which is cut off */
  readonly most: CurvePoint
}

/** A spike is cut off when it is this many times as high as all that matters now. */
const farAbove = 3
/** Room above what matters now */
const headroom = 1.25
const neat = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10] as const

/** The least neat number that is not below. */
export function neatAbove(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value))
  return power * neat.find(factor => factor * power >= value * (1 - 1e-12))!
}

/**
 * What matters now is the first value and those of the later half; a spike far above them is cut off.
 * @param points in the order of their steps
 * @returns null when everything fits on one axis
 */
export function cutOf(points: readonly CurvePoint[]): Cut | null {
  const finite = points.filter(({ y }) => Number.isFinite(y))
  const [first, last] = [finite[0], finite.at(-1)]
  if (!first || !last) return null
  const middle = (first.x + last.x) / 2
  let now = first.y
  let most = first
  for (const point of finite) {
    if (point.x >= middle) now = Math.max(now, point.y)
    if (point.y > most.y) most = point
  }
  return now > 0 && most.y > farAbove * now ? { end: neatAbove(headroom * now), most: { ...most } } : null
}
