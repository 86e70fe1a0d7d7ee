import { writeFileSync } from 'node:fs'
import { PNG } from 'pngjs'

export interface PictureStyle {
  /** Pixels per pixel of the digit */
  readonly scale?: number
  /** Margin in pixels */
  readonly margin?: number
  readonly darkOnLight?: boolean
}

/** Writes one of MNIST's images as a picture file. @param pixels 28×28, 0 (paper) to 255 (ink) */
export function writeDigit(path: string, pixels: Uint8Array, { scale = 1, margin = 0, darkOnLight = false }: PictureStyle = {}): void {
  const side = 28 * scale + 2 * margin
  const png = new PNG({ width: side, height: side })
  for (let y = 0; y < side; y++) for (let x = 0; x < side; x++) {
    const [column, row] = [Math.floor((x - margin) / scale), Math.floor((y - margin) / scale)]
    const ink = column >= 0 && column < 28 && row >= 0 && row < 28 ? pixels[row * 28 + column]! : 0
    const grey = darkOnLight ? 255 - ink : ink
    png.data.set([grey, grey, grey, 255], 4 * (y * side + x))
  }
  writeFileSync(path, PNG.sync.write(png))
}

export function writeBlank(path: string, side = 40): void {
  const png = new PNG({ width: side, height: side })
  png.data.fill(255)
  writeFileSync(path, PNG.sync.write(png))
}
