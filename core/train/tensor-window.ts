import type { Tensor } from '../tensor'
import { robustMax } from './robust-max'
import type { Summaries } from './tensor-stats'

/** Limit for reading one tensor: 262,144 float32 are 1 MB. */
export const maxReadNumbers = 262_144

/** A range of rows and columns of a tensor; a unit's weights are a column of W. */
export interface TensorWindow {
  readonly shape: readonly number[]
  readonly firstRow: number
  readonly rows: number
  readonly firstColumn: number
  readonly columns: number
  /** rows × columns, row-major */
  readonly data: Float32Array
  /** Largest magnitude and norm of the whole tensor's finite elements */
  readonly absMax: number
  readonly norm: number
  /** Where a colour scale of the whole tensor ends: nearly all of its elements are smaller */
  readonly robustMax: number
}

/** The part of a tensor to read; by default, and at most, as many rows and columns as fit. */
export interface WindowQuery {
  readonly firstRow?: number | undefined
  readonly rows?: number | undefined
  readonly firstColumn?: number | undefined
  readonly columns?: number | undefined
}

/**
 * Copies rows and columns of a tensor, at most `maxReadNumbers` numbers: where not all of them fit, all rows and fewer columns.
 * A vector counts as one row.
 */
export function readTensor(tensor: Tensor, { firstRow = 0, rows = Infinity, firstColumn = 0, columns = Infinity }: WindowQuery, summaries: Summaries): TensorWindow {
  const { data, shape } = tensor
  const [height, width] = shape.length < 2 ? [1, data.length] : [tensor.rows, tensor.columns]
  const row = Math.min(firstRow, height - 1)
  const column = Math.min(firstColumn, width - 1)
  const rowCount = clamp(rows, height - row, maxReadNumbers)
  const columnCount = clamp(columns, width - column, Math.floor(maxReadNumbers / rowCount))
  const copy = new Float32Array(rowCount * columnCount)
  for (let n = 0; n < rowCount; n++) {
    const from = (row + n) * width + column
    copy.set(data.subarray(from, from + columnCount), n * columnCount)
  }
  const absMax = summaries.largest(tensor)
  return {
    shape, firstRow: row, rows: rowCount, firstColumn: column, columns: columnCount, data: copy,
    absMax, robustMax: robustMax(data, absMax), norm: Math.sqrt(summaries.of(tensor).squares),
  }
}

const clamp = (wanted: number, left: number, most: number): number => Math.max(1, Math.min(wanted, left, most))
