import { inEach, languages } from './languages'
import type { Locale } from './locales/list'

/** A tree of sentences; `{name}` stands for a parameter. The window's vue-i18n reads the same files. */
export interface Texts { readonly [key: string]: string | Texts }

const files = import.meta.glob<Texts>('./locales/*/texts.json', { eager: true, import: 'default' })

/** The window's, the native menus' and the terminal's */
export const texts = inEach(locale => files[`./locales/${locale}/texts.json`]!)

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
  const { end, gap } = languages[locale].sentence
  return sentences.filter(Boolean).map((sentence, i, all) => i === all.length - 1 || /[.?!。？！]["”」]?$/.test(sentence) ? sentence : `${sentence}${end}`).join(gap)
}
