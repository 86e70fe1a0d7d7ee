import type { ColourScale } from './colour-scale'

/** A matrix, or some of its columns, row-major. */
export interface Cells {
  readonly rows: number
  readonly columns: number
  readonly data: Float32Array
}

/** The position of each cell in the picture, and the scale at which the picture is shown. */
export interface HeatLayout {
  /** Pixels of the picture before it is enlarged */
  readonly width: number
  readonly height: number
  /** CSS pixels per pixel of the picture */
  readonly scaleX: number
  readonly scaleY: number
  /** The cell at a pixel of the picture, null in a gap */
  cellAt: (x: number, y: number) => { row: number, column: number } | null
  /** The pixel of a cell */
  pixelOf: (row: number, column: number) => { x: number, y: number }
  /** `pixelOf` for every cell in order, as offsets into the picture: a table, so that painting is fast */
  readonly offsets: Uint32Array
}

type Places = Omit<HeatLayout, 'offsets'>

function withOffsets(places: Places, rows: number, columns: number): HeatLayout {
  const offsets = new Uint32Array(rows * columns)
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const { x, y } = places.pixelOf(row, column)
      offsets[row * columns + column] = y * places.width + x
    }
  }
  return { ...places, offsets }
}

/** The size of a cell in CSS pixels: a whole number of device pixels, or else cells would differ in size. */
const fit = (room: number, cells: number, most: number, density: number) => Math.max(1, Math.floor(Math.min(most, room / cells) * density)) / density

/**
 * Lays out a matrix as usual, rows downwards and columns to the right; W is (in, out).
 * @param width available CSS pixels
 * @param density device pixels per CSS pixel
 */
export function matrixLayout({ rows, columns }: { rows: number, columns: number }, width: number, height: number, density = 1): HeatLayout {
  return withOffsets({
    width: columns, height: rows,
    scaleX: fit(width, columns, 28, density), scaleY: fit(height, rows, 28, density),
    cellAt: (x, y) => x >= 0 && y >= 0 && x < columns && y < rows ? { row: y, column: x } : null,
    pixelOf: (row, column) => ({ x: column, y: row }),
  }, rows, columns)
}

/** Size of the images that a matrix's columns are shown as. */
export interface Tile {
  readonly rows: number
  readonly columns: number
}

/** Largest size of an image pixel, in CSS pixels: one image of 10×10 still fills half a panel. */
const largestTile = 4

/** Lays out each column as a small image: a column of the first layer's W has one weight per input pixel. */
export function tileLayout({ columns }: { columns: number }, tile: Tile, width: number, height: number, density = 1): HeatLayout {
  const [pitchX, pitchY] = [tile.columns + 1, tile.rows + 1]
  const perRow = (scale: number) => Math.max(1, Math.min(columns, Math.floor((width / scale + 1) / pitchX)))
  const fits = (scale: number) => pitchX * scale <= width && Math.ceil(columns / perRow(scale)) * pitchY * scale <= height
  let pixels = Math.max(1, Math.floor(largestTile * density))
  while (pixels > 1 && !fits(pixels / density)) pixels--
  const scale = pixels / density
  const across = perRow(scale)

  return withOffsets({
    width: across * pitchX - 1, height: Math.ceil(columns / across) * pitchY - 1,
    scaleX: scale, scaleY: scale,
    cellAt(x, y) {
      const column = Math.floor(y / pitchY) * across + Math.floor(x / pitchX)
      const [px, py] = [x % pitchX, y % pitchY]
      return x >= 0 && y >= 0 && px < tile.columns && py < tile.rows && Math.floor(x / pitchX) < across && column < columns ? { row: py * tile.columns + px, column } : null
    },
    pixelOf: (row, column) => ({ x: column % across * pitchX + row % tile.columns, y: Math.floor(column / across) * pitchY + Math.floor(row / tile.columns) }),
  }, tile.rows * tile.columns, columns)
}

/**
 * Paints the cells into an image of the layout's size; gaps stay transparent.
 * @param words the image's pixels, 32 bits each
 */
export function paint(words: Uint32Array, layout: HeatLayout, cells: Cells, scale: ColourScale, end: number): void {
  words.fill(0)
  const { offsets } = layout
  for (let i = 0; i < offsets.length; i++) words[offsets[i]!] = scale.word(cells.data[i]!, end)
}

/**
 * The magnitude at the ends of the scale: rounded up to two digits, so that it stays stable while the numbers
 * fluctuate.
 */
export function scaleEnd(largest: number): number {
  if (!(largest > 0) || !Number.isFinite(largest)) return 0
  const unit = 10 ** (Math.floor(Math.log10(largest)) - 1)
  return Math.ceil(largest / unit - 1e-9) * unit
}
