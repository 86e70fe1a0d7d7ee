import { lightOf } from './ink'
import { resize } from './resize'

/**
 * Converts a picture to a dataset's size without looking for anything in it: black is 0, white 1, transparent parts are black.
 * @param rgba width × height × 4 bytes
 * @param shape of the dataset's images
 * @returns rows × columns, 0 to 1; each pixel is the mean of the area that it covers
 */
export function resizePicture(rgba: Uint8Array | Uint8ClampedArray, width: number, height: number, [, rows, columns]: readonly [channels: number, rows: number, columns: number]): Float32Array {
  const light = Float32Array.from({ length: width * height }, (_, i) => lightOf(rgba, i) * rgba[4 * i + 3]! / 255)
  return resize(light, width, { left: 0, top: 0, width, height }, columns, rows)
}
