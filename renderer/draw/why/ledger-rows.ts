import { entriesOf, type Ledger } from '@core'

/** Units that have a bar of their own */
export const mostBars = 12

/** One line of the ledger: a unit, the other units together, the bias, or what later layers add. */
export interface LedgerRow {
  readonly kind: 'unit' | 'others' | 'bias' | 'rest'
  /** null: it is no unit */
  readonly unit: number | null
  readonly value: number
  /** The value as it is printed */
  readonly printed: number
  /** Number of units that it stands for, and how many of them are 0 */
  readonly count: number
  readonly silent: number
}

export interface LedgerRows {
  readonly rows: readonly LedgerRow[]
  /** The printed sum of the rows */
  readonly total: number
  /** Decimals of all printed numbers */
  readonly decimals: number
  /** Largest magnitude of a row */
  readonly largest: number
}

/** Three digits of the logit or of the largest row, at least two decimals. */
const decimalsFor = (size: number): number => Number.isFinite(size) && size > 0 ? Math.max(2, Math.min(6, 2 - Math.floor(Math.log10(size)))) : 2

/**
 * The rows of a ledger, with numbers rounded so that the printed ones add up to the printed logit: the row of the others, or else
 * the bias, takes what rounding the rest leaves.
 */
export function ledgerRows(ledger: Ledger): LedgerRows {
  const { strongest, others } = entriesOf(ledger, mostBars)
  const hasRest = Math.abs(ledger.rest) > 1e-4 * Math.max(1, Math.abs(ledger.logit)) // otherwise it is rounding
  const rows = [
    ...strongest.map(({ unit, value }) => ({ kind: 'unit' as const, unit, value, count: 1, silent: 0 })),
    ...others.count > 0 ? [{ kind: 'others' as const, unit: null, value: others.sum, count: others.count, silent: others.silent }] : [],
    { kind: 'bias' as const, unit: null, value: ledger.b, count: 0, silent: 0 },
    ...hasRest ? [{ kind: 'rest' as const, unit: null, value: ledger.rest, count: 0, silent: 0 }] : [],
  ]
  const largest = rows.reduce((largest, { value }) => Math.max(largest, Math.abs(value)), 0)
  const decimals = decimalsFor(Math.max(largest, Math.abs(ledger.logit)))
  const unit = 10 ** decimals
  const wholes = rows.map(({ value }) => Math.round(value * unit))
  const total = Math.round(ledger.logit * unit)
  const taker = rows.findIndex(({ kind }) => kind === (others.count > 0 ? 'others' : 'bias'))
  wholes[taker]! += total - wholes.reduce((sum, whole) => sum + whole, 0)
  return { rows: rows.map((row, i) => ({ ...row, printed: wholes[i]! / unit })), total: total / unit, decimals, largest }
}
