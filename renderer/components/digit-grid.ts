/** One image of a grid of digits. */
export interface DigitItem {
  /** Unique within the grid: the image's index in its dataset */
  readonly key: number | string
  /** rows × columns, from 0 (paper) to 1 (ink) */
  readonly pixels: ArrayLike<number>
  /** What it is called in full, for tooltips and screen readers: '4, read as 9, loss 3.21' */
  readonly label: string
  /** A short line below the image: '4→9' */
  readonly sub?: string
  /** Whether the network misread it: marked by a colour, and by a sign where there is no line below the image */
  readonly wrong?: boolean
}

/** Whether the names of classes have room in the line below an image. */
export const fitsBelow = (...names: readonly string[]): boolean => names.reduce((letters, name) => letters + name.length, 0) <= 4

/** Images on one page of a grid; more of them are fetched page by page. */
export const digitsPerPage = 100

/**
 * The position that an arrow key leads to in a grid that is filled row by row.
 * @returns null when there is no image in that direction
 */
export function neighbourOf(at: number, key: string, { count, columns }: { readonly count: number, readonly columns: number }): number | null {
  const step = ({ ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns })[key]
  if (step === undefined) return null
  const to = at + step
  if (to >= 0 && to < count) return to
  // below a position of the last full row there may be a shorter row
  const lastRow = Math.floor((count - 1) / columns)
  return key === 'ArrowDown' && Math.floor(at / columns) < lastRow ? count - 1 : null
}

/** The number of tiles that fit side by side, at least one. */
export const columnsIn = (width: number, tile: number, gap: number): number => Math.max(1, Math.floor((width + gap) / (tile + gap)))
