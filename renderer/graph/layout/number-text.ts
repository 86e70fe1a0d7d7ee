import type { Numbers } from '../../lib/useNumbers'
import type { DisplayedValue, NodeState } from './display-state'
import { fonts, sumWidth } from './sizes'
import { textWidth } from './text-width'

/** Stands for a gradient that does not exist */
const missingNumber = '–'

/** A number with all its digits. */
export const exactText = (value: number): string => Number.isNaN(value) ? missingNumber : Number.isFinite(value) ? String(value).replace('-', '−') : value > 0 ? '∞' : '−∞'

const fewDigits = (value: number, numbers: Numbers, digits?: number): string => Number.isNaN(value) ? missingNumber : numbers.few(value, digits)

/** Three significant digits; a dash for NaN. */
export const shortText = (value: number, numbers: Numbers): string => Number.isNaN(value) ? missingNumber : numbers.short(value)

/** The largest finite magnitude: the end of the colour scale. */
export const maxMagnitude = (data: Iterable<number>): number => {
  let most = 0
  for (const x of data) if (Number.isFinite(x)) most = Math.max(most, Math.abs(x))
  return most
}

/** The text of a label; empty while the value is unknown. */
export function displayedText(displayed: DisplayedValue, numbers: Numbers): string {
  if (displayed === null) return ''
  return displayed === 'hidden' ? '?' : fewDigits(displayed.data[0]!, numbers)
}

/** Width of a scalar input's field without its padding */
const fieldWidth = 76

/** As many digits as fit into an input's field, since a truncated number would be a different number. Focus shows all of them. */
export function fieldText(value: number, numbers: Numbers): string {
  const fits = (text: string) => textWidth(text, fonts.name) <= fieldWidth
  const exponent = (digits: number) => value.toExponential(digits).replaceAll('-', '−').replace('e+', 'e')
  const candidates = [() => numbers.few(value), () => numbers.few(value, 3), () => numbers.few(value, 2), () => exponent(1)]
  return candidates.map(write => write()).find(fits) ?? exponent(0)
}

/** As many digits as fit into a cell; a small number that is too wide as a power of ten: −7e−4. */
export function cellText(value: number, numbers: Numbers): string {
  const fitting = maxCellLength.map((length, i) => ({ text: fewDigits(value, numbers, 3 - i), length })).find(({ text, length }) => text.length <= length)
  return fitting?.text ?? value.toExponential(0).replaceAll('-', '−').replace('e+', 'e')
}
/** With three digits, two and one: what is longer with three is easier to read with two */
const maxCellLength = [6, 7, 7]

/**
 * 2.2 + 1.1 = 3.3; while some gradients have not arrived: 2.2 + … Where that is wider than the room for it, as with
 * 1.23e−5, only the sum: Σ 2 = 3.3e−5. The step's panel has the terms.
 */
export function sumText(sum: NonNullable<NodeState['sum']>, numbers: Numbers): string {
  if (sum.total === 'hidden') return '?'
  const text = termsAndSum(sum, numbers)
  if (textWidth(text, fonts.sum) + sumPadding <= sumWidth(sum.of)) return text
  return sum.total === null ? 'Σ …' : `Σ ${sum.of} = ${fewDigits(sum.total.data[0]!, numbers)}`
}
/** Left and right of a sum */
const sumPadding = 10

function termsAndSum({ parts, of, total }: NonNullable<NodeState['sum']>, numbers: Numbers): string {
  const terms = parts.length > 3 ? [...parts.slice(0, 2).map(({ data }) => fewDigits(data[0]!, numbers)), '…'] : parts.map(({ data }) => fewDigits(data[0]!, numbers))
  const sum = joinTerms(parts.length < of && parts.length <= 3 ? [...terms, '…'] : terms)
  return total === null || total === 'hidden' ? sum : `${sum} = ${fewDigits(total.data[0]!, numbers)}`
}

const joinTerms = (terms: readonly string[]): string => terms.map((term, i) => i === 0 ? term : term.startsWith('−') ? ` − ${term.slice(1)}` : ` + ${term}`).join('')
