import type { Locale } from '@contract'

/** Formats date and time in the order of the language. */
export function timeText(milliseconds: number, locale: Locale): { readonly day: string, readonly time: string } {
  const format = (style: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, style).format(milliseconds)
  return { day: format({ dateStyle: 'medium' }), time: format({ timeStyle: 'short' }) }
}

/** Formats day and time in one short text, without the year: Nov 24, 3:00 AM */
export const momentText = (milliseconds: number, locale: Locale): string => new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit' }).format(milliseconds)

/** Formats a file size: 159 kB, 1.6 MB. Units of 1,000, as in most file managers. */
export function sizeText(bytes: number, locale: Locale): string {
  const [value, unit] = bytes < 1e6 ? [bytes / 1e3, 'kilobyte'] : [bytes / 1e6, 'megabyte']
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: value < 10 ? 1 : 0 }).format(value)
}
