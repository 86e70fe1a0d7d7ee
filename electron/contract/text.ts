import en from './locales/en.json'
import ja from './locales/ja.json'
import ko from './locales/ko.json'

export const locales = ['ko', 'en', 'ja'] as const
export type Locale = (typeof locales)[number]

/** A tree of sentences; `{name}` stands for a parameter. The window's vue-i18n reads the same files. */
export interface Texts { readonly [key: string]: string | Texts }
export const texts: Readonly<Record<Locale, Texts>> = { ko, en, ja }

export type TextParameters = Readonly<Record<string, string | number>>

/**
 * A sentence in a language, for native menus, dialogs and the terminal.
 * @param key dotted path, 'errors.config.learningRate'
 * @returns the sentence with its parameters filled in; the key itself when there is no such sentence
 */
export function translate(locale: Locale, key: string, parameters: TextParameters = {}): string {
  let node: string | Texts | undefined = texts[locale]
  for (const part of key.split('.')) node = typeof node === 'object' ? node[part] : undefined
  if (typeof node !== 'string') return key
  return node.replace(/\{(\w+)\}/g, (whole, name: string) => String(parameters[name] ?? whole))
}

/** Sentences after each other; one that ends with what was found gets its full stop, where another follows. */
export function paragraph(locale: Locale, sentences: readonly string[]): string {
  const [stop, space] = locale === 'ja' ? ['。', ''] : ['.', ' ']
  return sentences.filter(Boolean).map((sentence, i, all) => i === all.length - 1 || /[.?!。？！]["”」]?$/.test(sentence) ? sentence : `${sentence}${stop}`).join(space)
}

/** The first supported language in a list such as ['ko-KR', 'en'], else English. */
export function pickLocale(wanted: readonly string[]): Locale {
  for (const tag of wanted) {
    const language = tag.toLowerCase().split(/[-_.]/)[0]
    const found = locales.find(locale => locale === language)
    if (found) return found
  }
  return 'en'
}
