import type { UnitColumn } from '@core'
import { endOf, pixelOf, type TimeAxis } from './time-axis'

export const unitOrders = ['index', 'now', 'since'] as const
export type UnitOrder = (typeof unitOrders)[number]

type Units = Pick<UnitColumn, 'step' | 'of' | 'shares'>

/** From this share of its greatest saturation on a unit hardly learns: its slope is a twentieth of that at 0 */
export const saturatedFrom = 0.95

/** Whether a unit passes nothing on, forward or backward: it fired for no image, or it is saturated for nearly all. */
const isGone = ({ of, shares }: Units, unit: number): boolean => of === 'fired' ? shares[unit] === 0 : shares[unit]! >= 255 * saturatedFrom

/** The first of the measured steps from which on a unit has been gone until the latest; null: it is not gone. @param columns in ascending order of steps */
export function goneSince(columns: readonly Units[], unit: number): number | null {
  const before = columns.findLastIndex(column => !isGone(column, unit))
  return columns[before + 1]?.step ?? null
}

/** Units in the order of display: by index, the most silent or saturated first, or those first that were gone first. */
export function ordered(columns: readonly Units[], order: UnitOrder): readonly number[] {
  const latest = columns.at(-1)
  if (!latest) return []
  const units = Array.from(latest.shares, (_, unit) => unit)
  if (order === 'index') return units
  const direction = latest.of === 'fired' ? 1 : -1
  const now = (a: number, b: number) => direction * (latest.shares[a]! - latest.shares[b]!) || a - b
  if (order === 'now') return units.toSorted(now)
  const since = units.map(unit => goneSince(columns, unit) ?? Infinity)
  return units.toSorted((a, b) => since[a] === since[b] ? now(a, b) : since[a]! - since[b]!)
}

export interface UnitColours {
  /** From no image to all of them, 32-bit words of ImageData */
  readonly ramp: Uint32Array
  /** Of a ReLU that fired for no image */
  readonly silent: number
}

/** The map, row-major: a row for each unit, as wide as the axis; what is not known yet stays transparent. @param order of the rows */
export function unitPicture(columns: readonly Units[], order: readonly number[], axis: TimeAxis, { colours: { ramp, silent }, reach }: { readonly colours: UnitColours, readonly reach: number }): Uint32Array<ArrayBuffer> {
  const { width } = axis
  const words = new Uint32Array(width * order.length)
  columns.forEach((column, i) => {
    const next = columns[i + 1]?.step ?? null
    if ((next !== null && next <= axis.from) || column.step > axis.to) return
    const first = Math.max(0, Math.floor(pixelOf(axis, column.step)))
    const end = Math.min(width, Math.max(first + 1, Math.round(endOf(axis, column.step, next, reach))))
    order.forEach((unit, row) => {
      const word = column.of === 'fired' && column.shares[unit] === 0 ? silent : ramp[Math.round(column.shares[unit]! / 255 * (ramp.length - 1))]!
      words.fill(word, row * width + first, row * width + end)
    })
  })
  return words
}
