import { type ErrorCode, type ErrorDetails, LabError } from '../errors'
import { excerpt } from './excerpt'
import type { Plain } from './plain'
import { codePointName, isInvisible } from './visible'

/** Code points: what a person counts as characters. */
export function lengthOf(text: string): number {
  let length = 0
  for (const _ of text) length++ // eslint-disable-line @typescript-eslint/no-unused-vars
  return length
}

/** A text as a message can show it; a single character that cannot be seen by its number alone. */
export function shown(text: string): string {
  return lengthOf(text) === 1 && (isInvisible(text) || /^[\p{C}\p{Z}]$/u.test(text)) ? codePointName(text) : excerpt(text)
}

/** A part of a text, in UTF-16 positions. */
export interface Place { readonly from: number, readonly to: number }

/** What stands in a place instead, where a meaning is likely: what a button in the window puts there. */
export interface Suggestion extends Place { readonly text: string }

/**
 * Why a text that was typed cannot be read: `at` counts characters from 1, `from` and `to` are UTF-16 positions of what is wrong,
 * `changeFrom` and `changeTo` those of what the suggestion replaces.
 */
export function unreadable(code: ErrorCode, { source, place }: Pick<Plain, 'source' | 'place'>, where: Place, { suggestion, details }: { suggestion?: Suggestion | undefined, details?: ErrorDetails } = {}): LabError {
  const [from, to] = [place(where.from), place(where.to)]
  const at = lengthOf(source.slice(0, from)) + 1
  const found = shown(source.slice(from, to))
  const change = suggestion && { suggestion: suggestion.text, changeFrom: place(suggestion.from), changeTo: place(suggestion.to) }
  return new LabError(code, `${code} at character ${at}: ${JSON.stringify(found)}`, { at, from, to, found, ...details, ...change })
}

/** What an error suggests to put in place of what was typed; null where no meaning is likely. */
export function suggestionOf(error: { readonly details: ErrorDetails, readonly cause?: unknown }): Suggestion | null {
  const { suggestion, from, to, changeFrom = from, changeTo = to } = error.details
  if (typeof suggestion === 'string' && typeof changeFrom === 'number' && typeof changeTo === 'number') return { text: suggestion, from: changeFrom, to: changeTo }
  return error.cause instanceof LabError ? suggestionOf(error.cause) : null
}

/** What was found tells these by itself. */
const plainlyFound: readonly ErrorCode[] = ['typed.word', 'typed.infinite', 'typed.empty', 'typed.several']

/** Why what was found could not even be read, where that says more than what was found. */
export const reasonOf = ({ cause }: { readonly cause?: unknown }): LabError | null => cause instanceof LabError && !plainlyFound.includes(cause.code) ? cause : null

/** The text as the suggestion has it. */
export const withSuggestion = (text: string, { from, to, text: suggested }: Suggestion): string => text.slice(0, from) + suggested + text.slice(to)
