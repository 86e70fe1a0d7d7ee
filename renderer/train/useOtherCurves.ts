import type { CurvePoint } from '@core'
import { computed } from 'vue'
import { useParentCurve } from '../stores/parent-curve'

/** The loss of another run, to be drawn behind that of the current one. */
export interface OtherCurve {
  readonly name: string
  /** In the order of their steps */
  readonly points: readonly CurvePoint[]
}

/** Runs whose losses are drawn behind that of the current one. */
export function useOtherCurves() {
  const parent = useParentCurve()
  return computed((): readonly OtherCurve[] => parent.curve ? [parent.curve] : [])
}

/** The most that are drawn */
export const maxOthers = 2

/** The latest value at or before a step; null before the first. */
export const valueOfOther = ({ points }: OtherCurve, step: number): number | null => points.findLast(({ x }) => x <= step)?.y ?? null
