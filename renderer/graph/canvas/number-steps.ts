/** The change by one press of an arrow key: one unit of the last digit, among the first three. */
export function stepSizeOf(value: number): number {
  if (value === 0) return 1
  const first = Math.floor(Math.log10(Math.abs(value)))
  if (Number.isInteger(value)) return 10 ** Math.max(0, first - 2)
  let step = first - 2
  while (step < 0 && isMultiple(value, step + 1)) step++
  return 10 ** step
}

const isMultiple = (value: number, power: number): boolean => Math.abs(value / 10 ** power - Math.round(value / 10 ** power)) < 1e-6

/** A number after some steps, without binary rounding errors. */
export function stepBy(value: number, steps: number, step: number): number {
  const digits = Math.min(100, Math.max(0, -Math.floor(Math.log10(step)), decimalsOf(value)))
  return Number((value + steps * step).toFixed(digits))
}

function decimalsOf(value: number): number {
  const [mantissa = '', exponent = '0'] = String(value).split('e')
  return Math.max(0, (mantissa.split('.')[1]?.length ?? 0) - Number(exponent))
}
