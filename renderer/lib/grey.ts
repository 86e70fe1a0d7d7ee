import type { DatasetInfo } from '@core'

/** Shape of a dataset's images */
export type ImageShape = DatasetInfo['shape']

/** Width of an image's place divided by its height; a very long image is stretched, so that it can be seen. */
export const aspectOf = ([, rows, columns]: ImageShape): number => Math.min(3, Math.max(1 / 3, columns / rows))

/**
 * Draws a small image on a canvas, one pixel for each of its own: white ink on black, or two given colours.
 * @param pixels rows × columns, from 0 (paper) to 1 (ink)
 */
export function grey(pixels: ArrayLike<number>, [, rows, columns]: ImageShape, canvas = document.createElement('canvas'), [paper, ink]: readonly [Rgb, Rgb] = [[0, 0, 0], [255, 255, 255]]): HTMLCanvasElement {
  canvas.width = columns
  canvas.height = rows
  const context = canvas.getContext('2d')
  if (!context) return canvas
  const image = context.createImageData(columns, rows)
  for (let i = 0; i < rows * columns; i++) {
    const share = pixels[i] ?? 0
    for (let c = 0; c < 3; c++) image.data[4 * i + c] = paper[c]! + share * (ink[c]! - paper[c]!)
    image.data[4 * i + 3] = 255
  }
  context.putImageData(image, 0, 0)
  return canvas
}

/** @returns a canvas with a picture's pixels. @param picture.rgba width × height × 4 bytes */
export function canvasOf({ rgba, width, height }: { readonly rgba: Uint8ClampedArray, readonly width: number, readonly height: number }): HTMLCanvasElement {
  const canvas = document.createElement('canvas')
  Object.assign(canvas, { width, height })
  const context = canvas.getContext('2d')
  if (!context) return canvas
  const image = context.createImageData(width, height)
  image.data.set(rgba)
  context.putImageData(image, 0, 0)
  return canvas
}

export type Rgb = readonly [number, number, number]
