import { LabError, ownError } from '../errors'
import { NumberReader } from './number'
import { plainText } from './plain'

/** A number or lists of numbers, as they were typed. */
export type Typed = number | readonly Typed[]

/** Deeper than any value may be: what is too deep is then told by its shape. */
const maxDepth = 8
const grouped = /^[+-]? *[1-9]\d{0,2}(?: \d{3})+(?:[.,]\d*)?$/
/** Groups such as 000 or 050 are no numbers of a list. */
const zeroGroup = / 0\d\d(?!\d)/
const mixed = /^[+-]? *\d+ +(?:\d+ ?\/ ?\d+|[¼½¾⅐-⅞↉])$/

/** Reads lists: in brackets, or parted by spaces and semicolons. */
export class ValueReader extends NumberReader {
  /**
   * A number, a bracket, or numbers parted by spaces; a semicolon or the end of a line begins the next row.
   * @param ends whether the value ends where the reader stands
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

  /** [1, 2], [1 2; 3 4] or [[1 2] [3 4]]. */
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

  /** After a space, 000 and 050 end a number that the space was meant to group. */
  private checkGroup(): void {
    const from = this.at
    if (this.take(/0\d\d(?!\d)/y) !== null) throw this.wrong('typed.spaces', from, null)
  }
}

/**
 * Reads a single number as people type it: 3 · −1.5 · １，５００ · 0,5 · 1/3 · ½ · 1×10⁻⁴ · 10 %.
 * @param whole a count or a seed: a share of a hundred makes no sense there
 * @throws LabError typed.*, with its place and what is probably meant
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
 * Reads a number or lists of numbers: 3 · [1, 2] · [[1, 2], [3, 4]] · 1 2; 3 4. Lists of unequal length are the graph's to refuse.
 * @throws LabError typed.*, with its place and what is probably meant
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

/** A list in other brackets or in none, as it can be read; null where it is no list either way. */
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
