import type { Locale } from '@contract'

/** Day and time of day, in the language's own order. */
export function timeText(milliseconds: number, locale: Locale): { readonly day: string, readonly time: string } {
  const format = (style: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, style).format(milliseconds)
  return { day: format({ dateStyle: 'medium' }), time: format({ timeStyle: 'short' }) }
}

/** 159 kB, 1.6 MB: thousands, as the system's own file lists count on most systems. */
export function sizeText(bytes: number, locale: Locale): string {
  const [value, unit] = bytes < 1e6 ? [bytes / 1e3, 'kilobyte'] : [bytes / 1e6, 'megabyte']
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: value < 10 ? 1 : 0 }).format(value)
}
