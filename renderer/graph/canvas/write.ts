import type { Numbers } from '../../composables/useNumbers'
import type { NodeLook, Shown } from './look'

/** A number with all its digits, for whoever wants to know exactly. */
export const exact = (value: number): string => String(value).replace('-', '−')

/** What stands on a label; nothing while nothing is known. */
export function writeShown(shown: Shown, numbers: Numbers): string {
  if (shown === null) return ''
  return shown === 'covered' ? '?' : numbers.few(shown.data[0]!)
}

/** As many digits as a cell has room for. */
export function writeCell(value: number, numbers: Numbers): string {
  const text = numbers.few(value, 3)
  return text.length <= cellLetters ? text : numbers.few(value, 2)
}
const cellLetters = 6

/** 2.2 + 1.1 = 3.3; while some have not come back yet: 2.2 + … */
export function writeSum({ parts, of, total }: NonNullable<NodeLook['sum']>, numbers: Numbers): string {
  if (total === 'covered') return '?'
  const terms = parts.length > 3 ? [...parts.slice(0, 2).map(({ data }) => numbers.few(data[0]!)), '…'] : parts.map(({ data }) => numbers.few(data[0]!))
  const sum = joined(parts.length < of && parts.length <= 3 ? [...terms, '…'] : terms)
  return total === null ? sum : `${sum} = ${numbers.few(total.data[0]!)}`
}

const joined = (terms: readonly string[]): string => terms.map((term, i) => i === 0 ? term : term.startsWith('−') ? ` − ${term.slice(1)}` : ` + ${term}`).join('')
