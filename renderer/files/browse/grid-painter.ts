import type { Rgb } from '../../lib/grey'
import { cornerOf, type GridLayout, rowsInSight } from './grid-layout'
import type { ImageChunks } from './image-chunks'
import { shortened } from '../../lib/shortened'

/** What is written below an image. */
export interface Caption {
  readonly text: string
  /** Whether the network misreads it */
  readonly isWrong: boolean
}

export interface GridLook {
  readonly colours: readonly [Rgb, Rgb]
  readonly text: string
  readonly wrong: string
  /** In place of an image that is not there yet, and around each one */
  readonly empty: string
  readonly border: string
  readonly chosen: string
  readonly hovered: string
  readonly family: string
}

export interface GridPicture {
  readonly layout: GridLayout
  /** What the grid is scrolled by, and what is in sight, in CSS pixels */
  readonly offset: number
  readonly view: { readonly width: number, readonly height: number }
  readonly density: number
  readonly chunks: ImageChunks
  readonly captionOf: (position: number) => Caption | null
  readonly chosen: number | null
  readonly hovered: number | null
  readonly look: GridLook
}

/** Letters may be narrower than usual by so much before a name is shortened. */
const narrowed = 1.3

/** Paints the images that are in sight, each pixel on whole pixels of the screen. @returns whether all were there */
export function paintGrid(context: CanvasRenderingContext2D, shape: readonly [number, number, number], { layout, offset, view, density, chunks, captionOf, chosen, hovered, look }: GridPicture): boolean {
  const device = (css: number): number => Math.round(css * density)
  const [, rows, columns] = shape
  const { tile, caption } = layout
  const [width, height] = [device(tile.width), device(tile.height)]
  context.clearRect(0, 0, device(view.width), device(view.height))
  context.imageSmoothingEnabled = tile.isSmooth
  context.textAlign = 'center'
  context.textBaseline = 'middle'
  let isWhole = true
  const { first, last } = rowsInSight(layout, offset, view.height)
  for (let position = first * layout.columns; position < Math.min(layout.count, (last + 1) * layout.columns); position++) {
    const corner = cornerOf(layout, position)
    const [x, y] = [device(corner.x), device(corner.y - offset)]
    const picture = chunks.pictureOf(position, look.colours)
    if (picture) {
      context.drawImage(picture.sheet, picture.x, picture.y, columns, rows, x, y, width, height)
      frame(x, y, width, height, look.border, 1)
    }
    else {
      isWhole = false
      context.fillStyle = look.empty
      context.fillRect(x, y, width, height)
    }
    const below = caption > 0 ? captionOf(position) : null
    if (below) {
      context.fillStyle = below.isWrong ? look.wrong : look.text
      context.font = `${below.isWrong ? '600 ' : ''}${device(11.5)}px ${look.family}`
      const room = Math.max(width, device(layout.pitch.x - 4))
      context.fillText(shortened(below.text, text => context.measureText(text).width <= room * narrowed), x + width / 2, y + height + device(caption / 2 + 0.5), room)
    }
    if (position === hovered && position !== chosen) frame(x, y, width, height, look.hovered, device(1.5))
    if (position === chosen) frame(x, y, width, height, look.chosen, Math.max(2, device(2)))
  }
  return isWhole

  /** Around the image, not over it */
  function frame(x: number, y: number, width: number, height: number, colour: string, line: number): void {
    context.strokeStyle = colour
    context.lineWidth = line
    context.strokeRect(x - line / 2, y - line / 2, width + line, height + line)
  }
}
