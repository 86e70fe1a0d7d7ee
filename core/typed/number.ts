import type { ErrorCode, LabError } from '../errors'
import { vulgar, vulgarValue, withoutGroups } from './digits'
import { likelyNumber } from './likely'
import { type Plain, superscripts } from './plain'
import { type Suggestion, inputError } from './problem'

/** The role of a comma: `inNumber` groups digits or is the decimal separator, `parts` (inside brackets) separates numbers. */
export type Comma = 'inNumber' | 'parts'

const digitOf = (char: string): string => String(superscripts.indexOf(char))

/** Parser for the numbers of a plain text, one after another. */
export class NumberReader {
  at = 0
  /** Start of the value being parsed */
  protected begin = 0

  constructor(readonly plain: Plain, protected comma: Comma) {}

  protected get text(): string { return this.plain.text }
  protected get char(): string { return this.text.charAt(this.at) }

  skipSpaces(): boolean {
    return this.take(/[ \n\r\u2028\u2029]+/y) !== null
  }

  /** Consumes a match of a sticky regular expression at the current position. */
  take(pattern: RegExp): string | null {
    pattern.lastIndex = this.at
    const found = pattern.exec(this.text)?.[0]
    if (found === undefined) return null
    this.at += found.length
    return found
  }

  /**
   * Parses a number with sign, fraction and percent sign: −1.5, 1/3, 1½, 1e-4, 1×10⁻⁴, 10^-4, 10 %.
   * @throws LabError typed.*
   */
  number(): number {
    const from = this.at
    // “− 3” is a number only at the start; after another number it may be a subtraction
    const sign = this.take(this.text.slice(this.begin, from).trim() === '' ? /[+-] */y : /[+-]/y)?.startsWith('-') ? -1 : 1
    const above = this.magnitude(from)
    const below = this.take(/ *[/⁄] */y) === null ? 1 : this.divisor(from)
    const value = sign * above(this.take(/ *%/y) === null ? 0 : -2) / below
    if (!Number.isFinite(value)) throw this.wrong('typed.range', from, null)
    return value
  }

  private divisor(from: number): number {
    const sign = this.take(/[+-]/y) === '-' ? -1 : 1
    const value = sign * this.magnitude(from)(0)
    if (value === 0) throw this.wrong('typed.zeroDivisor', from, null)
    return value
  }

  /** @returns a function from a power of ten to the value scaled by it, so that rounding happens once */
  private magnitude(from: number): (power: number) => number {
    const start = this.at
    if (vulgar.test(this.char)) return this.vulgar(0)
    const digits = this.take(this.comma === 'parts' ? /[\d.'_\u00a0]+/y : /(?:[\d.'_\u00a0]|,(?=[\d.,eE%/⁄*]|\s*$))+/y)
    if (digits === null || !/\d/.test(digits)) throw this.missing(start)
    const plain = withoutGroups(digits)
    if (plain === null) throw this.wrong('typed.separators', start)
    if (/^\d+$/.test(plain) && vulgar.test(this.char)) return this.vulgar(Number(plain))
    const exponent = this.exponent(plain)
    return (power) => {
      const value = Number(`${plain}e${exponent + power}`)
      if (!Number.isFinite(value) || (value === 0 && /[1-9]/.test(plain))) throw this.wrong('typed.range', from, null)
      return value
    }
  }

  private vulgar(whole: number): (power: number) => number {
    const value = whole + vulgarValue(this.char)
    this.at++
    return power => value * 10 ** power
  }

  /** Parses an exponent: e-4, ×10⁻⁴, x 10^-4, or the power itself in 10⁻⁴. */
  private exponent(base: string): number {
    const letter = this.take(/e[+-]?\d+/iy)
    if (letter !== null) return Number(letter.slice(1))
    const from = this.at
    if (this.take(/e[+-]?(?![\p{L}\d])/iuy) !== null) throw this.wrong('typed.incomplete', from, null)
    const times = this.take(/ *[*x] *10(?= ?\^| ?\*\*|[⁻⁺⁰¹²³⁴-⁹])/iy)
    if (times === null && base !== '10') return 0
    const power = this.take(/ ?(?:\^|\*\*) ?(?:[+-]?\d+|\([+-]?\d+\))/y)?.replace(/[\^*() ]/g, '')
      ?? this.take(/[⁻⁺]?[⁰¹²³⁴-⁹]+/y)?.replace('⁻', '-').replace('⁺', '+').replace(/[⁰¹²³⁴-⁹]/g, digitOf)
    if (power !== undefined) return Number(power) - (times === null ? 1 : 0) // 10⁻⁴ is 10e-5: the significand 10 is already parsed
    if (times === null) return 0
    this.at++
    throw this.wrong('typed.incomplete', this.at - 1, null)
  }

  /** Error: no number at the current position. */
  private missing(from: number): LabError {
    this.at = from
    if (/^ *$/.test(this.text)) return this.wrong('typed.empty', from, null)
    if (!/^(?:$|[.,')\]%;/⁄ \n\r-])/.test(this.text.slice(from))) return this.stranger()
    // at the end, report the token that expects a number
    while (from > 0 && /^(?:$|[ \n\r])/.test(this.text.slice(from))) from--
    this.at = from + 1
    return this.wrong('typed.incomplete', from, null)
  }

  get atEnd(): boolean { return this.at >= this.text.length }
  /** Whether another number follows, as in a list. */
  get followedByMore(): boolean { return /^(?:[,;]| *[+-]?[\d.[¼½¾⅐-⅞↉])/.test(this.text.slice(this.at)) && !/^[.\d+-]/.test(this.char) }
  endsWith(sign: string): boolean { return this.text.slice(0, this.at).endsWith(sign) }

  /** Error: several numbers where one is expected, or one number split by spaces. */
  several(from: number): LabError {
    const meant = likelyNumber(this.text)
    this.at = this.text.trimEnd().length
    return this.wrong(meant === null || this.text.includes('[') ? 'typed.several' : 'typed.spaces', from, meant)
  }

  /** The same error with a suggestion for the whole text. */
  again({ code, details: { from, to } }: LabError, text: string): LabError {
    return inputError(code, { source: this.plain.source, place: at => at }, { from: Number(from), to: Number(to) }, { suggestion: this.suggestion(text, this.plain.source) })
  }

  /** Error: an unexpected word or character at the current position. */
  stranger(): LabError {
    const from = this.at
    const rest = this.text.slice(from)
    const infinite = /^(?:inf(?:inity)?|∞|nan|무한대?|無限大?)(?![\p{L}\d])/iu.exec(rest)?.[0]
    const word = /^(?:(?!\p{Default_Ignorable_Code_Point})[\p{L}\p{M}_])+/u.exec(rest)?.[0]
    this.at += (infinite ?? word ?? Array.from(rest.slice(0, 2))[0] ?? '').length
    return this.wrong(infinite ? 'typed.infinite' : word ? 'typed.word' : 'typed.character', from)
  }

  /** Creates an error about the text from `from` to the current position. By default it suggests the likely number for the whole text. */
  wrong(code: ErrorCode, from: number, suggested: string | null = likelyNumber(this.text)): LabError {
    return inputError(code, this.plain, { from, to: Math.max(from, this.at) }, { suggestion: suggested === null ? undefined : this.suggestion(suggested, this.text) })
  }

  /** Replaces the whole text except surrounding spaces. */
  private suggestion(text: string, whole: string): Suggestion {
    return { text, from: /^[ \n\r]*/.exec(whole)![0].length, to: whole.replace(/[ \n\r]+$/, '').length }
  }
}
