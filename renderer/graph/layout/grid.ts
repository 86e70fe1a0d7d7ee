/** How a tensor is drawn: small ones as numbers, medium ones as coloured cells, large ones as a scaled heat map. */
export interface GridPlan {
  readonly mode: 'numbers' | 'colours' | 'sheet'
  /** All leading dimensions, stacked */
  readonly rows: number
  readonly columns: number
  readonly cellWidth: number
  readonly cellHeight: number
  readonly width: number
  readonly height: number
}

const numberWidth = 54
const numberHeight = 20
const mostNumbers = 6
const mostCells = 64
/** The smallest cell that the pointer can hit */
const leastSide = 6
const sheet = { width: 136, height: 84, least: 8 }

/** @param shape at least one dimension; a vector is one row */
export function gridOf(shape: readonly number[]): GridPlan {
  const columns = shape.at(-1) ?? 1
  const rows = shape.slice(0, -1).reduce((product, n) => product * n, 1)
  if (rows <= mostNumbers && columns <= mostNumbers) return planOf('numbers', rows, columns, numberWidth, numberHeight)
  const side = Math.min(16, Math.floor(sheet.width / columns), Math.floor(sheet.height / rows))
  if (rows * columns <= mostCells && side >= leastSide) return planOf('colours', rows, columns, side, side)
  const scale = Math.min(sheet.width / columns, sheet.height / rows)
  return planOf('sheet', rows, columns, Math.max(scale, sheet.least / columns), Math.max(scale, sheet.least / rows))
}

function planOf(mode: GridPlan['mode'], rows: number, columns: number, cellWidth: number, cellHeight: number): GridPlan {
  return { mode, rows, columns, cellWidth, cellHeight, width: columns * cellWidth, height: rows * cellHeight }
}

/** A cell's indices, as in code: [1, 2] */
export function indexText(shape: readonly number[], cell: number): string {
  let rest = cell
  const index = shape.toReversed().map((n) => {
    const at = rest % n
    rest = Math.floor(rest / n)
    return at
  })
  return `[${index.reverse().join(', ')}]`
}

/** A block of neighbouring cells. */
export interface Patch { readonly row: number, readonly column: number, readonly rows: number, readonly columns: number }

/** Merges cells into few blocks: rows, columns and rectangles. */
export function patchesOf(cells: Iterable<number>, columns: number): Patch[] {
  const patches: Patch[] = []
  const open = new Map<string, Patch>()
  for (const { row, column, columns: width } of runsOf(cells, columns)) {
    const key = `${column} ${width}`
    const above = open.get(key)
    const goesOn = above && above.row + above.rows === row
    if (above && !goesOn) patches.push(above)
    open.set(key, goesOn ? { ...above, rows: above.rows + 1 } : { row, column, rows: 1, columns: width })
  }
  return [...patches, ...open.values()]
}

function runsOf(cells: Iterable<number>, columns: number): Omit<Patch, 'rows'>[] {
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
 * @param most maximum rows and columns of the result
 */
export function pooled(data: readonly number[], rows: number, columns: number, most: number): { readonly data: readonly number[], readonly rows: number, readonly columns: number } {
  if (rows <= most && columns <= most) return { data, rows, columns }
  const [height, width] = [Math.min(rows, most), Math.min(columns, most)]
  const peaks = new Array<number>(height * width).fill(0)
  data.forEach((d, i) => {
    const at = Math.floor(Math.floor(i / columns) * height / rows) * width + Math.floor(i % columns * width / columns)
    if (Math.abs(d) > Math.abs(peaks[at]!)) peaks[at] = d
  })
  return { data: peaks, rows: height, columns: width }
}
