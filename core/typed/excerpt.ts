import { visible } from './visible'

const maxLength = 60

/** Shortens text from a file or from user input for messages: one line of at most 60 characters; invisible characters are then replaced by their code points, which may make it longer. */
export function excerpt(text: string): string {
  const shown = text.slice(0, maxLength + 1).replace(/[\p{Cc}\p{Surrogate}]/gu, '·')
  return visible(shown.length > maxLength ? `${shown.slice(0, maxLength - 1)}…` : shown)
}
