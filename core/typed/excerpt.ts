import { visible } from './visible'

const maxLength = 60

/** An excerpt of a file or an input for messages: one line, cut to 60 characters; invisible characters become their code points, which may make it longer. */
export function excerpt(text: string): string {
  const shown = text.slice(0, maxLength + 1).replace(/[\p{Cc}\p{Surrogate}]/gu, '·')
  return visible(shown.length > maxLength ? `${shown.slice(0, maxLength - 1)}…` : shown)
}
