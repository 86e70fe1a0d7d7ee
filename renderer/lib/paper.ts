import type { Rgb } from './grey'

/** Paper and ink: ink on paper by day, chalk on slate by night; what the network sees looks the same. */
export const paperAndInk: Readonly<Record<'light' | 'dark', readonly [Rgb, Rgb]>> = {
  light: [[255, 255, 255], [24, 32, 44]],
  dark: [[14, 18, 24], [240, 244, 250]],
}
export const css = ([r, g, b]: Rgb): string => `rgb(${r} ${g} ${b})`
