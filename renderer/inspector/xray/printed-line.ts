import { formulaValue, type UpdateLine } from '@core'
import { trueDigits, usualDigits } from '../../lib/true-digits'
import type { Numbers } from '../../lib/useNumbers'

const letters = /([mv]\u0302|dW|[Wgvhmηλε])(²?)|ᵗ/gu

/**
 * A line of an optimizer's rule with numbers for its letters, and what it computes: '0.9 v − η · dW' is
 * '0.9 · 0.0123 − 0.1 · (−0.0456)' and '0.01563'.
 */
export function printedLine({ formula, numbers: known, value }: UpdateLine, { digits: print }: Pick<Numbers, 'digits'>): { readonly text: string, readonly result: string } {
  const digits = trueDigits(value, usualDigits, round => formulaValue(formula, Object.fromEntries(Object.entries(known).map(([name, value]) => [name, name === 't' ? value : round(value)]))))
  const text = formula.replace(/(\d) (?=[a-z])/g, '$1 · ').replace(letters, (_, name: string | undefined, square: string) => {
    if (name === undefined) return `^${known['t']!}`
    const number = print(known[name]!, digits)
    return `${known[name]! < 0 || (square && number.includes('e')) ? `(${number})` : number}${square}`
  })
  return { text, result: print(value, usualDigits) }
}

/** A weight before and after its update, and the difference in three digits. */
export function printedChange(before: number, after: number, { digits: print, short }: Pick<Numbers, 'digits' | 'short'>): { readonly before: string, readonly after: string, readonly change: string } {
  const change = after - before
  const digits = trueDigits(change, 3, round => round(after) - round(before))
  return { before: print(before, digits), after: print(after, digits), change: short(change) }
}

/** A product and its factors. */
export function printedProduct(factors: readonly number[], value: number, { digits: print }: Pick<Numbers, 'digits'>): { readonly factors: readonly string[], readonly result: string } {
  const digits = trueDigits(value, usualDigits, round => factors.reduce((product, factor) => product * round(factor), 1))
  return { factors: factors.map(factor => factor < 0 ? `(${print(factor, digits)})` : print(factor, digits)), result: print(value, usualDigits) }
}
