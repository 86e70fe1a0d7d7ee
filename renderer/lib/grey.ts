/**
 * Draws a small image on a canvas: white ink on black, or two given colours.
 * @param pixels side × side, from 0 (paper) to 1 (ink)
 */
export function grey(pixels: ArrayLike<number>, side: number, canvas = document.createElement('canvas'), [paper, ink]: readonly [Rgb, Rgb] = [[0, 0, 0], [255, 255, 255]]): HTMLCanvasElement {
  canvas.width = canvas.height = side
  const context = canvas.getContext('2d')
  if (!context) return canvas
  const image = context.createImageData(side, side)
  for (let i = 0; i < side * side; i++) {
    const share = pixels[i] ?? 0
    for (let c = 0; c < 3; c++) image.data[4 * i + c] = paper[c]! + share * (ink[c]! - paper[c]!)
    image.data[4 * i + 3] = 255
  }
  context.putImageData(image, 0, 0)
  return canvas
}

export type Rgb = readonly [number, number, number]
