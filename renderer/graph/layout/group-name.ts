import { functionOf } from '@core'

/** The name of an opened group, as it was typed. @param at its place in the expression */
export function groupName(source: string, at: number): string {
  const word = /^\w+/.exec(source.slice(at))?.[0] ?? ''
  return functionOf(word)?.symbol ?? word
}
