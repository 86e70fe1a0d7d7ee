import { isInvisible } from '@core'
import { widthOf } from './columns'

const indent = '  '
const fallbackColumns = 80

/** Replaces characters that could control the terminal: control characters by a space, other invisible ones (bidirectional marks) by a dot. */
const printable = (text: string): string => Array.from(text.replace(/\p{Cc}/gu, ' '), char => isInvisible(char) ? '·' : char).join('')

/**
 * The line that contains an error, with a caret below its position; a long line is cut to the part around it.
 * @param at UTF-16 position
 * @param columns of the terminal
 */
export function caret(text: string, at: number, columns = fallbackColumns): string {
  const before = printable(text.slice(0, at).split(/[\n\r\u2028\u2029]/).at(-1) ?? '')
  const after = printable(text.slice(at).split(/[\n\r\u2028\u2029]/)[0] ?? '')
  const room = Math.max(20, columns - indent.length - 2)
  const left = lastCells(before, Math.floor(room * 2 / 3))
  const right = firstCells(after, room - widthOf(left))
  return `${indent}${left}${right}\n${indent}${' '.repeat(widthOf(left))}^`
}

function firstCells(text: string, cells: number): string {
  if (widthOf(text) <= cells) return text
  let kept = ''
  for (const letter of text) {
    if (widthOf(kept + letter) >= cells) break
    kept += letter
  }
  return `${kept}…`
}

const reversed = (text: string): string => [...text].reverse().join('')
const lastCells = (text: string, cells: number): string => reversed(firstCells(reversed(text), cells))
