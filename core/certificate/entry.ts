/** One number that the lessons print, beside the same number recomputed. */
export interface CertificateEntry {
  /** 0 to 26 */
  readonly lesson: number
  /** What it is, in the book's names: '∂apple', 'dW3[0][1]' */
  readonly name: string
  /** As it is printed, rounded; with ≤ or ≥ where the table gives a bound */
  readonly printed: string
  /** The raw double; null when it was not recomputed */
  readonly value: number | null
  /** Significant digits to which the two agree, at most 16; null for a bound and for what was not recomputed */
  readonly digits: number | null
  readonly agrees: boolean | null
}

/** Whether the printed number is exact, or rounded to its last digit. */
export type Printing = 'exact' | 'rounded'

/** Relative, of the raw doubles: a few roundings of float64 in a chain of operations */
const exactTolerance = 1e-12

/**
 * Holds a recomputed number against a printed one.
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
  const wanted = Number(printed)
  if (printing === 'exact') return { ...found, digits: commonDigits(value, wanted), agrees: Math.abs(value - wanted) <= exactTolerance * Math.abs(wanted) }
  const agrees = Math.abs(value - wanted) <= halfUnit(printed)
  return { ...found, digits: agrees ? significant(printed) : Math.min(commonDigits(value, wanted), significant(printed)), agrees }
}

/** Half a unit of the last printed digit, and a rounding of float64: 0.5 may lie on either side. */
function halfUnit(printed: string): number {
  const decimals = /\.(\d*)/.exec(printed)?.[1]?.length ?? 0
  return 0.5 * 10 ** -decimals * (1 + 1e-9)
}

/** .0182 has three. */
const significant = (printed: string): number => printed.replace(/[^\d]/g, '').replace(/^0+/, '').length || 1

function commonDigits(value: number, wanted: number): number {
  if (value === wanted) return wanted === 0 ? 1 : 16 // a 0 has no more than itself
  const error = Math.abs(value - wanted) / (Math.abs(wanted) || 1)
  return Math.max(0, Math.min(16, Math.floor(-Math.log10(error))))
}
