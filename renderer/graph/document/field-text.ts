import type { Nested } from '@core'

/** A value as the field's text: 0.1, [[1, 2], [3, 4]]. */
export const nestedText = (nested: Nested): string => typeof nested === 'number' ? String(nested).replace('-', '−') : `[${nested.map(nestedText).join(', ')}]`

/** The change by one press of an arrow key: one unit of the second significant digit; 0.1 at zero. */
export function pressSizeOf(value: number): number {
  const size = Math.abs(value)
  return size === 0 ? 0.1 : 10 ** (Math.floor(Math.log10(size)) - 1)
}

/** Changes a number by some presses, without binary rounding: 0.1 + 0.2 is 0.3. */
export function afterPresses(value: number, presses: number): number {
  const step = pressSizeOf(value)
  return Number((value + presses * step).toPrecision(12))
}
