import type { Span } from '../types'
import { mistake } from './mistake'

export type Sign = '+' | '-' | '*' | '/' | '^' | '(' | ')' | ',' | '='

export type Token
  = | { readonly kind: 'number', readonly value: number, readonly text: string, readonly span: Span, readonly newLine: boolean }
    | { readonly kind: 'name', readonly name: string, readonly text: string, readonly span: Span, readonly newLine: boolean }
    | { readonly kind: 'sign', readonly sign: Sign, readonly text: string, readonly span: Span, readonly newLine: boolean }
    /** `;`, the end of a line, and the end of all */
    | { readonly kind: 'end', readonly text: string, readonly span: Span, readonly newLine: boolean }

/** Signs as keyboards, books and other languages write them. */
const signs: Readonly<Record<string, Sign>> = {
  '+': '+', '-': '-', '−': '-', '–': '-', '*': '*', '×': '*', '·': '*', '⋅': '*', '∗': '*', '/': '/', '÷': '/', '∕': '/', '^': '^', '**': '^',
  '(': '(', ')': ')', ',': ',', '=': '=',
}
/** After these a line goes on. */
const open: readonly string[] = ['+', '-', '*', '/', '^', '(', ',', '=']

const suggestions: Readonly<Record<string, string>> = { '[': '(', ']': ')', '{': '(', '}': ')', '²': '^2', '³': '^3', '√': 'sqrt(x)', ':': '/', '、': ',', '．': '.' }

const name = /[\p{L}_][\p{L}\p{Mn}\p{Mc}\p{Nd}_]*/uy
/** Everything that begins like a number; whether it is one is asked afterwards. */
const number = /(?:\d|\.\d)[\d.]*(?:e[+-]?\d+)?/iy
const properNumber = /^(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i
const sign = /\*\*|[+\-−–*×·⋅∗/÷∕^(),=]/y
const lineEnd = /\r\n|[\n\r\u2028\u2029;]/y
const space = /[^\S\n\r\u2028\u2029]+/y

/** Full-width signs, letters and digits, as Japanese and Korean keyboards type them, are the ordinary ones: ＋ is +. */
const ordinary = (source: string): string => source.replace(/[\uff01-\uff5e]/g, full => String.fromCharCode(full.charCodeAt(0) - 0xfee0))

/**
 * Takes an expression apart; inside brackets and after an operator the end of a line counts nothing.
 * @returns tokens, an 'end' as the last
 * @throws LabError graph.character, graph.number
 */
export function tokensOf(source: string): readonly Token[] {
  const text = ordinary(source) // of the same length
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
    const found = take(space) ?? take(lineEnd) ?? take(name) ?? take(number) ?? take(sign) ?? String.fromCodePoint(text.codePointAt(at)!)
    const span = { from: at, to: at + found.length }
    const written = source.slice(span.from, span.to)
    const first = found.charAt(0)
    at = span.to
    if (/\s/.test(first) || first === ';') {
      const ends = first === ';' || /[\n\r\u2028\u2029]/.test(first)
      newLine ||= ends
      if (!ends || (first !== ';' && goesOn())) continue
      tokens.push({ kind: 'end', text: written, span, newLine })
      continue
    }
    tokens.push(tokenOf(found, { source, text: written, span, newLine }))
    newLine = false
    if (found === '(') brackets++
    else if (found === ')') brackets = Math.max(0, brackets - 1)
  }
  tokens.push({ kind: 'end', text: '', span: { from: at, to: at }, newLine })
  return tokens
}

function tokenOf(found: string, { source, ...place }: { source: string, text: string, span: Span, newLine: boolean }): Token {
  const known = Object.hasOwn(signs, found) ? signs[found] : undefined
  if (known) return { kind: 'sign', sign: known, ...place }
  if (/^[\p{L}_]/u.test(found)) return { kind: 'name', name: found.normalize('NFC'), ...place } // macOS types Hangul in pieces
  if (/^[\d.]/.test(found) && found !== '.') return { kind: 'number', value: valueOf(found, source, place.span), ...place }
  const suggestion = suggestions[found]
  throw mistake('graph.character', source, place.span, { found: place.text, ...suggestion ? { suggestion } : {} })
}

function valueOf(text: string, source: string, span: Span): number {
  const value = Number(text)
  const vanished = value === 0 && /[1-9]/.test(text.split(/e/i)[0]!)
  if (!properNumber.test(text) || !Number.isFinite(value) || vanished) throw mistake('graph.number', source, span, { found: text })
  return value
}
