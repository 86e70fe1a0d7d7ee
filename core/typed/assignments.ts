import { type ErrorCode, LabError, ownError } from '../errors'
import { likelyNumber } from './likely'
import { plainText, composedName, namePattern } from './plain'
import { inputError } from './problem'
import { readNumber, type Typed, ValueReader } from './value'

/** The end of a value: the end of the text, a comma, or the next `name =` after spaces or semicolons. */
const nextPair = new RegExp(`(?:$|,|[;\\s]*${namePattern().source} *=)`, 'uy')

/** The pair being parsed, with the positions of the pair and of its value */
interface Pair { readonly name: string, readonly from: number, readonly value: number }

class AssignmentReader extends ValueReader {
  private readonly values = new Map<string, Typed>()
  private last: Pair | null = null

  read(): ReadonlyMap<string, Typed> {
    do this.pair()
    while (this.follows())
    return this.values
  }

  private pair(): void {
    this.skipSpaces()
    const from = this.at
    const written = this.take(namePattern())
    if (written === null || this.take(/ *= */y) === null) throw this.notNamed(from)
    const name = composedName(written)
    if (this.values.has(name)) throw inputError('typed.repeated', this.plain, { from, to: from + written.length }, { details: { name } })
    this.last = { name, from, value: this.at }
    this.values.set(name, this.value(() => this.pairEnds()))
  }

  private pairEnds(): boolean {
    nextPair.lastIndex = this.at
    return nextPair.test(this.text)
  }

  private follows(): boolean {
    this.skipSpaces()
    if (this.atEnd) return false
    this.take(/[,;]/y)
    return true
  }

  /** Error for a missing `name =`. In x=0,5 the comma separates pairs although a decimal point was meant, so x=0.5 is suggested. */
  private notNamed(from: number): LabError {
    const end = this.commaAfter(this.at)
    const { last } = this
    const meant = last && numberOrNull(this.text.slice(last.value, end))
    const suggestion = last && meant !== null ? { text: `${last.name}=${meant}`, from: last.from, to: end } : undefined
    this.skipSpaces()
    const at = this.atEnd || this.char === ',' ? from : this.at
    return inputError('typed.name', this.plain, { from: at, to: Math.min(this.text.length, Math.max(this.at, at + 1)) }, { suggestion })
  }

  private commaAfter(at: number): number {
    const comma = this.text.indexOf(',', at)
    return comma < 0 ? this.text.length : comma
  }

  /** A suggestion for a value replaces only its pair. */
  override wrong(code: ErrorCode, from: number, suggested?: string | null): LabError {
    const { last } = this
    const end = this.commaAfter(this.at)
    const meant = suggested === null || !last ? null : suggested ?? likelyNumber(this.text.slice(last.value, end))
    const suggestion = last && meant !== null ? { text: `${last.name}=${meant}`, from: last.from, to: end } : undefined
    return inputError(code, this.plain, { from, to: Math.max(from, this.at) }, { suggestion })
  }
}

function numberOrNull(text: string): number | null {
  try { return readNumber(text) }
  catch (cause) {
    ownError(cause)
    return null
  }
}

/**
 * Parses assignments: x=2, W=[[1,2],[3,4]]. A comma always separates; a space or a semicolon does so before a name.
 * @throws LabError typed.*
 */
export const readAssignments = (text: string): ReadonlyMap<string, Typed> => new AssignmentReader(plainText(text), 'parts').read()
