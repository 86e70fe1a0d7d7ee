import { type ErrorCode, type ErrorDetails, LabError } from '../../errors'
import { excerpt } from '../../formats/excerpt'
import type { Span } from '../types'

/** Code points: what a person counts as characters. */
export function lengthOf(text: string): number {
  let length = 0
  for (const _ of text) length++ // eslint-disable-line @typescript-eslint/no-unused-vars
  return length
}

/** A text as a message can show it; what cannot be seen by its number. */
export function shown(text: string): string {
  return /^[\p{C}\p{Z}]$/u.test(text) ? `U+${text.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}` : excerpt(text)
}

/**
 * An error of an expression: `at` counts characters from 1, `from` and `to` are UTF-16 positions.
 * @param span what to underline
 */
export function mistake(code: ErrorCode, source: string, { from, to }: Span, details: ErrorDetails = {}): LabError {
  const at = lengthOf(source.slice(0, from)) + 1
  const all = Object.fromEntries(Object.entries(details).map(([key, value]) => [key, typeof value === 'string' && key !== 'wanted' ? shown(value) : value]))
  return new LabError(code, `${code} at character ${at}: ${JSON.stringify(all)}`, { at, from, to, ...all })
}
