import { plainText, type Suggestion, withoutGroups } from '../../typed'
import type { Span } from '../types'
import type { Token } from './tokens'

/** A suggestion replaces a whole line up to this length; in a longer line, only the two tokens concerned. */
const wholeUpTo = 40

/** The line around a span if it is short, else the span. */
function lineAround(source: string, { from, to }: Span): Span {
  const begin = from - /(?:[^\s;][^\n\r;]*)?$/.exec(source.slice(0, from))![0].length
  const end = to + /^(?:[^\n\r;]*[^\s;])?/.exec(source.slice(to))![0].length
  return end - begin <= wholeUpTo ? { from: begin, to: end } : { from, to }
}

export const opens = (token: Token | undefined): boolean => token?.kind === 'sign' && token.sign === '('

/** Inserts an operator between a token and the previous one: x(3) → x * (3). */
export function withOperator(source: string, tokens: readonly Token[], at: number, operator: string): Suggestion | undefined {
  const [before, next] = [tokens[at - 1], tokens[at]]
  if (!before || !next || (before.kind === 'number' && next.kind === 'number')) return undefined
  const { from, to } = lineAround(source, { from: before.span.from, to: next.span.to })
  return { text: source.slice(from, before.span.to) + operator + source.slice(next.span.from, to), from, to }
}

/** f(x) = x^2 → f = x^2: a name is defined as one value, not as a function of arguments. */
export function withoutArguments(source: string, tokens: readonly Token[], at: number): Suggestion | undefined {
  const name = tokens[at - 1]
  const closing = tokens.findIndex((token, i) => i > at && token.kind === 'sign' && token.sign === ')')
  const [close, equals] = [tokens[closing], tokens[closing + 1]]
  if (!name || !close || equals?.kind !== 'sign' || equals.sign !== '=') return undefined
  const { from, to } = lineAround(source, { from: name.span.from, to: equals.span.to })
  return { text: source.slice(from, name.span.to) + source.slice(close.span.to, to), from, to }
}

/** Joins digits that a comma or a space splits: 1,500 → 1500, 0,5 → 0.5, 1 500 → 1500. */
export function inOneNumber(source: string, tokens: readonly Token[], at: number): Suggestion | undefined {
  const pieces = tokens[at]?.kind === 'sign' ? [tokens[at - 1], tokens[at], tokens[at + 1]] : [tokens[at - 1], tokens[at]]
  const [first, last] = [pieces[0], pieces.at(-1)]
  if (first?.kind !== 'number' || last?.kind !== 'number') return undefined
  const text = plainText(source.slice(first.span.from, last.span.to)).text
  const digits = /^[1-9]\d{0,2} \d{3}(?:\.\d*)?$/.test(text) ? text.replace(' ', '') : withoutGroups(text)
  return digits === null ? undefined : { text: digits, from: first.span.from, to: last.span.to }
}

/** exp(0,5) → exp(0.5). */
export function decimalComma(source: string, { from, to }: Span): Suggestion | undefined {
  const pieces = plainText(source.slice(from, to)).text.split(/(?<=\d),(?=\d)/)
  return pieces.length === 2 ? { text: pieces.join('.'), from, to } : undefined
}

/** log x → log(x). */
export function withBrackets(tokens: readonly Token[], at: number): Suggestion | undefined {
  const [name, value] = [tokens[at - 1], tokens[at]]
  if (!name || (value?.kind !== 'name' && value?.kind !== 'number') || opens(tokens[at + 1])) return undefined
  return { text: `${name.text}(${value.text})`, from: name.span.from, to: value.span.to }
}

/** Number of arguments in the bracket that opens at a token. */
export function valuesIn(tokens: readonly Token[], at: number): number {
  let [depth, values] = [0, 1]
  for (let i = at; i < tokens.length; i++) {
    const token = tokens[i]!
    if (token.kind !== 'sign') continue
    if (token.sign === '(') depth++
    else if (token.sign === ')' && --depth === 0) return i === at + 1 ? 0 : values
    else if (token.sign === ',' && depth === 1) values++
  }
  return values
}
