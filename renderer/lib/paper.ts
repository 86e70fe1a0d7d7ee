import type { Rgb } from './grey'

/** Colours of paper and ink: dark on light by day, light on dark by night. The network's input is the same in both. */
export const paperAndInk: Readonly<Record<'light' | 'dark', readonly [Rgb, Rgb]>> = {
  light: [[255, 255, 255], [24, 32, 44]],
  dark: [[14, 18, 24], [240, 244, 250]],
}
export const css = ([r, g, b]: Rgb): string => `rgb(${r} ${g} ${b})`

/** Over what is taken for ink in a picture: the blue of what goes forward into the network */
export const inkTint: Readonly<Record<'light' | 'dark', Rgb>> = { light: [29, 99, 201], dark: [125, 180, 255] }
