import { type Locale, shortNumber } from '@contract'
import { computed } from 'vue'
import { locale } from './i18n'

/** Number formats of a language: few digits, constant width, the language's separators. */
export function numbersFor(locale: Locale) {
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 })
  const free = new Intl.NumberFormat(locale, { maximumSignificantDigits: 6 })
  const hundredths = new Intl.NumberFormat(locale, { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 })
  const share = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 })
  const tenths = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 })
  const made = new Map<number, Intl.NumberFormat>()
  const fewOf = (digits: number) => {
    const format = made.get(digits) ?? new Intl.NumberFormat(locale, { maximumSignificantDigits: digits })
    made.set(digits, format)
    return format
  }
  /** Uses a typographic minus (U+2212), and no sign for zero */
  const minus = (text: string) => text === '-0' ? '0' : text.replace('-', '−')
  const column = new Map<number, Intl.NumberFormat>()
  const decimalsOf = (decimals: number) => {
    const format = column.get(decimals) ?? new Intl.NumberFormat(locale, { minimumFractionDigits: decimals, maximumFractionDigits: decimals })
    column.set(decimals, format)
    return format
  }

  return {
    /** 1,234 */
    count: (value: number) => minus(whole.format(value)),
    /** Three significant digits: 0.0123, 12.3, 4.56e−5 */
    short: (value: number) => shortNumber(locale, value),
    /** All its digits, at most six: 0.1, 0.001, 2e37 */
    plain(value: number): string {
      const size = Math.abs(value)
      return minus(size >= 1e6 || (size > 0 && size < 1e-5) ? Number(value.toPrecision(6)).toExponential().replace('e+', 'e').replace('e-', 'e−') : free.format(value))
    },
    /** Few significant digits for small labels, but all digits of a whole number: 2.2, 0.3168, 12,345, 1.2e−5 */
    few(value: number, digits = 4): string {
      const size = Math.abs(value)
      if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : '−∞'
      if (size !== 0 && (size < 1e-4 || size >= 1e6)) return minus(value.toExponential(2).replace(/\.?0+e/, 'e').replace('e+', 'e').replace('e-', 'e−'))
      return minus(fewOf(Math.max(digits, Math.floor(Math.log10(Math.max(1, size))) + 1)).format(value))
    },
    /** So many significant digits, without zeros at the end, of large and of small numbers: 0.2048955, −6.831234e−5 */
    digits(value: number, digits: number): string {
      const size = Math.abs(value)
      if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : '−∞'
      if (size !== 0 && (size < 1e-4 || size >= 1e6)) return minus(value.toExponential(digits - 1).replace(/\.?0+e/, 'e').replace('e+', 'e').replace('e-', 'e−'))
      return minus(fewOf(digits).format(value))
    },
    /** So many decimals, for numbers that are added up in a column: 3.20, −0.57 */
    fixed(value: number, decimals: number): string {
      if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : '−∞'
      return minus(decimalsOf(decimals).format(value)).replace(/^−(?=[0.,]*$)/, '')
    },
    /** A fraction as a percentage: 96.9% */
    share: (value: number) => minus(share.format(value)),
    /** A difference of fractions in percentage points: 2.8 */
    points: (difference: number) => minus(tenths.format(Math.round(1000 * difference) / 10 || 0)),
    /** The same, always with one decimal: 97.0%. What is rounded to nothing or to everything says so: < 0.1%, > 99.9% */
    percent(value: number): string {
      if (value > 0 && value < 0.0005) return `< ${hundredths.format(0.001)}`
      if (value < 1 && value >= 0.9995) return `> ${hundredths.format(0.999)}`
      return minus(hundredths.format(value))
    },
  }
}

export type Numbers = ReturnType<typeof numbersFor>

/** Formats are expensive to create, and hundreds of labels need the same ones. */
const made = new Map<Locale, Numbers>()
function known(locale: Locale): Numbers {
  const numbers = made.get(locale) ?? numbersFor(locale)
  made.set(locale, numbers)
  return numbers
}

/** The number formats of the current language. */
export function useNumbers() {
  return computed(() => known(locale.value))
}
