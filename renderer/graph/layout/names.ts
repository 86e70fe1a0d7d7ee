import { isFunction, type OperationName } from '@core'

/** An opened group is named as it was typed. @param at where it stands in the expression */
export function groupName(source: string, at: number, nameOf: (operation: OperationName) => string): string {
  const word = /^\w+/.exec(source.slice(at))?.[0] ?? ''
  return isFunction(word) ? nameOf(word) : word
}
