import { writeFileSync } from 'node:fs'
import { PNG } from 'pngjs'

export interface PictureStyle {
  /** Pixels per pixel of the digit */
  readonly scale?: number
  /** Margin in pixels */
  readonly margin?: number
  readonly darkOnLight?: boolean
  readonly rows?: number
  readonly columns?: number
}

/** Writes a dataset's image as a picture file, one of MNIST's by default. @param pixels rows × columns, 0 (paper) to 255 (ink) */
export function writeDigit(path: string, pixels: Uint8Array, { scale = 1, margin = 0, darkOnLight = false, rows = 28, columns = 28 }: PictureStyle = {}): void {
  const [width, height] = [columns * scale + 2 * margin, rows * scale + 2 * margin]
  const png = new PNG({ width, height })
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) {
    const [column, row] = [Math.floor((x - margin) / scale), Math.floor((y - margin) / scale)]
    const ink = column >= 0 && column < columns && row >= 0 && row < rows ? pixels[row * columns + column]! : 0
    const grey = darkOnLight ? 255 - ink : ink
    png.data.set([grey, grey, grey, 255], 4 * (y * width + x))
  }
  writeFileSync(path, PNG.sync.write(png))
}

export function writeBlank(path: string, side = 40): void {
  const png = new PNG({ width: side, height: side })
  png.data.fill(255)
  writeFileSync(path, PNG.sync.write(png))
}
