import { type DatasetInfo, matrixOf } from '@core'

/** The cells of a small picture around one cell. */
export interface CellPicture {
  readonly rows: number
  readonly columns: number
  /** Index into the tensor of each pixel, row by row */
  readonly cells: readonly number[]
  /** 'image': a row of X or a column of W as the pixels of an image; 'matrix': the whole tensor, or the part around the cell */
  readonly kind: 'image' | 'matrix'
}

const most = 56

/**
 * The most useful picture for a cell: the image that it belongs to, or its neighbourhood.
 * @param imageShape of the dataset's images; a single row or column of pixels is no image
 */
export function pictureAround(shape: readonly number[], cell: number, [, height, width]: DatasetInfo['shape']): CellPicture {
  const [rows, columns] = matrixOf(shape)
  const [row, column] = [Math.floor(cell / columns), cell % columns]
  const pixels = (at: (pixel: number) => number): CellPicture => ({ rows: height, columns: width, kind: 'image', cells: Array.from({ length: height * width }, (_, pixel) => at(pixel)) })
  const isImage = height > 1 && width > 1
  if (isImage && columns === height * width) return pixels(pixel => row * columns + pixel)
  if (isImage && rows === height * width) return pixels(pixel => pixel * columns + column)
  const [shownRows, shownColumns] = [Math.min(rows, most), Math.min(columns, most)]
  const top = Math.max(0, Math.min(rows - shownRows, row - Math.floor(shownRows / 2)))
  const left = Math.max(0, Math.min(columns - shownColumns, column - Math.floor(shownColumns / 2)))
  const cells = Array.from({ length: shownRows * shownColumns }, (_, i) => (top + Math.floor(i / shownColumns)) * columns + left + i % shownColumns)
  return { rows: shownRows, columns: shownColumns, cells, kind: 'matrix' }
}
