import { matrixOf } from '@core'

/** How a tensor is drawn: small ones as numbers, medium ones as coloured cells, large ones as a scaled heat map. */
export interface GridPlan {
  readonly mode: 'numbers' | 'colours' | 'heatMap'
  /** All leading dimensions, stacked */
  readonly rows: number
  readonly columns: number
  readonly cellWidth: number
  readonly cellHeight: number
  readonly width: number
  readonly height: number
  /** Rows of each image of a batch, which is drawn as a tile of its own; null: one sheet */
  readonly tileRows: number | null
}

const tileGap = 10
/** The upper edge of a row of cells. */
export const rowTop = ({ cellHeight, tileRows }: GridPlan, row: number): number => row * cellHeight + (tileRows ? Math.floor(row / tileRows) * tileGap : 0)
/** The sheets that are framed: one, or one for each image. */
export function sheetsOf(plan: GridPlan): readonly { readonly top: number, readonly height: number }[] {
  const { rows, cellHeight, tileRows, height } = plan
  return tileRows ? Array.from({ length: rows / tileRows }, (_, i) => ({ top: rowTop(plan, i * tileRows), height: tileRows * cellHeight })) : [{ top: 0, height }]
}

const numberWidth = 58
const numberHeight = 20
const maxNumbers = 6
const maxCells = 64
/** The smallest cell that the pointer can hit */
const minCellSide = 6
const heatMapSize = { width: 136, height: 84, min: 8 }

/** @param shape at least one dimension; a vector is one row */
export function gridOf(shape: readonly number[]): GridPlan {
  const columns = shape.at(-1) ?? 1
  const rows = shape.slice(0, -1).reduce((product, n) => product * n, 1)
  const [samples, flat] = matrixOf(shape)
  const [, channels = 1, height = 1, width = 1] = shape
  const [tileRows, tileColumns] = width > 1 ? [channels * height, width] : [channels, height]
  // a batch of small images: a tile for each; where those are too many, a row of numbers, as an Affine layer reads them
  if (shape.length === 4 && samples > 1 && samples * tileRows <= maxNumbers && tileColumns <= maxNumbers) return planOf('numbers', samples * tileRows, tileColumns, numberWidth, numberHeight, tileRows)
  if (rows > maxNumbers && samples <= maxNumbers && flat <= maxNumbers) return planOf('numbers', samples, flat, numberWidth, numberHeight)
  if (rows <= maxNumbers && columns <= maxNumbers) return planOf('numbers', rows, columns, numberWidth, numberHeight)
  const side = Math.min(16, Math.floor(heatMapSize.width / columns), Math.floor(heatMapSize.height / rows))
  if (rows * columns <= maxCells && side >= minCellSide) return planOf('colours', rows, columns, side, side)
  const scale = Math.min(heatMapSize.width / columns, heatMapSize.height / rows)
  return planOf('heatMap', rows, columns, Math.max(scale, heatMapSize.min / columns), Math.max(scale, heatMapSize.min / rows))
}

function planOf(mode: GridPlan['mode'], rows: number, columns: number, cellWidth: number, cellHeight: number, tileRows: number | null = null): GridPlan {
  return { mode, rows, columns, cellWidth, cellHeight, width: columns * cellWidth, height: rows * cellHeight + (tileRows ? (rows / tileRows - 1) * tileGap : 0), tileRows }
}

/** A block of neighbouring cells. */
export interface CellRectangle { readonly row: number, readonly column: number, readonly rows: number, readonly columns: number }

/** Merges cells into few blocks: rows, columns and rectangles. */
export function rectanglesOf(cells: Iterable<number>, columns: number): CellRectangle[] {
  const rectangles: CellRectangle[] = []
  const open = new Map<string, CellRectangle>()
  for (const { row, column, columns: width } of runsOf(cells, columns)) {
    const key = `${column} ${width}`
    const above = open.get(key)
    const continues = above && above.row + above.rows === row
    if (above && !continues) rectangles.push(above)
    open.set(key, continues ? { ...above, rows: above.rows + 1 } : { row, column, rows: 1, columns: width })
  }
  return [...rectangles, ...open.values()]
}

function runsOf(cells: Iterable<number>, columns: number): Omit<CellRectangle, 'rows'>[] {
  const runs: { row: number, column: number, columns: number }[] = []
  for (const cell of [...cells].sort((a, b) => a - b)) {
    const [row, column] = [Math.floor(cell / columns), cell % columns]
    const last = runs.at(-1)
    if (last?.row === row && last.column + last.columns === column) last.columns++
    else runs.push({ row, column, columns: 1 })
  }
  return runs
}

/**
 * Downsamples a large tensor: each cell is the largest in magnitude of its block, so that no peak is lost.
 * @param maxSide maximum rows and columns of the result
 */
export function maxPool(data: readonly number[], rows: number, columns: number, maxSide: number): { readonly data: readonly number[], readonly rows: number, readonly columns: number } {
  if (rows <= maxSide && columns <= maxSide) return { data, rows, columns }
  const [height, width] = [Math.min(rows, maxSide), Math.min(columns, maxSide)]
  const peaks = new Array<number>(height * width).fill(0)
  data.forEach((d, i) => {
    const at = Math.floor(Math.floor(i / columns) * height / rows) * width + Math.floor(i % columns * width / columns)
    if (Math.abs(d) > Math.abs(peaks[at]!)) peaks[at] = d
  })
  return { data: peaks, rows: height, columns: width }
}
