import { LabError, type Nested } from '@core'

const number = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i
const wrong = (found: string): LabError => new LabError('graph.inputValue', `no number and no list of numbers: ${found}`, { name: '', found: found.slice(0, 40) })

/**
 * Reads a number or a matrix as people type them: 3, −1.5, [[1, 2], [3, 4]], 1 2; 3 4, full-width digits too.
 * Lists of unequal length are core's to refuse.
 * @throws LabError graph.inputValue
 */
export function readEntry(text: string): Nested {
  const plain = text.normalize('NFKC').replaceAll('−', '-').trim()
  if (number.test(plain)) return finite(Number(plain), text)
  if (plain.startsWith('[')) return readLists(plain, text)
  const rows = plain.split(/[;\n]/).map(row => row.trim()).filter(Boolean).map(row => row.split(/[\s,]+/).filter(Boolean).map(cell => cellOf(cell, text)))
  if (!rows.length) throw wrong(text)
  return rows.length === 1 ? rows[0]! : rows
}

function readLists(plain: string, text: string): Nested {
  try {
    // JSON wants 0.5 where people write .5 or 5.
    const strict = plain.replace(/(^|[^\d])\.(\d)/g, '$10.$2').replace(/(\d)\.(?!\d)/g, '$1').replace(/\+(\d)/g, '$1')
    return checked(JSON.parse(strict), text)
  }
  catch { throw wrong(text) }
}

function checked(value: unknown, text: string): Nested {
  if (typeof value === 'number') return finite(value, text)
  if (Array.isArray(value)) return value.map(item => checked(item, text))
  throw wrong(text)
}
function cellOf(cell: string, text: string): number {
  if (!number.test(cell)) throw wrong(text)
  return finite(Number(cell), text)
}
function finite(value: number, text: string): number {
  if (!Number.isFinite(value)) throw wrong(text)
  return value
}

/** As it stands in the field: 0.1, [[1, 2], [3, 4]]. */
export const entryOf = (nested: Nested): string => typeof nested === 'number' ? String(nested).replace('-', '−') : `[${nested.map(entryOf).join(', ')}]`

/** One press of an arrow key: a tenth of the number's own size, a unit of it for large ones. */
export function stepOf(value: number): number {
  const size = Math.abs(value)
  return size === 0 ? 0.1 : 10 ** (Math.floor(Math.log10(size)) - 1)
}

/** Moves a number by so many presses, without leaving digits behind: 0.1 + 0.2 is 0.3. */
export function pressed(value: number, presses: number): number {
  const step = stepOf(value)
  return Number((value + presses * step).toPrecision(12))
}
