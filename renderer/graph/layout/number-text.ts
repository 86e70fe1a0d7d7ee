import type { Numbers } from '../../lib/useNumbers'
import type { NodeLook, Shown } from './display-state'
import { fonts, sumWidth } from './sizes'
import { textWidth } from './text-width'

/** Stands for a gradient that does not exist */
const noNumber = '–'

/** A number with all its digits. */
export const exact = (value: number): string => Number.isNaN(value) ? noNumber : Number.isFinite(value) ? String(value).replace('-', '−') : value > 0 ? '∞' : '−∞'

const few = (value: number, numbers: Numbers, digits?: number): string => Number.isNaN(value) ? noNumber : numbers.few(value, digits)

/** Three significant digits; a dash for NaN. */
export const writeShort = (value: number, numbers: Numbers): string => Number.isNaN(value) ? noNumber : numbers.short(value)

/** The largest finite magnitude: the end of the colour scale. */
export const largestOf = (data: Iterable<number>): number => {
  let most = 0
  for (const x of data) if (Number.isFinite(x)) most = Math.max(most, Math.abs(x))
  return most
}

/** The text of a label; empty while the value is unknown. */
export function writeShown(shown: Shown, numbers: Numbers): string {
  if (shown === null) return ''
  return shown === 'covered' ? '?' : few(shown.data[0]!, numbers)
}

/** Width of a scalar input's field without its padding */
const fieldRoom = 76

/** As many digits as fit into an input's field, since a truncated number would be a different number. Focus shows all of them. */
export function writeField(value: number, numbers: Numbers): string {
  const fits = (text: string) => textWidth(text, fonts.name) <= fieldRoom
  const exponent = (digits: number) => value.toExponential(digits).replaceAll('-', '−').replace('e+', 'e')
  const ways = [() => numbers.few(value), () => numbers.few(value, 3), () => numbers.few(value, 2), () => exponent(1)]
  return ways.map(write => write()).find(fits) ?? exponent(0)
}

/** As many digits as fit into a cell. */
export function writeCell(value: number, numbers: Numbers): string {
  const text = few(value, numbers, 3)
  return text.length <= cellLetters ? text : few(value, numbers, 2)
}
const cellLetters = 6

/**
 * 2.2 + 1.1 = 3.3; while some gradients have not arrived: 2.2 + … Where that is wider than the room for it, as with
 * 1.23e−5, only the sum: Σ 2 = 3.3e−5. The step's panel has the terms.
 */
export function writeSum(sum: NonNullable<NodeLook['sum']>, numbers: Numbers): string {
  if (sum.total === 'covered') return '?'
  const text = termsAndSum(sum, numbers)
  if (textWidth(text, fonts.sum) + sumPadding <= sumWidth(sum.of)) return text
  return sum.total === null ? 'Σ …' : `Σ ${sum.of} = ${few(sum.total.data[0]!, numbers)}`
}
/** Left and right of a sum */
const sumPadding = 10

function termsAndSum({ parts, of, total }: NonNullable<NodeLook['sum']>, numbers: Numbers): string {
  const terms = parts.length > 3 ? [...parts.slice(0, 2).map(({ data }) => few(data[0]!, numbers)), '…'] : parts.map(({ data }) => few(data[0]!, numbers))
  const sum = joined(parts.length < of && parts.length <= 3 ? [...terms, '…'] : terms)
  return total === null || total === 'covered' ? sum : `${sum} = ${few(total.data[0]!, numbers)}`
}

const joined = (terms: readonly string[]): string => terms.map((term, i) => i === 0 ? term : term.startsWith('−') ? ` − ${term.slice(1)}` : ` + ${term}`).join('')
