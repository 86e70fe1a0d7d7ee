import { inEach, languages, type Locale, withParticles } from '@contract'
import { mentionsIn } from './glossary'

/** A piece of a paragraph. */
export type Inline
  = | { readonly kind: 'text' | 'code' | 'forward' | 'backward', readonly text: string }
    | { readonly kind: 'formula', readonly latex: string, readonly display: boolean }
    | { readonly kind: 'strong', readonly parts: readonly Inline[] }
    | { readonly kind: 'term', readonly term: string, readonly parts: readonly Inline[] }

export type TextNumbers = Readonly<Record<string, string>>

/** Words for forward and backward are coloured, except in the name "backpropagation". */
const directions = inEach(locale => new RegExp(languages[locale].directions, 'giu'))

const marks = /\$(?<formula>[^$]+)\$|`(?<code>[^`]+)`|\*\*(?<strong>.+?)\*\*/gu

/** Replaces every `[[name]]` by its number; unknown names stay, so that a test finds them. */
export const fill = (text: string, numbers: TextNumbers): string =>
  text.replace(/\[\[([\w.]+)\]\]/g, (whole, name: string) => numbers[name] ?? whole)

/** A paragraph without its marks, for a screen reader. */
export const plainTextOf = (source: string, numbers: TextNumbers): string =>
  fill(withParticles(source, name => numbers[name]), numbers).replace(/[$`*\\]/g, '')

/** LaTeX needs {,} for a thousands separator and a hyphen for a minus. */
const inFormula = (numbers: TextNumbers): TextNumbers =>
  Object.fromEntries(Object.entries(numbers).map(([name, text]) => [name, text.replace(/(\d),(?=\d{3}(?!\d))/g, '$1{,}').replaceAll('−', '-')]))

/**
 * Parses one paragraph: `$formula$`, `` `code` ``, `**strong**` and `[[name]]`.
 * A formula that makes up the whole paragraph is displayed on its own line.
 * @param toMark keys of the glossary's terms to mark; each is removed at its first mention
 */
export function readParagraph(source: string, numbers: TextNumbers, locale: Locale, toMark = new Set<string>()): Inline[] {
  const text = withParticles(source, name => numbers[name])
  const alone = /^\s*\$+[^$]+\$+\s*$/.test(text)
  const parts: Inline[] = []
  let at = 0
  for (const match of text.replaceAll('$$', '$').matchAll(marks)) {
    parts.push(...withTerms(fill(match.input.slice(at, match.index), numbers), locale, toMark))
    at = match.index + match[0].length
    const { formula, code, strong } = match.groups!
    if (formula !== undefined) parts.push({ kind: 'formula', latex: fill(formula, inFormula(numbers)), display: alone })
    else if (code !== undefined) parts.push({ kind: 'code', text: fill(code, numbers) })
    else parts.push({ kind: 'strong', parts: readParagraph(strong!, numbers, locale, toMark) })
  }
  return [...parts, ...withTerms(fill(text.replaceAll('$$', '$').slice(at), numbers), locale, toMark)]
}

function withTerms(text: string, locale: Locale, toMark: Set<string>): Inline[] {
  const parts: Inline[] = []
  let at = 0
  if (toMark.size) for (const { key, from, to } of mentionsIn(text, locale)) {
    if (!toMark.delete(key)) continue
    parts.push(...withDirections(text.slice(at, from), locale), { kind: 'term', term: key, parts: withDirections(text.slice(from, to), locale) })
    at = to
  }
  return [...parts, ...withDirections(text.slice(at), locale)]
}

function withDirections(text: string, locale: Locale): Inline[] {
  const parts: Inline[] = []
  let at = 0
  for (const match of text.matchAll(directions[locale])) {
    if (match.index > at) parts.push({ kind: 'text', text: text.slice(at, match.index) })
    parts.push({ kind: match.groups!.forward === undefined ? 'backward' : 'forward', text: match[0] })
    at = match.index + match[0].length
  }
  if (at < text.length) parts.push({ kind: 'text', text: text.slice(at) })
  return parts
}
