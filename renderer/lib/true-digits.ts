/** Significant digits of a result, and of the numbers that it is computed from where no more are needed: as many as float32 has */
export const usualDigits = 7
/** As many as distinguish any two numbers of double precision */
const mostDigits = 17

const rounded = (value: number, digits: number): number => Number(value.toPrecision(digits))
/** One unit of a number's last digit. */
const unitOf = (value: number, digits: number): number => value === 0 ? 0 : Number(`1e${Number(value.toExponential(digits - 1).split('e')[1]) - digits + 1}`)

/**
 * Significant digits of the numbers on the left with which an equation is true as it is printed: who computes with the printed numbers gets
 * the printed result, up to one unit of its last digit.
 * @param resultDigits of the printed result
 * @param left computes the left side, with each of its numbers rounded
 */
export function trueDigits(result: number, resultDigits: number, left: (round: (value: number) => number) => number): number {
  if (!Number.isFinite(result)) return usualDigits
  const [printed, unit] = [rounded(result, resultDigits), unitOf(result, resultDigits)]
  let digits = usualDigits
  // slightly less than the unit, so that the rounding of this very difference does not matter
  while (digits < mostDigits && !(Math.abs(left(value => rounded(value, digits)) - printed) <= 0.999 * unit)) digits++
  return digits
}
