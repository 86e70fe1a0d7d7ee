import { type ErrorCode, type ErrorDetails, LabError } from '../errors'
import { excerpt } from './excerpt'
import type { Plain } from './plain'
import { codePointName, isInvisible } from './visible'

/** Length in code points, which users count as characters. */
export function lengthOf(text: string): number {
  let length = 0
  for (const _ of text) length++ // eslint-disable-line @typescript-eslint/no-unused-vars
  return length
}

/** A text for messages; a single invisible character as its code point. */
export function shown(text: string): string {
  return lengthOf(text) === 1 && (isInvisible(text) || /^[\p{C}\p{Z}]$/u.test(text)) ? codePointName(text) : excerpt(text)
}

/** A span of a text, in UTF-16 units. */
export interface Place { readonly from: number, readonly to: number }

/** A suggested replacement, which the window offers as a button. */
export interface Suggestion extends Place { readonly text: string }

/**
 * Error for input that cannot be parsed. `at` counts characters from 1. In UTF-16 units, `from`…`to` is the faulty span and
 * `changeFrom`…`changeTo` the span that the suggestion replaces.
 */
export function inputError(code: ErrorCode, { source, place }: Pick<Plain, 'source' | 'place'>, where: Place, { suggestion, details }: { suggestion?: Suggestion | undefined, details?: ErrorDetails } = {}): LabError {
  const [from, to] = [place(where.from), place(where.to)]
  const at = lengthOf(source.slice(0, from)) + 1
  const found = shown(source.slice(from, to))
  const change = suggestion && { suggestion: suggestion.text, changeFrom: place(suggestion.from), changeTo: place(suggestion.to) }
  return new LabError(code, `${code} at character ${at}: ${JSON.stringify(found)}`, { at, from, to, found, ...details, ...change })
}

/** The suggestion carried by an error or by its cause, or null. */
export function suggestionOf(error: { readonly details: ErrorDetails, readonly cause?: unknown }): Suggestion | null {
  const { suggestion, from, to, changeFrom = from, changeTo = to } = error.details
  if (typeof suggestion === 'string' && typeof changeFrom === 'number' && typeof changeTo === 'number') return { text: suggestion, from: changeFrom, to: changeTo }
  return error.cause instanceof LabError ? suggestionOf(error.cause) : null
}

/** Codes that add nothing to the text that was found. */
const plainlyFound: readonly ErrorCode[] = ['typed.word', 'typed.infinite', 'typed.empty', 'typed.several']

/** The error behind an error; null when it adds nothing: it only lacks the place, or says what was found already. */
export const reasonOf = ({ code, cause }: { readonly code?: ErrorCode, readonly cause?: unknown }): LabError | null =>
  cause instanceof LabError && cause.code !== code && !plainlyFound.includes(cause.code) ? cause : null

/** Applies a suggestion to a text. */
export const withSuggestion = (text: string, { from, to, text: suggested }: Suggestion): string => text.slice(0, from) + suggested + text.slice(to)
