import { isInvisible } from './visible'

/** A text normalized to plain signs, letters and digits, with a mapping of positions to the source. */
export interface Plain {
  readonly source: string
  readonly text: string
  /** Maps a UTF-16 position in `text`, including its end, to the position in `source` */
  place: (at: number) => number
}

const signs: ReadonlyMap<string, string> = new Map([
  // ✕, ✖ and ∙ are typed for × with input methods; `plainSign` handles ⁻ and ₋.
  ...pairs('−˗➖₋', '-'), ...pairs('➕₊', '+'), ...pairs('×✕✖⨯⨉∙•·⋅∗⁎', '*'), ...pairs('÷∕⁄➗', '/'), ...pairs('₌', '='), ...pairs('、', ','), ...pairs('‘’', '\''),
  // Round brackets and their CJK equivalents; other brackets may have a meaning of their own, as in ⌊x⌋.
  ...pairs('❨❪⟮⦅⸨〔〖【〘₍', '('), ...pairs('❩❫⟯⦆⸩〕〗】〙₎', ')'),
])
function pairs(chars: string, plain: string): readonly (readonly [string, string])[] { return Array.from(chars, char => [char, plain]) }

const superscriptSigns: ReadonlyMap<string, string> = new Map([['⁻', '-'], ['⁺', '+'], ['⁼', '='], ['⁽', '('], ['⁾', ')']])
/** The superscript digits from 0 to 9 */
export const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹'
const isSuperscript = (char: string): boolean => char !== '' && (superscripts.includes(char) || char === '⁻' || char === '⁺')

/** Spaces that typography puts between groups of digits: no-break, narrow, thin and figure spaces */
const groupSpaces = '\u00a0\u202f\u2007\u2008\u2009\u2006'
/** Normalized form of a space between groups of digits */
export const groupSpace = '\u00a0'
const isDigit = (char: string): boolean => /^\p{Nd}$/u.test(char)
const isKana = (char: string): boolean => /^[\p{Script=Hiragana}\p{Script=Katakana}ー]$/u.test(char)
/** Letters that NFKC must not change: Hangul jamo and modifier letters */
const kept = /[\u3131-\u318e\uffa0-\uffdc]|(?![\uff9e\uff9f])\p{Lm}/u

/**
 * Normalizes a text: full width to half width, every dash to a minus, every space to a space.
 * Characters without a plain equivalent stay; names keep their letters.
 */
export function plainText(source: string): Plain {
  if (/^[\u0020-\u007e\n\r\t]*$/.test(source)) return { source, text: source.replaceAll('\t', ' '), place: at => at }
  const chars = Array.from(source)
  const places: number[] = []
  let [text, at] = ['', 0]
  chars.forEach((char, i) => {
    const plain = plainSign(char, lastOf(text), chars[i + 1] ?? '')
    for (let unit = 0; unit < plain.length; unit++) places.push(at)
    text += plain
    at += char.length
  })
  places.push(at)
  return { source, text, place: at => places[at]! }
}

const lastOf = (text: string): string => Array.from(text.slice(-2)).at(-1) ?? ''

/**
 * Normalizes one character.
 * @param before the preceding normalized character
 * @param after the following character of the source
 */
function plainSign(char: string, before: string, after: string): string {
  if (/[\n\r\u2028\u2029]/.test(char)) return char
  if (char === '\ufeff' && before === '') return ' ' // byte order mark, pasted with a whole file
  if (isInvisible(char) && char !== '\t') return char
  if (/[\s\p{Zs}]/u.test(char)) return groupSpaces.includes(char) && isDigit(before) && isDigit(after.normalize('NFKC')) ? groupSpace : ' '
  // in x⁻¹ the sign belongs to an exponent, in ⁻1 to a negative number
  if (superscriptSigns.has(char)) return isSuperscript(after) && '⁻⁺'.includes(char) && /[\p{L}\p{N}\p{M})_]/u.test(before) ? char : superscriptSigns.get(char)!
  const composed = composedOf(char)
  if (composed === 'ー') return isKana(before) ? 'ー' : '-' // a prolonged sound mark follows kana; elsewhere the keyboard typed it for a minus
  if (composed === '。') return isDigit(before) || isDigit(after.normalize('NFKC')) ? '.' : composed
  return /^\p{Pd}$/u.test(composed) ? '-' : signs.get(composed) ?? composed
}

/** NFKC of a character if the result is one character; numerals such as ½, ² and ① stay, since they are not digits. */
function composedOf(char: string): string {
  if (char <= '\u007e' || /\p{No}|\p{Nl}/u.test(char) || (kept.test(char) && char !== 'ｰ')) return char
  const composed = char.normalize('NFKC')
  return Array.from(composed).length === 1 ? composed : char
}

/** Normalizes a name, so that full-width and decomposed spellings are equal. */
export const plainName = (name: string): string => composedName(plainText(name).text.trim())

/** Normalizes a name from plain text: subscripts become digits (x₁ is x1) and decomposed letters are composed. */
export const composedName = (name: string): string => name.normalize('NFC').replace(/[₀-₉]/g, digit => String(digit.charCodeAt(0) - 0x2080))

/** Unicode classifies it as a letter, but Korean keyboards type it as a middle dot */
const dot = 'ㆍ'
/** Letters, digits and accents of a name, without invisible characters */
const nameStart = `(?![${dot}\\p{Default_Ignorable_Code_Point}])[\\p{L}_]`
const nameRest = `(?![${dot}\\p{Default_Ignorable_Code_Point}])[\\p{L}\\p{Mn}\\p{Mc}\\p{Nd}_₀-₉]`
/** A sticky pattern for a name in plain text */
export const namePattern = (): RegExp => new RegExp(`${nameStart}(?:${nameRest})*`, 'uy')
