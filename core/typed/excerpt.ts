import { visible } from './visible'

const maxLength = 60

/** A piece of a file or of what was typed, as a message can show it: on one line, at most 60 characters, what cannot be seen by its number. */
export function excerpt(text: string): string {
  const shown = text.slice(0, maxLength + 1).replace(/[\p{Cc}\p{Surrogate}]/gu, '·')
  return visible(shown.length > maxLength ? `${shown.slice(0, maxLength - 1)}…` : shown)
}
