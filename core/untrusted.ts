// First checks of values from a form, a flag or a file.

/** An object's fields by name; none for any other value. */
export const record = (value: unknown): Record<string, unknown> => typeof value === 'object' && value !== null ? value as Record<string, unknown> : {}

/** Whether a value is 0, 1, 2, … */
export const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0

/** The values that a setting may have. */
export interface NumberRange {
  readonly min: number
  readonly max: number
  /** Whether `max` itself is excluded: a dropout rate is below 1 */
  readonly open?: boolean
}

/** Whether a value is a number in the range. */
export const isWithin = (value: unknown, { min, max, open = false }: NumberRange): value is number =>
  typeof value === 'number' && value >= min && (open ? value < max : value <= max)

/** A range for a message: '0 ≤ … < 1' */
export const rangeText = ({ min, max, open = false }: NumberRange): string => `${min} ≤ … ${open ? '<' : '≤'} ${max}`
