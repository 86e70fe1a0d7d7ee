import type { StepScale } from '@contract'
import type { AxisRange } from '../../lib/axis-window'
import { stepTicks } from '../../components/charts/step-ticks'

/** Steps on a horizontal axis. The logarithmic one is that of step + 1, so that step 0 has a place. */
export interface TimeAxis extends AxisRange {
  readonly scale: StepScale
  /** In pixels */
  readonly width: number
}

const spread = (scale: StepScale, step: number): number => scale === 'linear' ? step : Math.log1p(step)
const unspread = (scale: StepScale, at: number): number => scale === 'linear' ? at : Math.expm1(at)

/** The place of a step, in pixels from the left end. */
export function pixelOf({ scale, from, to, width }: TimeAxis, step: number): number {
  const [left, right] = [spread(scale, from), spread(scale, to)]
  return right > left ? (spread(scale, step) - left) / (right - left) * width : 0
}

/** The step at a place, a whole one within the axis. */
export function stepAt({ scale, from, to, width }: TimeAxis, pixel: number): number {
  const [left, right] = [spread(scale, from), spread(scale, to)]
  const share = Math.max(0, Math.min(1, pixel / Math.max(1, width)))
  return Math.max(Math.ceil(from), Math.min(Math.floor(to), Math.round(unspread(scale, left + share * (right - left)))))
}

/** A measured step stands for what follows it over at most so many pixels: beyond, nothing is known yet. */
export const reachPixels = 12

/**
 * Where what was measured at a step ends: at the next measured step, unless there are unknown steps in between and it is far away.
 * @param next the next measured step; null: there is none
 * @param reach pixels
 */
export function endOf(axis: TimeAxis, step: number, next: number | null, reach = reachPixels): number {
  const end = next === null ? axis.width : pixelOf(axis, next)
  return next === step + 1 ? end : Math.min(end, pixelOf(axis, step) + reach)
}

/** The range from one step to another that is at least one step long, within the whole. */
export function rangeBetween(a: number, b: number, whole: AxisRange): AxisRange {
  const [from, to] = [Math.max(whole.from, Math.min(a, b)), Math.min(whole.to, Math.max(a, b))]
  return to > from ? { from, to } : from < whole.to ? { from, to: from + 1 } : { from: from - 1, to: from }
}

/** The view around a step after a zoom; null: the whole. @param factor of its width in pixels, below 1 shows less */
export function zoomedAround(axis: TimeAxis, step: number, factor: number, whole: AxisRange): AxisRange | null {
  const { scale } = axis
  const [from, at, to] = [axis.from, step, axis.to].map(value => spread(scale, value)) as [number, number, number]
  const ends = [at - (at - from) * factor, at + (to - at) * factor].map(value => Math.round(unspread(scale, value))) as [number, number]
  const range = rangeBetween(ends[0], ends[1], whole)
  return range.from <= whole.from && range.to >= whole.to ? null : range
}

/**
 * Steps that are labelled: on a logarithmic axis 0 and powers of ten, then their fives and twos where they have room.
 * @param gap least distance between two of them, in pixels
 */
export function timeTicks(axis: TimeAxis, gap: number): readonly number[] {
  const { scale, from, to, width } = axis
  const equal = stepTicks(from, to, width / Math.max(1, gap))
  if (scale === 'linear') return equal
  const found: number[] = []
  const add = (step: number) => {
    if (step >= from && step <= to && found.every(other => Math.abs(pixelOf(axis, other) - pixelOf(axis, step)) >= gap)) found.push(step)
  }
  add(0)
  const powers = Array.from({ length: 1 + Math.max(0, Math.floor(Math.log10(Math.max(1, to)))) }, (_, exponent) => 10 ** exponent)
  for (const factor of [1, 5, 2]) for (const power of powers) add(factor * power)
  if (found.length < 2) equal.forEach(add)
  return found.toSorted((a, b) => a - b)
}
