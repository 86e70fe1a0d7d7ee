import type { HealthColumn, Magnitudes } from '@core'
import { pixelOf, reachPixels, type TimeAxis } from './time-axis'

export const stripKinds = ['activation', 'gradient', 'update'] as const
export type StripKind = (typeof stripKinds)[number]

/** The measured column nearest to a step, if it is near enough to stand for it. @param columns in ascending order */
export function columnNear<Column extends { readonly step: number }>(columns: readonly Column[], step: number, axis: TimeAxis): Column | null {
  let [low, high] = [0, columns.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (columns[middle]!.step < step) low = middle + 1
    else high = middle
  }
  const distance = (column: Column) => Math.abs(column.step - step)
  const [before, after] = [columns[low - 1], columns[low]]
  const nearest = !before ? after : !after || distance(before) < distance(after) ? before : after
  return nearest && Math.abs(pixelOf(axis, nearest.step) - pixelOf(axis, step)) <= reachPixels ? nearest : null
}

/** Magnitudes of a block in a column; null: it has none there. */
export const magnitudesIn = (column: HealthColumn, block: string, kind: StripKind): Magnitudes | null => column.blocks.find(({ name }) => name === block)?.[kind] ?? null

/** The columns in view, and the one before it, which reaches into it. */
export function inView<Column extends { readonly step: number }>(columns: readonly Column[], { from, to }: TimeAxis): readonly Column[] {
  const first = columns.findIndex(({ step }) => step >= from)
  return columns.slice(first < 0 ? Math.max(0, columns.length - 1) : Math.max(0, first - 1)).filter(({ step }) => step <= to)
}
