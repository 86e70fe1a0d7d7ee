import { inEach, languages } from './languages'
import type { Locale } from './locales/list'
import { withParticles } from './particles'

/** A tree of texts; `{name}` is a parameter, `[[command]]` in the window's texts the key of a command. The window's vue-i18n reads the same files. */
export interface Texts { readonly [key: string]: string | Texts }

const files = import.meta.glob<Texts>('./locales/*/texts.json', { eager: true, import: 'default' })

/** Texts of the window and the native menus, and of all errors; those of the terminal alone are in `terminal.json` */
export const texts = inEach(locale => files[`./locales/${locale}/texts.json`]!)

export type TextParameters = Readonly<Record<string, string | number>>

/**
 * Translates a text, for native menus, dialogs and errors.
 * @param key dotted path, 'errors.config.learningRate'
 * @returns the text with its parameters filled in; the key itself when there is no such text
 */
export function translate(locale: Locale, key: string, parameters: TextParameters = {}): string {
  return textIn(texts[locale], key, parameters)
}

/** Looks up a text in a tree; otherwise as `translate`. */
export function textIn(tree: Texts, key: string, parameters: TextParameters = {}): string {
  let node: string | Texts | undefined = tree
  for (const part of key.split('.')) node = typeof node === 'object' ? node[part] : undefined
  if (typeof node !== 'string') return key
  return withParticles(node.replace(/\{(\w+)\}/g, (whole, name: string) => String(parameters[name] ?? whole)))
}

/** Joins sentences, with a full stop after one that lacks it because it ends with quoted input; not after the last. */
export function paragraph(locale: Locale, sentences: readonly string[]): string {
  const { end, gap } = languages[locale].sentence
  return sentences.filter(Boolean).map((sentence, i, all) => i === all.length - 1 || /[.?!。？！]["”」]?$/.test(sentence) ? sentence : `${sentence}${end}`).join(gap)
}
