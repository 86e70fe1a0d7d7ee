import type { Nested } from '@core'

/** As it stands in the field: 0.1, [[1, 2], [3, 4]]. */
export const entryOf = (nested: Nested): string => typeof nested === 'number' ? String(nested).replace('-', '−') : `[${nested.map(entryOf).join(', ')}]`

/** One press of an arrow key: a tenth of the number's own size, a unit of it for large ones. */
export function stepOf(value: number): number {
  const size = Math.abs(value)
  return size === 0 ? 0.1 : 10 ** (Math.floor(Math.log10(size)) - 1)
}

/** Moves a number by so many presses, without leaving digits behind: 0.1 + 0.2 is 0.3. */
export function pressed(value: number, presses: number): number {
  const step = stepOf(value)
  return Number((value + presses * step).toPrecision(12))
}
