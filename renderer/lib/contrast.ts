import type { Rgb } from './grey'

/** @source WCAG 2.2, relative luminance */
function luminance(colour: Rgb): number {
  const [r, g, b] = colour.map((byte) => {
    const c = byte / 255
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!
}

/** Contrast of two colours, 1 to 21. @source WCAG 2.2 */
export function contrastOf(a: Rgb, b: Rgb): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number]
  return (light + 0.05) / (dark + 0.05)
}

const [black, white]: readonly [Rgb, Rgb] = [[0, 0, 0], [255, 255, 255]]
/** Black or white, whichever reads better on a colour. */
export const inkOn = (colour: Rgb): Rgb => contrastOf(colour, black) >= contrastOf(colour, white) ? black : white
