import { excerpt, LabError, type Nested, plainText, readAssignments } from '@core'
import type { Terminal } from './terminal'
import { wrongValue } from './values'

/**
 * Parses the value of --set: `x=2,W=[[1,2],[3,4]]`.
 * @throws LabError cli.value naming the invalid pair, and why
 */
export function assignmentsOf(given: string, terminal: Terminal): ReadonlyMap<string, Nested> {
  try { return readAssignments(given) }
  catch (cause) {
    if (!(cause instanceof LabError)) throw cause
    throw wrongValue('set', terminal.text('wanted.set'), excerpt(pairAt(given, Number(cause.details['from']))) || given, { cause })
  }
}

/** The pair that contains a position; pairs are separated by commas outside of brackets. */
function pairAt(given: string, place: number): string {
  const plain = plainText(given)
  let [depth, from] = [0, 0]
  for (let at = 0; at < plain.text.length; at++) {
    const char = plain.text[at]!
    if (char === '[') depth++
    else if (char === ']') depth--
    else if (char === ',' && depth === 0) {
      if (plain.place(at) >= place) return given.slice(plain.place(from), plain.place(at)).trim()
      from = at + 1
    }
  }
  return given.slice(plain.place(from)).trim()
}
