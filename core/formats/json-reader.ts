import type { FormatError } from '../errors'
import { excerpt } from '../typed/excerpt'

/** Creates the error to throw. @param wanted the expected JSON @param found the actual text */
export type Refuse = (wanted: string, found: string) => FormatError

const maxDepth = 32
const loneSurrogate = /\p{Surrogate}/u

/**
 * Pull parser for JSON of a known shape, stricter than `JSON.parse`: a duplicate key is an error (`JSON.parse` would drop the
 * first value), and only requested values are built, so that a hostile file cannot exhaust memory or stack.
 */
export class JsonReader {
  #at = 0

  constructor(private readonly text: string, private readonly duplicate: (key: string) => FormatError) {}

  /** Reads { "key": value, … }. @param member called for each key; must read its value */
  object(refuse: Refuse, member: (key: string) => void): void {
    if (!this.accept('{')) throw this.unexpected('{…}', refuse)
    const keys = new Set<string>()
    if (this.accept('}')) return
    do {
      const key = this.string(refuse)
      if (keys.has(key)) throw this.duplicate(key)
      keys.add(key)
      if (!this.accept(':')) throw this.unexpected(':', refuse)
      member(key)
    } while (this.accept(','))
    if (!this.accept('}')) throw this.unexpected('}', refuse)
  }

  /** Reads [ value, … ]. @param item called for each item; must read it */
  list(refuse: Refuse, item: () => void): void {
    if (!this.accept('[')) throw this.unexpected('[…]', refuse)
    if (this.accept(']')) return
    do item()
    while (this.accept(','))
    if (!this.accept(']')) throw this.unexpected(']', refuse)
  }

  /** Reads a well-formed string: no control characters, no unpaired surrogates. */
  string(refuse: Refuse): string {
    this.skipSpace()
    const from = this.#at
    const end = this.text[from] === '"' ? this.closingQuote(from) : -1
    if (end < 0) throw this.unexpected('"…"', refuse)
    let value: string
    try { value = JSON.parse(this.text.slice(from, end + 1)) as string }
    catch { throw this.unexpected('"…"', refuse) } // a control character or an invalid escape
    if (loneSurrogate.test(value)) throw this.unexpected('Unicode', refuse)
    this.#at = end + 1
    return value
  }

  /** Reads a non-negative integer, written with digits only. */
  count(refuse: Refuse): number {
    this.skipSpace()
    let end = this.#at
    while (isDigit(this.text.charCodeAt(end)) && end - this.#at < 17) end++
    const digits = this.text.slice(this.#at, end)
    const value = Number(digits)
    if (!/^(?:0|[1-9]\d*)$/.test(digits) || !Number.isSafeInteger(value) || /[\d.eE]/.test(this.text[end] ?? ''))
      throw this.unexpected('0, 1, 2, …', refuse)
    this.#at = end
    return value
  }

  /** Reads any number that fits into a float64. */
  number(refuse: Refuse): number {
    this.skipSpace()
    const [text] = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?(?![\w.+-])/i.exec(this.text.slice(this.#at, this.#at + 400)) ?? ['']
    if (text === '' || !Number.isFinite(Number(text))) throw this.unexpected('1, -2.5, 1e-3, …', refuse)
    this.#at += text.length
    return Number(text)
  }

  /** Line of what is read next, counted from 1. */
  get line(): number {
    this.skipSpace()
    return this.text.slice(0, this.#at).split('\n').length
  }

  /** Whether a list follows. */
  atList(): boolean {
    this.skipSpace()
    return this.text[this.#at] === '['
  }

  /** Reads a list of non-negative integers. */
  counts(refuse: Refuse): number[] {
    const numbers: number[] = []
    this.list(refuse, () => { numbers.push(this.count(refuse)) })
    return numbers
  }

  /** Reads any value and discards it. */
  skip(refuse: Refuse, depth = 0): void {
    this.skipSpace()
    const first = this.text[this.#at]
    if (depth > maxDepth) throw this.unexpected(`depth ≤ ${maxDepth}`, refuse)
    if (first === '{') this.object(refuse, () => { this.skip(refuse, depth + 1) })
    else if (first === '[') this.list(refuse, () => { this.skip(refuse, depth + 1) })
    else if (first === '"') this.string(refuse)
    else this.skipWord(refuse)
  }

  /** Checks that only white space is left. */
  end(refuse: Refuse): void {
    this.skipSpace()
    if (this.#at < this.text.length) throw this.unexpected('}', refuse)
  }

  private unexpected(wanted: string, refuse: Refuse): FormatError {
    return refuse(wanted, excerpt(this.text.slice(this.#at, this.#at + 100)) || '–')
  }

  private accept(sign: string): boolean {
    this.skipSpace()
    if (this.text[this.#at] !== sign) return false
    this.#at++
    return true
  }

  private skipSpace(): void {
    while (isSpace(this.text.charCodeAt(this.#at))) this.#at++
  }

  /** Position of the next unescaped quote: one after an even number of backslashes. */
  private closingQuote(open: number): number {
    for (let end = this.text.indexOf('"', open + 1); end > 0; end = this.text.indexOf('"', end + 1)) {
      let slashes = 0
      while (this.text[end - 1 - slashes] === '\\') slashes++
      if (slashes % 2 === 0) return end
    }
    return -1
  }

  /** Skips true, false, null or a number. */
  private skipWord(refuse: Refuse): void {
    const word = /^[\w+.-]+/.exec(this.text.slice(this.#at, this.#at + 400))?.[0] ?? ''
    try { JSON.parse(word) }
    catch { throw this.unexpected('JSON', refuse) }
    this.#at += word.length
  }
}

const isDigit = (code: number): boolean => code >= 48 && code <= 57
const isSpace = (code: number): boolean => code === 32 || code === 10 || code === 13 || code === 9
