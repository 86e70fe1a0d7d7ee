import { type DatasetInfo, largestByte } from './dataset'
import { lightOf } from './ink'
import { resize } from './resize'

/** Four bytes a pixel: red, green, blue, opacity */
type Rgba = Uint8Array | Uint8ClampedArray

/**
 * Converts a picture to an image of a dataset without looking for anything in it; transparent parts are paper.
 * @param rgba width × height × 4 bytes
 * @param dataset with light ink, where black is 0 and white 1, or with dark ink, where it is the other way round
 * @returns rows × columns, 0 to 1; each pixel is the mean of the area that it covers
 */
export function resizePicture(rgba: Rgba, width: number, height: number, { shape: [, rows, columns], preprocessing }: Pick<DatasetInfo, 'shape' | 'preprocessing'>): Float32Array {
  const ink = preprocessing === 'resizeDark' ? darkness(rgba, width, height) : Float32Array.from({ length: width * height }, (_, i) => lightOf(rgba, i) * opacity(rgba, i))
  return resize(ink, width, { left: 0, top: 0, width, height }, columns, rows).map(value => Math.min(1, value)) // rounding may take a mean of ones slightly above 1
}

/** How dark each pixel is, 0 to 1: transparent parts are white. */
export const darkness = (rgba: Rgba, width: number, height: number): Float32Array =>
  Float32Array.from({ length: width * height }, (_, i) => (1 - lightOf(rgba, i)) * opacity(rgba, i))

/** Mean lightness of a picture's edge on white paper, 0 to 1: where there is paper it is above one half when the ink is dark. */
export function edgeLightness(rgba: Rgba, width: number, height: number): number {
  let [sum, count] = [0, 0]
  const add = (x: number, y: number): void => {
    const i = y * width + x
    sum += 1 - (1 - lightOf(rgba, i)) * opacity(rgba, i)
    count++
  }
  for (let x = 0; x < width; x++) for (const y of [0, height - 1]) add(x, y)
  for (let y = 1; y < height - 1; y++) for (const x of [0, width - 1]) add(x, y)
  return sum / count
}

const opacity = (rgba: Rgba, i: number): number => rgba[4 * i + 3]! / largestByte
