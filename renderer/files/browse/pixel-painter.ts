import { inkOn } from '../../lib/contrast'
import type { Rgb } from '../../lib/grey'
import { css } from '../../lib/paper'

/** A pixel of this many CSS pixels has room for its value. */
export const roomForValue = 19

export interface PixelPicture {
  readonly bytes: ArrayLike<number>
  readonly rows: number
  readonly columns: number
  /** Device pixels for each pixel of the image */
  readonly scale: { readonly x: number, readonly y: number }
  readonly colours: readonly [Rgb, Rgb]
  /** Whether the values are written into the pixels */
  readonly isWritten: boolean
  readonly density: number
  readonly family: string
}

/** Paints an image large, with its values where there is room. Paper without any ink stays empty, so that the shape is seen in the numbers, too. */
export function paintPixels(context: CanvasRenderingContext2D, { bytes, rows, columns, scale, colours: [paper, ink], isWritten, density, family }: PixelPicture): void {
  const mix = (value: number): Rgb => paper.map((from, c) => Math.round(from + value / 255 * (ink[c]! - from))) as unknown as Rgb
  context.textAlign = 'center'
  context.textBaseline = 'middle'
  const letters = Math.min(12 * density, scale.x / 2.1, scale.y / 1.5)
  context.font = `${letters}px ${family}`
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const value = bytes[row * columns + column] ?? 0
      const [x, y] = [column * scale.x, row * scale.y]
      context.fillStyle = css(mix(value))
      context.fillRect(x, y, scale.x, scale.y)
      if (!isWritten || value === 0) continue
      context.fillStyle = css(inkOn(mix(value)))
      context.fillText(String(value), x + scale.x / 2, y + scale.y / 2)
    }
  }
}
