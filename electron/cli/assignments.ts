import type { Nested } from '@core'
import type { Terminal } from './terminal'
import { numberOf, wrongValue } from './values'

const maxDepth = 8 // deeper than any value may be: what is too deep is told by its shape

/**
 * The values of names, as people write them: `x=2,W=[[1,2],[3,4]]`. A comma inside brackets separates numbers.
 * @throws LabError cli.value naming what cannot be read
 */
export function assignmentsOf(given: string, terminal: Terminal): ReadonlyMap<string, Nested> {
  const values = new Map<string, Nested>()
  for (const pair of pieces(given)) {
    const equals = pair.indexOf('=')
    const name = pair.slice(0, Math.max(0, equals)).trim().normalize('NFC')
    const value = valueOf(pair.slice(equals + 1).trim())
    if (name === '' || value === null || values.has(name)) throw wrongValue('set', terminal.text('wanted.set'), pair.trim() || given)
    values.set(name, value)
  }
  return values
}

/** A number or nested lists of numbers; null when it is neither. */
function valueOf(text: string, depth = 0): Nested | null {
  if (!text.startsWith('[')) {
    const number = numberOf(text.replace(/^[−–]/, '-'))
    return typeof number === 'number' && Number.isFinite(number) ? number : null
  }
  if (!text.endsWith(']') || depth === maxDepth) return null
  const items = pieces(text.slice(1, -1)).map(piece => valueOf(piece.trim(), depth + 1))
  return items.includes(null) ? null : items as Nested
}

/** Cut at the commas that stand in no brackets. */
function pieces(text: string): readonly string[] {
  const cut: string[] = []
  let [depth, from] = [0, 0]
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '[') depth++
    else if (text[at] === ']') depth--
    else if (text[at] === ',' && depth === 0) {
      cut.push(text.slice(from, at))
      from = at + 1
    }
  }
  return [...cut, text.slice(from)]
}
