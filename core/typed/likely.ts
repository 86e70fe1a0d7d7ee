import { vulgar, vulgarValue, withoutGroups } from './digits'
import { isInvisible } from './visible'

/** Factors of words and letters after a number: 5k is 5000 */
const multiples: Readonly<Record<string, number>> = {
  k: 1e3, K: 1e3, 천: 1e3, 千: 1e3, 백: 1e2, 百: 1e2, 만: 1e4, 万: 1e4, 萬: 1e4, 백만: 1e6, 百万: 1e6, 억: 1e8, 億: 1e8, million: 1e6, thousand: 1e3,
}
/** Type suffixes of number literals in programming languages */
const suffixes = /^[fFdDL]$/

const written = (value: number): string | null => Number.isFinite(value) ? String(Number(value.toPrecision(15))) : null

/**
 * The number most likely meant by a text that cannot be parsed: 1 500 → 1500, 1 1/2 → 1.5, 5 apples → 5.
 * @param plain text after `plainText`
 * @returns a text that can be parsed; null when no number, or more than one, is likely
 */
export function likelyNumber(plain: string): string | null {
  const text = Array.from(plain).filter(char => !isInvisible(char)).join('').trim()
  const [, sign = '', size = ''] = /^([+-]?) *(.*)$/s.exec(text) ?? []
  const number = parted(size) ?? withUnit(size.replace(/^\[([^[\],;]*)\]$/, '$1'))
  return number === null ? null : written(sign === '-' ? -number : number)
}

/** Parses numbers with spaces or separators in unusual places, and mixed fractions. */
function parted(size: string): number | null {
  if (/^[1-9]\d{0,2}(?: \d{3})+(?:[.,]\d*)?$/.test(size)) return Number(size.replaceAll(' ', '').replace(',', '.'))
  const [, whole, above, below] = /^(\d+) +(\d+) ?\/ ?([1-9]\d*)$/.exec(size) ?? []
  if (below !== undefined) return Number(whole) + Number(above) / Number(below)
  if (/^\d+ +.$/.test(size) && vulgar.test(size)) return Number(size.slice(0, -1)) + vulgarValue(size.slice(-1))
  if (/^\d+(?:['_\u00a0]\d+)+(?:\.\d*)?$/.test(size)) return Number(size.replace(/['_\u00a0]/g, ''))
  return /^\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d*)?$/.test(size) ? Number(size.replaceAll(',', '')) : null // 1,00,000 in Indian grouping
}

/** Extracts the only number from a text with words and signs, unless a sign may be an operator. */
function withUnit(size: string): number | null {
  const [found, ...others] = size.match(/(?:[\d.,'_\u00a0]*\d[\d.,'_\u00a0]*)(?:e[+-]?\d+(?!\p{L}))?/giu) ?? []
  if (found === undefined || others.length > 0) return null
  if (found.includes(',') && /[()[\]{}]/.test(size)) return null // between brackets, a comma separates numbers
  const at = size.indexOf(found)
  const [before, after] = [size.slice(0, at).trim(), size.slice(at + found.length).trim()]
  const [digits = '', exponent = '0'] = found.replace(/[.,]$/, '').split(/e/i)
  const value = Number(`${withoutGroups(digits) ?? NaN}e${exponent}`)
  if (Object.hasOwn(multiples, after) && before === '') return value * multiples[after]!
  if (/^\p{L}$/u.test(after) && /^[a-z]$/i.test(after) && !suffixes.test(after)) return null // 5m: metres or thousandths?
  const harmless = /^[\p{L}\p{M}\p{Sc}\s=:~≈°'"“”()]*$/u
  return harmless.test(before) && harmless.test(after) && Number.isFinite(value) ? value : null
}
