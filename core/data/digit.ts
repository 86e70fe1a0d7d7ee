import type { Real } from '../tensor'
import { digitSide } from './mnist'
import { type Box, boundsOf } from './regions'
import { resize } from './resize'

/**
 * The steps of preparing a picture like MNIST's digits, in their order; each may be left out. 'ink': ink and paper are told apart, of
 * pictures only; 'thickness': lines are drawn anew with MNIST's thickness, of strokes only.
 */
export const preparationSteps = ['ink', 'crop', 'scale', 'thickness', 'centre'] as const
export type PreparationStep = (typeof preparationSteps)[number]
/** The steps that are left out */
export type StepsOff = ReadonlySet<PreparationStep>
export const allSteps: StepsOff = new Set()

const side = digitSide
/** As in MNIST: the digit fits into a box of 20×20, and its centre of mass is at the centre of 28×28. */
export const digitBox = 20
/** Ink below this threshold counts as paper, so that anti-aliased edges and noise do not widen the bounding box. */
export const faintestInk = 0.02

/** A digit on its way to 28×28. */
export interface FittedDigit {
  /** 28×28, 0 to 1 */
  readonly image: Float32Array
  /** The part of the picture that was taken, in its pixels */
  readonly box: Box
  /** That part at its size in the image: rows × columns */
  readonly small: Float32Array
  readonly columns: number
  readonly rows: number
  /** Where it stands in the image */
  readonly left: number
  readonly top: number
}

/**
 * Preprocesses a drawing like MNIST's digits: the ink's bounding box is scaled to fit 20×20, keeping its aspect ratio,
 * anti-aliased, and placed with its centre of mass at the centre of 28×28.
 * @param ink width × height, 0 (paper) to 1 (ink)
 * @returns 28×28 numbers from 0 to 1, or null when there is no ink
 * @source LeCun, Cortes, Burges, "The MNIST database of handwritten digits"
 */
export const preprocessDigit = (ink: Real, width: number, height: number): Float32Array | null => fitDigit(ink, width, height)?.image ?? null

/**
 * The same, with its intermediate results; steps may be left out. Without 'crop' the whole picture is scaled, without 'scale' it is
 * stretched over all of 28×28, without margin or aspect ratio, and without 'centre' it is placed in the middle.
 * @returns null when there is no ink
 */
export function fitDigit(ink: Real, width: number, height: number, off: StepsOff = allSteps): FittedDigit | null {
  const bounds = boundsOf(ink, width, height, faintestInk)
  if (!bounds) return null
  const box = off.has('crop') ? { left: 0, top: 0, width, height } : bounds
  const longest = Math.max(box.width, box.height)
  const sideOf = (length: number): number => off.has('scale') ? side : Math.max(1, Math.round(digitBox * length / longest))
  const [w, h] = [sideOf(box.width), sideOf(box.height)]
  const small = resize(ink, width, box, w, h)
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
  const placed = (sum: number, length: number): number => off.has('centre') ? middle(length) : clamp(Math.round(side / 2 + 0.5 - sum / mass), 0, side - length)
  const [left, top] = [placed(sumX, w), placed(sumY, h)]
  return { image: onImage(small, w, h, left, top), box, small, columns: w, rows: h, left, top }
}

/** Where something stands in the middle of 28 pixels. */
export const middle = (length: number): number => Math.round((side - length) / 2)

function onImage(small: Float32Array, w: number, h: number, left: number, top: number): Float32Array {
  const out = new Float32Array(side * side)
  for (let y = 0; y < h; y++) out.set(small.subarray(y * w, (y + 1) * w), (top + y) * side + left)
  return out
}

const clamp = (value: number, min: number, max: number): number => Math.min(max, Math.max(min, value))
