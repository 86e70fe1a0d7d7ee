import { functionOf } from '@core'

/** An opened group is named as it was typed. @param at where it stands in the expression */
export function groupName(source: string, at: number): string {
  const word = /^\w+/.exec(source.slice(at))?.[0] ?? ''
  return functionOf(word)?.symbol ?? word
}
