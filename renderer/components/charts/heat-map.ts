import { type ColourScale, type Sign, signOf } from './colour-scale'

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
  /** Where each column's image begins, for images only */
  readonly tiles: readonly { readonly column: number, readonly x: number, readonly y: number }[]
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
    tiles: [],
    pixelOf: (row, column) => ({ x: column, y: row }),
  }, rows, columns)
}

/** Size of the images that a matrix's columns are shown as. */
export interface Tile {
  readonly rows: number
  readonly columns: number
}

/** Largest size of an image pixel, in CSS pixels: among others, and of a single image, whose pixels have room for a sign. */
const [largestTile, largestAlone] = [8, 16]

/**
 * Lays out each column as a small image: a column of the first layer's W has one weight per input pixel.
 * @param options `label`: CSS pixels above each image for its number
 */
export function tileLayout({ columns }: { columns: number }, tile: Tile, width: number, height: number, { density = 1, label = 0 } = {}): HeatLayout {
  const pitchX = tile.columns + 1
  const gapAt = (scale: number) => 1 + Math.ceil(label / scale)
  const perRow = (scale: number) => Math.max(1, Math.min(columns, Math.floor((width / scale + 1) / pitchX)))
  const fits = (scale: number) => pitchX * scale <= width && Math.ceil(columns / perRow(scale)) * (tile.rows + gapAt(scale)) * scale <= height
  let pixels = Math.max(1, Math.floor((columns === 1 ? largestAlone : largestTile) * density))
  while (pixels > 1 && !fits(pixels / density)) pixels--
  const scale = pixels / density
  const across = perRow(scale)
  const pitchY = tile.rows + gapAt(scale)
  const top = gapAt(scale) - 1
  const tiles = Array.from({ length: columns }, (_, column) => ({ column, x: column % across * pitchX, y: top + Math.floor(column / across) * pitchY }))

  return withOffsets({
    width: across * pitchX - 1, height: top + Math.ceil(columns / across) * pitchY - (pitchY - tile.rows),
    scaleX: scale, scaleY: scale, tiles,
    cellAt(x, y) {
      const column = Math.floor((y - top) / pitchY) * across + Math.floor(x / pitchX)
      const [px, py] = [x % pitchX, (y - top) % pitchY]
      return x >= 0 && y >= top && px < tile.columns && py < tile.rows && Math.floor(x / pitchX) < across && column < columns ? { row: py * tile.columns + px, column } : null
    },
    pixelOf: (row, column) => ({ x: tiles[column]!.x + row % tile.columns, y: tiles[column]!.y + Math.floor(row / tile.columns) }),
  }, tile.rows * tile.columns, columns)
}

/** How many cells of each sign a picture has. */
export type SignCounts = Partial<Record<Sign, number>>

/**
 * Paints the cells into an image of the layout's size; gaps stay transparent.
 * @param words the image's pixels, 32 bits each
 * @returns the cells that the scale has no colour for
 */
export function paint(words: Uint32Array, layout: HeatLayout, cells: Cells, scale: ColourScale, end: number): SignCounts {
  words.fill(0)
  const counts: SignCounts = {}
  const { offsets, width } = layout
  for (let i = 0; i < offsets.length; i++) {
    const at = offsets[i]!
    const value = cells.data[i]!
    if (Math.abs(value) <= end) {
      words[at] = scale.word(value, end)
      continue
    }
    const sign = signOf(value, end)
    if (sign === null) words[at] = scale.word(value, end)
    else {
      const { plain, dot } = scale.signs[sign]
      words[at] = at % 2 === 1 && Math.floor(at / width) % 2 === 1 ? dot : plain
      counts[sign] = (counts[sign] ?? 0) + 1
    }
  }
  return counts
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
