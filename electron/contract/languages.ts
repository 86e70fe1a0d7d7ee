import { type Locale, locales } from './locales/list'

/** Properties of a language: `locales/ko/language.json`. */
export interface Language {
  /** Its name in the language itself */
  readonly name: string
  /** The locale pack of Chromium that the app includes for it */
  readonly chromium: string
  /** The end of a sentence, and the space between two */
  readonly sentence: { readonly end: string, readonly gap: string }
  /** Regular expression that finds the names of both passes in a text, with the groups `forward` and `backward` */
  readonly directions: string
  /** Regular expressions for what may stand before and after a term of the glossary in a text: whole words, plurals, particles */
  readonly termEdges: { readonly before: string, readonly after: string }
  /** Fonts before all others, for characters that the system's Latin font lacks */
  readonly fonts: readonly string[]
}

const files = import.meta.glob<Language>('./locales/*/language.json', { eager: true, import: 'default' })

/**
 * One value per language. The annotation below lets the bundler drop unused calls; otherwise the preload would contain all texts.
 * @param of computes the value of a language
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
