import { type Locale, locales } from './locales/list'

/** What a language says about itself: `locales/ko/language.json`. */
export interface Language {
  /** In its own words, so that everybody finds theirs */
  readonly name: string
  /** The pack of Chromium's own texts that the app ships for it */
  readonly chromium: string
  /** What ends a sentence, and what stands between two */
  readonly sentence: { readonly end: string, readonly gap: string }
  /** Finds the names of both passes in a text: a regular expression with the groups `forward` and `backward` */
  readonly directions: string
  /** For signs that the system's Latin font lacks, before any other */
  readonly fonts: readonly string[]
}

const files = import.meta.glob<Language>('./locales/*/language.json', { eager: true, import: 'default' })

/**
 * One value for each language. Without the note for the bundler below, the preload would carry all texts.
 * @param of what is read for a language
 */
// @__NO_SIDE_EFFECTS__
export function inEach<T>(of: (locale: Locale) => T): Readonly<Record<Locale, T>> {
  return Object.fromEntries(locales.map(locale => [locale, of(locale)])) as Record<Locale, T>
}

export const languages = inEach(locale => files[`./locales/${locale}/language.json`]!)

/** The first supported language in a list such as ['ko-KR', 'en'], else English. */
export function pickLocale(wanted: readonly string[]): Locale {
  for (const tag of wanted) {
    const [language, ...rest] = tag.toLowerCase().split(/[-_.]/)
    const found = locales.find(locale => locale.toLowerCase() === `${language}-${rest[0]}`) ?? locales.find(locale => locale === language)
    if (found) return found
  }
  return 'en'
}
