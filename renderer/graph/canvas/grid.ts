/** How a tensor is drawn: small ones as numbers, middle ones as coloured cells, large ones as a sheet to scale. */
export interface GridPlan {
  readonly mode: 'numbers' | 'colours' | 'sheet'
  /** All leading dimensions one below the other */
  readonly rows: number
  readonly columns: number
  readonly cellWidth: number
  readonly cellHeight: number
  readonly width: number
  readonly height: number
}

const numberWidth = 46
const numberHeight = 20
const mostNumbers = 6
const mostCells = 64
const sheet = { width: 136, height: 84, least: 8 }

/** @param shape of at least one dimension; a row is one row */
export function gridOf(shape: readonly number[]): GridPlan {
  const columns = shape.at(-1) ?? 1
  const rows = shape.slice(0, -1).reduce((product, n) => product * n, 1)
  if (rows <= mostNumbers && columns <= mostNumbers) return planOf('numbers', rows, columns, numberWidth, numberHeight)
  if (rows * columns <= mostCells) {
    const side = Math.max(6, Math.min(16, Math.floor(sheet.width / columns), Math.floor(sheet.height / rows)))
    return planOf('colours', rows, columns, side, side)
  }
  const scale = Math.min(sheet.width / columns, sheet.height / rows)
  return planOf('sheet', rows, columns, Math.max(scale, sheet.least / columns), Math.max(scale, sheet.least / rows))
}

function planOf(mode: GridPlan['mode'], rows: number, columns: number, cellWidth: number, cellHeight: number): GridPlan {
  return { mode, rows, columns, cellWidth, cellHeight, width: columns * cellWidth, height: rows * cellHeight }
}

/** Where a cell stands, as code writes it: [1, 2] */
export function indexText(shape: readonly number[], cell: number): string {
  let rest = cell
  const index = shape.toReversed().map((n) => {
    const at = rest % n
    rest = Math.floor(rest / n)
    return at
  })
  return `[${index.reverse().join(', ')}]`
}
