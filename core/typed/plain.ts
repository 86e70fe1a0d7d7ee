import { isInvisible } from './visible'

/** A text whose signs, letters and digits are the ordinary ones, and where each of them stood in the source. */
export interface Plain {
  readonly source: string
  readonly text: string
  /** UTF-16 position in the source of a UTF-16 position in the text, its end included */
  place: (at: number) => number
}

const signs: ReadonlyMap<string, string> = new Map([
  // ✕, ✖ and ∙ are what input methods offer for ×; ⁻ and ₋ are looked at in `plainSign`.
  ...pairs('−˗➖₋', '-'), ...pairs('➕₊', '+'), ...pairs('×✕✖⨯⨉∙•·⋅∗⁎', '*'), ...pairs('÷∕⁄➗', '/'), ...pairs('₌', '='), ...pairs('、', ','), ...pairs('‘’', '\''),
  // Round brackets and their equivalents in Chinese, Japanese and Korean text; other brackets may have a meaning of their own, as ⌊x⌋.
  ...pairs('❨❪⟮⦅⸨〔〖【〘₍', '('), ...pairs('❩❫⟯⦆⸩〕〗】〙₎', ')'),
])
function pairs(chars: string, plain: string): readonly (readonly [string, string])[] { return Array.from(chars, char => [char, plain]) }

const superscriptSigns: ReadonlyMap<string, string> = new Map([['⁻', '-'], ['⁺', '+'], ['⁼', '='], ['⁽', '('], ['⁾', ')']])
/** The superscript digits from 0 to 9 */
export const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹'
const isSuperscript = (char: string): boolean => char !== '' && (superscripts.includes(char) || char === '⁻' || char === '⁺')

/** Spaces that typography puts between groups of digits: no-break, narrow, thin and figure spaces. */
const groupSpaces = '\u00a0\u202f\u2007\u2008\u2009\u2006'
/** What a space between groups of digits is in the plain text */
export const groupSpace = '\u00a0'
const isDigit = (char: string): boolean => /^\p{Nd}$/u.test(char)
const isKana = (char: string): boolean => /^[\p{Script=Hiragana}\p{Script=Katakana}ー]$/u.test(char)
/** Letters that compatibility composition would change although they are ordinary: Hangul jamo, raised letters. */
const kept = /[\u3131-\u318e\uffa0-\uffdc]|(?![\uff9e\uff9f])\p{Lm}/u

/**
 * Writes a text with the ordinary signs: full width becomes half width, every dash a minus, every space a space.
 * What has no ordinary sign stays as it is; names keep their letters.
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
 * @param before the plain character before it
 * @param after the character after it, as it is written
 */
function plainSign(char: string, before: string, after: string): string {
  if (/[\n\r\u2028\u2029]/.test(char)) return char
  if (char === '\ufeff' && before === '') return ' ' // the byte order mark of a file that was pasted whole
  if (isInvisible(char) && char !== '\t') return char
  if (/[\s\p{Zs}]/u.test(char)) return groupSpaces.includes(char) && isDigit(before) && isDigit(after.normalize('NFKC')) ? groupSpace : ' '
  // x⁻¹ is a power, ⁻1 a negative number
  if (superscriptSigns.has(char)) return isSuperscript(after) && '⁻⁺'.includes(char) && /[\p{L}\p{N}\p{M})_]/u.test(before) ? char : superscriptSigns.get(char)!
  const composed = composedOf(char)
  if (composed === 'ー') return isKana(before) ? 'ー' : '-' // the length mark follows kana, or it is a minus that the keyboard made
  if (composed === '。') return isDigit(before) || isDigit(after.normalize('NFKC')) ? '.' : composed
  return /^\p{Pd}$/u.test(composed) ? '-' : signs.get(composed) ?? composed
}

/** Its compatibility composition where that is one character of its kind; numbers such as ½, ² and ① are no digits. */
function composedOf(char: string): string {
  if (char <= '\u007e' || /\p{No}|\p{Nl}/u.test(char) || (kept.test(char) && char !== 'ｰ')) return char
  const composed = char.normalize('NFKC')
  return Array.from(composed).length === 1 ? composed : char
}

/** A name by which two spellings are one: full width, and letters that the keyboard types in pieces. */
export const plainName = (name: string): string => composedName(plainText(name).text.trim())

/** A name out of a plain text: x₁ is x1, and letters that were typed in pieces are whole. */
export const composedName = (name: string): string => name.normalize('NFC').replace(/[₀-₉]/g, digit => String(digit.charCodeAt(0) - 0x2080))

/** Among Unicode's letters, but what Korean keyboards give for a middle dot */
const dot = 'ㆍ'
/** Letters, digits and accents of a name; what nobody sees belongs to none. */
const nameStart = `(?![${dot}\\p{Default_Ignorable_Code_Point}])[\\p{L}_]`
const nameRest = `(?![${dot}\\p{Default_Ignorable_Code_Point}])[\\p{L}\\p{Mn}\\p{Mc}\\p{Nd}_₀-₉]`
/** A name in a plain text, sticky */
export const namePattern = (): RegExp => new RegExp(`${nameStart}(?:${nameRest})*`, 'uy')
