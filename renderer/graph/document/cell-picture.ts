import { matrixOf } from '@core'

/** The cells of a small picture around one cell. */
export interface CellPicture {
  readonly rows: number
  readonly columns: number
  /** Index into the tensor of each pixel, row by row */
  readonly cells: readonly number[]
  /** 'image': a row of X or a column of W as the pixels of a digit; 'matrix': the whole tensor, or the part around the cell */
  readonly kind: 'image' | 'matrix'
}

const side = 28
const most = 56

/** The most useful picture for a cell: the digit that it belongs to, or its neighbourhood. */
export function pictureAround(shape: readonly number[], cell: number): CellPicture {
  const [rows, columns] = matrixOf(shape)
  const [row, column] = [Math.floor(cell / columns), cell % columns]
  const pixels = (at: (pixel: number) => number): CellPicture => ({ rows: side, columns: side, kind: 'image', cells: Array.from({ length: side * side }, (_, pixel) => at(pixel)) })
  if (columns === side * side) return pixels(pixel => row * columns + pixel)
  if (rows === side * side) return pixels(pixel => pixel * columns + column)
  const [height, width] = [Math.min(rows, most), Math.min(columns, most)]
  const top = Math.max(0, Math.min(rows - height, row - Math.floor(height / 2)))
  const left = Math.max(0, Math.min(columns - width, column - Math.floor(width / 2)))
  const cells = Array.from({ length: height * width }, (_, i) => (top + Math.floor(i / width)) * columns + left + i % width)
  return { rows: height, columns: width, cells, kind: 'matrix' }
}
