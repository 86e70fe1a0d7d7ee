import { columnsIn } from '../../components/digit-grid'
import { aspectOf, type ImageShape } from '../../lib/grey'

/** Length of an image's longer side, in CSS pixels */
export const tileSizes = { small: 32, medium: 56, large: 96 } as const
export type TileSize = keyof typeof tileSizes

const gap = 6
const captionHeight = 15
/** A narrower image has no room for a name below it. */
const narrowest = 24
/** Chromium's layout cannot be much taller; beyond it, one pixel of the scroll bar stands for several. */
const tallest = 8_000_000

/** Where the images are, in CSS pixels of the whole grid. */
export interface GridLayout {
  readonly count: number
  readonly columns: number
  readonly rows: number
  /** Of an image: a whole number of device pixels for each of its own, unless it is made smaller */
  readonly tile: { readonly width: number, readonly height: number, readonly isSmooth: boolean }
  /** Height of the line below an image; 0: no line */
  readonly caption: number
  /** From one column or row to the next */
  readonly pitch: { readonly x: number, readonly y: number }
  /** All rows */
  readonly height: number
}

/** @param width of the grid @param density device pixels per CSS pixel */
export function layoutOf({ count, shape, size, width, density }: { readonly count: number, readonly shape: ImageShape, readonly size: TileSize, readonly width: number, readonly density: number }): GridLayout {
  const [, rows, columns] = shape
  const aspect = aspectOf(shape)
  const longest = tileSizes[size] * density
  const snap = (pixels: number): number => pixels >= 1 ? Math.round(pixels) : pixels
  /** The shorter side follows the longer one, whose pixels may have become larger or smaller. */
  const [across, down] = aspect >= 1
    ? [snap(longest / columns), snap(snap(longest / columns) * columns / aspect / rows)]
    : [snap(snap(longest / rows) * rows * aspect / columns), snap(longest / rows)]
  const tile = { width: Math.max(1, Math.round(across * columns)) / density, height: Math.max(1, Math.round(down * rows)) / density, isSmooth: across < 1 || down < 1 }
  const caption = tile.width >= narrowest ? captionHeight : 0
  const fitting = columnsIn(width - gap / 2, tile.width, gap)
  const pitch = { x: tile.width + gap, y: tile.height + caption + gap }
  const all = Math.ceil(count / fitting)
  return { count, columns: fitting, rows: all, tile, caption, pitch, height: all * pitch.y + gap }
}

/** How tall the element is that scrolls. */
export const scrolledHeight = ({ height }: GridLayout): number => Math.min(height, tallest)

/** From what the element is scrolled by to what the grid is, and back; the same unless the grid is too tall for an element. @param view height of what is in sight */
export function scrolling(layout: GridLayout, view: number): { readonly offsetOf: (scrollTop: number) => number, readonly scrollTopOf: (offset: number) => number } {
  const [most, moved] = [Math.max(0, layout.height - view), Math.max(0, scrolledHeight(layout) - view)]
  const factor = moved === 0 ? 1 : most / moved
  return { offsetOf: scrollTop => Math.min(most, Math.max(0, scrollTop * factor)), scrollTopOf: offset => Math.min(most, Math.max(0, offset)) / factor }
}

/** The rows that are in sight, also in part. */
export function rowsInSight({ rows, pitch }: GridLayout, offset: number, view: number): { readonly first: number, readonly last: number } {
  return { first: Math.max(0, Math.floor((offset - gap) / pitch.y)), last: Math.min(rows - 1, Math.floor((offset + view) / pitch.y)) }
}

/** Where an image's corner is. */
export const cornerOf = ({ columns, pitch }: GridLayout, position: number): { readonly x: number, readonly y: number } => ({ x: position % columns * pitch.x + gap / 2, y: Math.floor(position / columns) * pitch.y + gap })

/** The image at a point of the grid; null beside all. */
export function positionAt({ columns, count, pitch }: GridLayout, x: number, y: number): number | null {
  const [column, row] = [Math.floor((x - gap / 2) / pitch.x), Math.floor((y - gap) / pitch.y)]
  const position = row * columns + column
  return column >= 0 && column < columns && row >= 0 && position < count ? position : null
}

/** What the grid is scrolled by so that an image is in sight, as little as possible. */
export function offsetFor(layout: GridLayout, position: number, offset: number, view: number): number {
  const { y } = cornerOf(layout, position)
  const [top, bottom] = [y - gap, y + layout.pitch.y]
  return top < offset ? top : bottom > offset + view ? bottom - view : offset
}

/** The position that a key leads to; null: the key does not move. @param page rows in sight */
export function movedBy(key: string, position: number, { count, columns }: GridLayout, page: number): number | null {
  const last = count - 1
  const rows = Math.max(1, page)
  const down = (by: number): number => {
    const row = Math.min(Math.floor(last / columns), Math.max(0, Math.floor(position / columns) + by))
    return Math.min(last, row * columns + position % columns)
  }
  switch (key) {
    case 'ArrowLeft': return Math.max(0, position - 1)
    case 'ArrowRight': return Math.min(last, position + 1)
    case 'ArrowUp': return position >= columns ? position - columns : position
    case 'ArrowDown': return down(1)
    case 'PageUp': return down(-rows)
    case 'PageDown': return down(rows)
    case 'Home': return 0
    case 'End': return last
    default: return null
  }
}
