import { LabError, ownError } from '../errors'
import { NumberReader } from './number'
import { plainText } from './plain'

/** A number or nested lists of numbers, as typed. */
export type Typed = number | readonly Typed[]

/** Deeper than any valid value, so that moderately nested lists get an error about their shape */
const maxDepth = 8
const grouped = /^[+-]? *[1-9]\d{0,2}(?: \d{3})+(?:[.,]\d*)?$/
/** Digit groups such as 000 or 050, which would not start a number in a list */
const zeroGroup = / 0\d\d(?!\d)/
const mixed = /^[+-]? *\d+ +(?:\d+ ?\/ ?\d+|[¼½¾⅐-⅞↉])$/

/** Parser for values: numbers and lists, with brackets or separated by spaces and semicolons. */
export class ValueReader extends NumberReader {
  /**
   * Parses a number, a list in brackets, or numbers separated by spaces; a semicolon or a line break starts the next row.
   * @param ends whether the value ends at the current position
   */
  value(ends: () => boolean = () => this.at >= this.text.length): Typed {
    this.skipSpaces()
    this.begin = this.at
    if (this.char === '[') {
      const { comma } = this
      this.comma = 'parts'
      const list = this.list(1)
      this.comma = comma
      this.skipSpaces()
      if (!ends()) throw this.stranger()
      return list
    }
    const rows: number[][] = [[]]
    for (;;) {
      rows.at(-1)!.push(this.number())
      const spaced = this.take(/[ \n\r\u2028\u2029]+$|[ ]+/y) !== null
      if (ends()) break
      if (this.take(/[;\n\r\u2028\u2029][;\s]*/y) !== null) {
        if (ends() && rows.flat().length > 1) break
        rows.push([])
      }
      else if (this.comma === 'inNumber' && this.char === ',' && (spaced || /^,\s/.test(this.text.slice(this.at)))) {
        this.at++
        this.skipSpaces()
      }
      else if (!spaced) throw this.stranger()
      else this.checkGroup()
    }
    const [first = []] = rows
    if (rows.length === 1) return first.length === 1 ? first[0]! : first
    return rows.every(row => row.length === 1) ? rows.flat() : rows
  }

  /** Parses [1, 2], [1 2; 3 4] or [[1 2] [3 4]]. */
  list(depth: number): readonly Typed[] {
    const from = this.at++
    if (depth > maxDepth) throw this.wrong('typed.tooDeep', from, null)
    const rows: Typed[][] = [[]]
    this.skipSpaces()
    for (;;) {
      if (this.char === '') { this.at = from + 1; throw this.wrong('typed.unclosed', from, null) }
      rows.at(-1)!.push(this.char === '[' ? this.list(depth + 1) : this.number())
      const spaced = this.skipSpaces()
      const sign = this.take(/[\],;]/y)
      if (sign === ']') return rows.length === 1 ? rows[0]! : rows
      if (sign === ';') rows.push([])
      else if (sign === null && !spaced && this.char !== '[' && this.char !== '') throw this.stranger()
      this.skipSpaces()
      if (sign === null) this.checkGroup()
    }
  }

  /** Rejects 000 or 050 after a space: the space was probably meant for grouping. */
  private checkGroup(): void {
    const from = this.at
    if (this.take(/0\d\d(?!\d)/y) !== null) throw this.wrong('typed.spaces', from, null)
  }
}

/**
 * Parses a single number as people type it: 3 · −1.5 · １，５００ · 0,5 · 1/3 · ½ · 1×10⁻⁴ · 10 %.
 * @param whole a count or a seed is expected, so a percent sign is an error
 * @throws LabError typed.*, with position and suggestion
 */
export function readNumber(text: string, { whole = false }: { whole?: boolean } = {}): number {
  const reader = new NumberReader(plainText(text), 'inNumber')
  reader.skipSpaces()
  const from = reader.at
  if (reader.plain.text.charAt(from) === '[') throw reader.several(from)
  const value = reader.number()
  if (whole && reader.endsWith('%')) throw reader.wrong('typed.percent', from, null)
  const more = reader.followedByMore
  reader.skipSpaces()
  if (reader.atEnd) return value
  throw more ? reader.several(from) : reader.stranger()
}

/**
 * Parses a number or lists of numbers: 3 · [1, 2] · [[1, 2], [3, 4]] · 1 2; 3 4. Lists may be ragged: the graph rejects those.
 * @throws LabError typed.*, with position and suggestion
 */
export function readValue(text: string): Typed {
  const plain = plainText(text)
  const trimmed = plain.text.trim()
  const reader = new ValueReader(plain, 'inNumber')
  if ((grouped.test(trimmed) && zeroGroup.test(trimmed)) || mixed.test(trimmed)) throw reader.several(0)
  try { return reader.value() }
  catch (cause) {
    const suggestion = inBrackets(trimmed)
    throw cause instanceof LabError && cause.details['suggestion'] === undefined && suggestion !== null ? reader.again(cause, suggestion) : cause
  }
}

/** Rewrites a list with other brackets or without any in square brackets; null if the result is not a list either. */
function inBrackets(text: string): string | null {
  if (text.length > 60) return null
  const square = text.replace(/[({]/g, '[').replace(/[)}]/g, ']')
  const whole = square.startsWith('[') ? square : `[${square}]`
  try { new ValueReader(plainText(whole), 'parts').value() }
  catch (cause) {
    ownError(cause)
    return null
  }
  return whole
}
