import type { CurvePoint } from '@core'
import { neatAbove } from './spike'
import type { AxisRange } from '../../lib/axis-window'

/** How values are spread over an axis, and where it ends. An end that is left out follows the values. */
export interface ValueAxis {
  readonly kind: 'linear' | 'logarithmic'
  readonly min?: number | undefined
  readonly max?: number | undefined
}

/** Free room above and below fitted values, as a share of their range */
const margin = 0.12
/** Half of this is the least that a fitted axis spans: below it the noise of few images would look like learning. */
const leastSpan = 0.01

/**
 * Ends of an axis that fits shares to what matters now: those of the later half, so that the steep beginning does not flatten the
 * rest.
 * @param lines shares from 0 to 1 in the order of their steps; NaN is a gap
 * @param view the part of the step axis that is shown
 * @returns null without a value
 */
export function fittedEnds(lines: readonly (readonly CurvePoint[])[], view: AxisRange): { readonly min: number, readonly max: number } | null {
  const seen = lines.map(line => line.filter(({ x, y }) => x >= view.from && x <= view.to && Number.isFinite(y))).filter(line => line.length > 0)
  if (!seen.length) return null
  const last = Math.max(...seen.map(line => line.at(-1)!.x))
  const middle = (Math.max(view.from, Math.min(...seen.map(line => line[0]!.x))) + last) / 2
  const now = seen.flatMap(line => line.filter((point, i) => point.x >= middle || i === line.length - 1)).map(({ y }) => y)
  const [least, most] = [Math.min(...now), Math.max(...now)]
  const spare = Math.max(margin * (most - least), (leastSpan - (most - least)) / 2, 0)
  const every = neatStep((most - least + 2 * spare) / 4)
  const round = (value: number): number => Number(value.toPrecision(12))
  return { min: Math.max(0, round(every * Math.floor((least - spare) / every + 1e-9))), max: Math.min(1, round(every * Math.ceil((most + spare) / every - 1e-9))) }
}

/** The least of 1, 2, 5 · 10ⁿ that is not below. */
function neatStep(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value))
  return power * [1, 2, 5, 10].find(factor => factor * power >= value * (1 - 1e-12))!
}

/** Labels of a linear axis between its ends. @param most maximum number of labels, at least 2 */
export function linearTicks({ min, max }: { readonly min: number, readonly max: number }, most: number): readonly number[] {
  if (!(max > min)) return [min]
  let every = neatStep((max - min) / Math.max(1, most - 1))
  for (;;) {
    const [from, to] = [Math.ceil(min / every - 1e-9), Math.floor(max / every + 1e-9)]
    if (to - from + 1 <= Math.max(2, most)) return Array.from({ length: to - from + 1 }, (_, i) => Number(((from + i) * every).toPrecision(12)))
    every = neatStep(every * 1.5)
  }
}

/** Ends of a logarithmic axis around positive values. @returns null without one */
export function logarithmicEnds(values: readonly number[]): { readonly min: number, readonly max: number } | null {
  let [least, most] = [Infinity, 0]
  for (const value of values) {
    if (!(value > 0) || value === Infinity) continue
    if (value < least) least = value
    if (value > most) most = value
  }
  return most > 0 ? { min: neatBelow(least), max: neatAbove(Math.max(most, 1.5 * least)) } : null
}

/** The greatest neat number that is not above. */
function neatBelow(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value) + 1e-12)
  return Number((power * [8, 6, 5, 4, 3, 2.5, 2, 1.5, 1].find(factor => factor * power <= value * (1 + 1e-12))!).toPrecision(12))
}

/** Labels of a logarithmic axis: the finest of several neat series that has room. @param gap least distance between two labels, as a share of the axis */
export function logarithmicTicks({ min, max }: { readonly min: number, readonly max: number }, gap: number): readonly number[] {
  const hasRoom = (ticks: readonly number[]): boolean => ticks.every((tick, i) => i === 0 || Math.log(tick / ticks[i - 1]!) >= gap * Math.log(max / min))
  const [from, to] = [Math.floor(Math.log10(min) + 1e-9), Math.ceil(Math.log10(max) - 1e-9)]
  const inside = (every: number, factors: readonly number[]): number[] => {
    const found: number[] = []
    for (let exponent = Math.ceil(from / every) * every; exponent <= to; exponent += every)
      for (const factor of factors) {
        const value = Number((factor * 10 ** exponent).toPrecision(12))
        if (value >= min * (1 - 1e-9) && value <= max * (1 + 1e-9)) found.push(value)
      }
    return found
  }
  for (const factors of [[1, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 9], [1, 1.5, 2, 3, 4, 5, 6, 8], [1, 2, 3, 5], [1, 2, 5], [1, 3], [1]]) {
    const ticks = inside(1, factors)
    if (ticks.length >= 2 && hasRoom(ticks)) return ticks
  }
  for (let every = 2; every <= to - from; every++) {
    const ticks = inside(every, [1])
    if (hasRoom(ticks)) return ticks
  }
  return [min, max]
}
