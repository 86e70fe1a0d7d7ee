import type { Locale } from './locales/list'

const formats = new Map<Locale, Intl.NumberFormat>()

function threeDigits(locale: Locale): Intl.NumberFormat {
  const format = formats.get(locale) ?? new Intl.NumberFormat(locale, { minimumSignificantDigits: 3, maximumSignificantDigits: 3 })
  formats.set(locale, format)
  return format
}

/** Three significant digits, as in the window and the terminal: 0.0123, 12.3, 4.56e−5, with a proper minus sign. */
export function shortNumber(locale: Locale, value: number): string {
  const size = Math.abs(value)
  if (size === 0) return '0'
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : '−∞'
  return (size < 1e-3 || size >= 1e6 ? value.toExponential(2).replace('e+', 'e').replace('e-', 'e−') : threeDigits(locale).format(value)).replace('-', '−')
}
