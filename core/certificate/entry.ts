/** A number printed in a lesson, and the same number recomputed. */
export interface CertificateEntry {
  /** The lesson's number, 0 to 26 */
  readonly lesson: number
  /** Its name in the book's notation: '∂apple', 'dW3[0][1]' */
  readonly name: string
  /** As printed, rounded; with ≤ or ≥ for a bound */
  readonly printed: string
  /** The unrounded double; null when not recomputed */
  readonly value: number | null
  /** Number of significant digits that agree, at most 16; null for a bound or when not recomputed */
  readonly digits: number | null
  readonly agrees: boolean | null
}

/** Whether the printed number is exact or rounded to its last digit. */
export type Printing = 'exact' | 'rounded'

/** Relative tolerance for unrounded doubles: a few float64 roundings in a chain of operations */
const exactTolerance = 1e-12

/**
 * Compares a recomputed number with the printed one.
 * @param printed '220', '.0182', '≤1e-7', '≥0.966'
 */
export function entry(lesson: number, name: string, printed: string, value: number | null, printing: Printing = 'rounded'): CertificateEntry {
  const found = { lesson, name, printed, value }
  if (value === null) return { ...found, digits: null, agrees: null }
  const bound = /^[≤≥]/.exec(printed)?.[0]
  if (bound) {
    const limit = Number(printed.slice(1))
    return { ...found, digits: null, agrees: bound === '≤' ? value <= limit : value >= limit }
  }
  const printedValue = Number(printed)
  if (printing === 'exact') return { ...found, digits: commonDigits(value, printedValue), agrees: Math.abs(value - printedValue) <= exactTolerance * Math.abs(printedValue) }
  const agrees = Math.abs(value - printedValue) <= halfUnit(printed)
  return { ...found, digits: agrees ? significant(printed) : Math.min(commonDigits(value, printedValue), significant(printed)), agrees }
}

/** Half a unit of the last printed digit, plus a float64 rounding: a tie such as 0.5 may round either way. */
function halfUnit(printed: string): number {
  const decimals = /\.(\d*)/.exec(printed)?.[1]?.length ?? 0
  return 0.5 * 10 ** -decimals * (1 + 1e-9)
}

/** Number of significant digits: .0182 has three. */
const significant = (printed: string): number => printed.replace(/[^\d]/g, '').replace(/^0+/, '').length || 1

function commonDigits(value: number, wanted: number): number {
  if (value === wanted) return wanted === 0 ? 1 : 16 // 0 has one digit
  const error = Math.abs(value - wanted) / (Math.abs(wanted) || 1)
  return Math.max(0, Math.min(16, Math.floor(-Math.log10(error))))
}
