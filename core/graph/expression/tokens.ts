import { composedName, namePattern, type Plain, plainText, type Suggestion, withoutGroups } from '../../typed'
import type { Span } from '../types'
import { expressionError } from './mistake'
import { suggestionFor } from './meant'

export type Sign = '+' | '-' | '*' | '/' | '^' | '(' | ')' | ',' | '='

export type Token
  = | { readonly kind: 'number', readonly value: number, readonly text: string, readonly span: Span, readonly newLine: boolean }
    | { readonly kind: 'name', readonly name: string, readonly text: string, readonly span: Span, readonly newLine: boolean }
    | { readonly kind: 'sign', readonly sign: Sign, readonly text: string, readonly span: Span, readonly newLine: boolean }
    /** `;`, the end of a line, or the end of the text */
    | { readonly kind: 'end', readonly text: string, readonly span: Span, readonly newLine: boolean }

const signs: readonly string[] = ['+', '-', '*', '/', '^', '(', ')', ',', '=']
/** After these signs the expression continues on the next line. */
const open: readonly string[] = ['+', '-', '*', '/', '^', '(', ',', '=']

const name = namePattern()
/** Anything that starts like a number; it is validated later. */
const number = /(?:\d|\.\d)(?:[\d.]|['_\u00a0](?=\d))*(?:e[+-]?\d+)?/iy
const sign = /\*\*|[-+*/^(),=]/y
/** Invalid sequences that are reported as a whole: ⁻¹², := */
const strange = /[⁻⁺]?[⁰¹²³⁴-⁹]+|:=/y
const lineEnd = /\r\n|[\n\r\u2028\u2029;]/y
const space = / +/y

/**
 * Splits an expression into tokens. Line ends inside brackets or after an operator are ignored.
 * @returns tokens; the last one is an 'end'
 * @throws LabError graph.character, graph.number
 */
export function tokensOf(source: string): readonly Token[] {
  const plain = plainText(source)
  const { text } = plain
  const tokens: Token[] = []
  let [at, brackets, newLine] = [0, 0, false]
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at
    return pattern.exec(text)?.[0]
  }
  const goesOn = (): boolean => {
    const last = tokens.at(-1)
    return brackets > 0 || (last?.kind === 'sign' && open.includes(last.sign))
  }
  while (at < text.length) {
    const found = take(space) ?? take(lineEnd) ?? take(name) ?? take(number) ?? take(sign) ?? take(strange) ?? String.fromCodePoint(text.codePointAt(at)!)
    const span = { from: plain.place(at), to: plain.place(at + found.length) }
    const written = source.slice(span.from, span.to)
    const first = found.charAt(0)
    if (/[ \n\r\u2028\u2029;]/.test(first)) {
      at += found.length
      const ends = first !== ' '
      newLine ||= ends
      if (!ends || (first !== ';' && goesOn())) continue
      tokens.push({ kind: 'end', text: written, span, newLine })
      continue
    }
    tokens.push(tokenOf(found, plain, at, { text: written, span, newLine }))
    at += found.length
    newLine = false
    if (found === '(') brackets++
    else if (found === ')') brackets = Math.max(0, brackets - 1)
  }
  tokens.push({ kind: 'end', text: '', span: { from: source.length, to: source.length }, newLine })
  return tokens
}

function tokenOf(found: string, plain: Plain, at: number, place: { text: string, span: Span, newLine: boolean }): Token {
  if (found === '**') return { kind: 'sign', sign: '^', ...place }
  if (signs.includes(found)) return { kind: 'sign', sign: found as Sign, ...place }
  if (/^[\p{L}_]/u.test(found) && isName(found)) return { kind: 'name', name: composedName(found), ...place }
  if (/^[\d.]/.test(found) && found !== '.') return { kind: 'number', value: valueOf(found, plain.source, place.span), ...place }
  throw expressionError('graph.character', plain.source, place.span, { found: place.text, suggestion: inSource(suggestionFor(found, plain.text, at), plain) })
}

function isName(found: string): boolean {
  name.lastIndex = 0
  return name.test(found)
}

const inSource = (meant: Suggestion | null, { place }: Plain): Suggestion | undefined => meant ? { text: meant.text, from: place(meant.from), to: place(meant.to) } : undefined

function valueOf(text: string, source: string, span: Span): number {
  const [digits = '', exponent = '0'] = text.split(/e/i)
  const value = Number(`${withoutGroups(digits) ?? NaN}e${exponent}`)
  const vanished = value === 0 && /[1-9]/.test(digits)
  if (!Number.isFinite(value) || vanished) throw expressionError('graph.number', source, span, { found: text })
  return value
}
