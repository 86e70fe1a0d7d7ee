const maxLength = 60

/** A piece of a file as a message can show it: on one line, at most 60 characters. */
export function excerpt(text: string): string {
  const shown = text.slice(0, maxLength + 1).replace(/[\p{Cc}\p{Cf}\p{Surrogate}]/gu, '·')
  return shown.length > maxLength ? `${shown.slice(0, maxLength - 1)}…` : shown
}
