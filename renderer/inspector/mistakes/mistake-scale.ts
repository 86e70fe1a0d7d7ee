import type { Rgb } from '../../lib/grey'
import type { Theme } from '../../lib/theme'

/** The ends of the scale: the surface without mistakes, the strong hue for a frequent one. */
const ends: Readonly<Record<Theme, readonly [Rgb, Rgb]>> = {
  light: [[255, 255, 255], [163, 22, 46]],
  dark: [[24, 30, 39], [255, 140, 140]],
}
/** One mistake must be seen beside none. */
const least = 0.1

/** Colour of a cell. @param strength 0 for none to 1 for a frequent mistake */
export function mistakeColour(strength: number, theme: Theme): Rgb {
  const [from, to] = ends[theme]
  const share = strength === 0 ? 0 : least + (1 - least) * strength
  return [0, 1, 2].map(c => Math.round(from[c]! + share * (to[c]! - from[c]!))) as unknown as Rgb
}
