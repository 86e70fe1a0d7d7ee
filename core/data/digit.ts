import type { Real } from '../tensor'
import { digitSide } from './mnist'
import { boundsOf } from './regions'
import { resize } from './resize'

const side = digitSide
/** As in MNIST: the digit fits into a box of 20×20, and its centre of mass is at the centre of 28×28. */
export const digitBox = 20
/** Ink below this threshold counts as paper, so that anti-aliased edges and noise do not widen the bounding box. */
const paper = 0.02

/**
 * Preprocesses a drawing like MNIST's digits: the ink's bounding box is scaled to fit 20×20, keeping its aspect ratio,
 * anti-aliased, and placed with its centre of mass at the centre of 28×28.
 * @param ink width × height, 0 (paper) to 1 (ink)
 * @returns 28×28 numbers from 0 to 1, or null when there is no ink
 * @source LeCun, Cortes, Burges, "The MNIST database of handwritten digits"
 */
export function preprocessDigit(ink: Real, width: number, height: number): Float32Array | null {
  const bounds = boundsOf(ink, width, height, paper)
  if (!bounds) return null
  const longest = Math.max(bounds.width, bounds.height)
  const w = Math.max(1, Math.round(digitBox * bounds.width / longest))
  const h = Math.max(1, Math.round(digitBox * bounds.height / longest))
  const small = resize(ink, width, bounds, w, h)
  // Scaled so that the peak is 1: thin strokes fade when they are downsampled.
  const peak = small.reduce((a, b) => Math.max(a, b), 0)
  const scale = peak > 0 ? 1 / peak : 1
  let [mass, sumX, sumY] = [0, 0, 0]
  for (let y = 0; y < h; y++) for (let x = 0; x < w; x++) {
    const value = small[y * w + x]! * scale
    small[y * w + x] = value
    mass += value
    sumX += value * (x + 0.5)
    sumY += value * (y + 0.5)
  }
  // The centre of mass of MNIST's digits is in the middle of pixel 14 (counted from 0): measured 14.01 and 13.98
  const left = clamp(Math.round(side / 2 + 0.5 - sumX / mass), 0, side - w)
  const top = clamp(Math.round(side / 2 + 0.5 - sumY / mass), 0, side - h)
  const out = new Float32Array(side * side)
  for (let y = 0; y < h; y++) out.set(small.subarray(y * w, (y + 1) * w), (top + y) * side + left)
  return out
}

const clamp = (value: number, min: number, max: number): number => Math.min(max, Math.max(min, value))
