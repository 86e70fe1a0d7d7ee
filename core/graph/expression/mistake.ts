import { type ErrorCode, type ErrorDetails, LabError } from '../../errors'
import { lengthOf, shown, type Suggestion } from '../../typed'
import type { Span } from '../types'

/**
 * Creates an error of an expression: `at` counts characters from 1, `from` and `to` are UTF-16 positions.
 * @param span to underline
 * @param suggestion a replacement; a plain string replaces the span
 */
export function expressionError(code: ErrorCode, source: string, { from, to }: Span, { suggestion, ...details }: ExpressionErrorDetails = {}): LabError {
  const at = lengthOf(source.slice(0, from)) + 1
  const all = Object.fromEntries(Object.entries(details).map(([key, value]) => [key, typeof value === 'string' && key !== 'wanted' ? shown(value) : value]))
  const change: ErrorDetails = suggestion === undefined ? {} : typeof suggestion === 'string' ? { suggestion } : { suggestion: suggestion.text, changeFrom: suggestion.from, changeTo: suggestion.to }
  return new LabError(code, `${code} at character ${at}: ${JSON.stringify(all)}`, { at, from, to, ...(all as ErrorDetails), ...change })
}

export interface ExpressionErrorDetails {
  readonly suggestion?: string | Suggestion | undefined
  readonly [detail: Exclude<string, 'suggestion'>]: ErrorDetails[string] | Suggestion | undefined
}
