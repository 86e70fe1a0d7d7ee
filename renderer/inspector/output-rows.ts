/** One class of an image's output: y beside the target t. */
export interface OutputRow {
  readonly class: number
  readonly y: number
  readonly t: 0 | 1
  readonly difference: number
}

/** Rows of a chart: more classes than these are left out. */
export const mostRows = 10

/**
 * The classes of an image: all of a few, in order; of many those with the largest differences, in order.
 * @param most rows
 */
export function outputRows(y: ArrayLike<number>, label: number, most = mostRows): { readonly rows: readonly OutputRow[], readonly left: number, readonly mostLeft: number } {
  const all = Array.from(y, (value, i): OutputRow => ({ class: i, y: value, t: i === label ? 1 : 0, difference: value - (i === label ? 1 : 0) }))
  const size = (row: OutputRow) => Number.isNaN(row.difference) ? Infinity : Math.abs(row.difference)
  const bySize = [...all].sort((a, b) => size(b) - size(a))
  return { rows: bySize.slice(0, most).sort((a, b) => a.class - b.class), left: Math.max(0, all.length - most), mostLeft: bySize[most] ? size(bySize[most]) : 0 }
}

/** Range of a signed bar chart that holds zero, every y and every difference; at least from −1 to 1. */
export const rangeOf = (rows: readonly OutputRow[]): number => Math.max(1, ...rows.flatMap(({ y, difference }) => [y, difference].filter(Number.isFinite).map(Math.abs)))
