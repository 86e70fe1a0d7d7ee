import type { AxisRange } from '../../lib/axis-window'

/** Something that happened at a place of the axis. */
export interface AxisMark {
  readonly at: number
  readonly kind: 'change' | 'diverged' | 'bookmark'
  readonly text: string
}

/** Share of the way from one end of a range to the other. */
export const placeOf = (value: number, { from, to }: AxisRange): number => to > from ? (value - from) / (to - from) : 0
export const valueAt = (share: number, { from, to }: AxisRange): number => from + share * (to - from)

/** A pointer this near, in pixels, means the mark */
const nearPx = 5

/** The mark that is meant by a place: the nearest one; undefined when none is near. */
export function markAt(value: number, marks: readonly AxisMark[], { width, drawn }: { readonly width: number, readonly drawn: AxisRange }): AxisMark | undefined {
  const distance = (mark: AxisMark) => Math.abs(placeOf(mark.at, drawn) - placeOf(value, drawn)) * width
  const [nearest] = marks.toSorted((a, b) => distance(a) - distance(b))
  return nearest && distance(nearest) <= nearPx ? nearest : undefined
}
