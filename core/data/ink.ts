import { paperLightness } from './paper-lightness'
import { boundsOf, longestOf, regionsOf } from './regions'
import { type Difference, withoutSurroundings } from './surroundings'

/** What is not ink, at sensitivities of 0, 0.5 and 1. */
interface Limits {
  /** With a smaller difference between ink and paper the sheet is empty: the difference is noise. */
  readonly contrast: number
  /** As a fraction of the strongest ink: anything weaker is the paper's grain. */
  readonly noise: number
  /** As a fraction of the strongest ink: a part that nowhere reaches it is a shadow or a stain. */
  readonly strong: number
  /** As a fraction of the largest part's size: anything smaller is dust. */
  readonly dust: number
}
const least: Limits = { contrast: 0.1, noise: 0.7, strong: 0.9, dust: 0.3 }
const automatic: Limits = { contrast: 0.1, noise: 0.15, strong: 0.4, dust: 0.06 }
const most: Limits = { contrast: 0.02, noise: 0.02, strong: 0.04, dust: 0 }

function limitsAt(sensitivity: number): Limits {
  const [end, share] = sensitivity < 0.5 ? [least, 1 - 2 * sensitivity] : [most, 2 * sensitivity - 1]
  const at = (name: keyof Limits): number => automatic[name] + share * (end[name] - automatic[name])
  return { contrast: at('contrast'), noise: at('noise'), strong: at('strong'), dust: at('dust') }
}

/** Limit for nested surroundings, such as a frame on a desk around a card with another frame */
const maxPeels = 5
/** Larger pictures are downsampled to this width and height, which is still many times finer than a digit needs. */
const maxSide = 1000

/**
 * Separates ink from its surroundings: paper, transparent margins, frames, a card on a desk, shadows. Works for dark on light and light on dark.
 * @param rgba width × height × 4 bytes; transparent pixels count as paper
 * @param sensitivity how much is taken for ink: 0 only the strongest lines, 1 the faintest, too; 0.5 is right for most pictures
 * @returns width × height, 0 (paper) to 1 (the strongest ink)
 */
export function inkOf(rgba: Uint8Array | Uint8ClampedArray, width: number, height: number, sensitivity = 0.5): Float32Array {
  const limits = limitsAt(sensitivity)
  const each = Math.max(1, Math.ceil(Math.max(width, height) / maxSide))
  if (each === 1) return inkIn(picture(rgba, width, height, 1), limits)
  const small = picture(rgba, width, height, each)
  const ink = inkIn(small, limits)
  const full = new Float32Array(width * height)
  const columns = Int32Array.from({ length: width }, (_, x) => Math.floor(x / each))
  for (let y = 0, i = 0; y < height; y++) {
    const row = Math.floor(y / each) * small.width
    for (let x = 0; x < width; x++, i++) full[i] = ink[row + columns[x]!]!
  }
  return full
}

/** Lightness and opacity of each pixel, 0 to 1. */
interface Picture { readonly light: Float32Array, readonly opacity: Float32Array, readonly width: number, readonly height: number }

/** Averages blocks of pixels. @param each side of a block, in pixels */
function picture(rgba: Uint8Array | Uint8ClampedArray, fullWidth: number, fullHeight: number, each: number): Picture {
  const [width, height] = [Math.ceil(fullWidth / each), Math.ceil(fullHeight / each)]
  const [light, opacity, count] = [new Float32Array(width * height), new Float32Array(width * height), new Float32Array(width * height)]
  const columns = Int32Array.from({ length: fullWidth }, (_, x) => Math.floor(x / each))
  const every = Math.max(1, Math.floor(each / 3)) // a sample of a block's pixels is enough for its mean
  for (let y = 0; y < fullHeight; y += every) {
    const row = Math.floor(y / each) * width
    for (let x = 0; x < fullWidth; x += every) {
      const i = y * fullWidth + x
      const to = row + columns[x]!
      const alpha = rgba[4 * i + 3]! / 255
      light[to]! += alpha * lightOf(rgba, i)
      opacity[to]! += alpha
      count[to]! += 1
    }
  }
  for (let i = 0; i < light.length; i++) {
    if (opacity[i]! > 0) light[i]! /= opacity[i]!
    opacity[i]! /= count[i]!
  }
  return { light, opacity, width, height }
}

/** Luma of pixel i, 0 to 1. @source ITU-R BT.709 */
export const lightOf = (rgba: Uint8Array | Uint8ClampedArray, i: number): number => (0.2126 * rgba[4 * i]! + 0.7152 * rgba[4 * i + 1]! + 0.0722 * rgba[4 * i + 2]!) / 255

function inkIn(given: Picture, limits: Limits): Float32Array {
  const { width, height } = given
  let mask = opaquePart(given)
  for (let peel = 0; ; peel++) {
    const difference = differenceIn(given, mask)
    const smaller = peel < maxPeels ? withoutSurroundings(difference, mask ?? new Uint8Array(width * height).fill(1)) : null
    if (!smaller) return cleaned(difference, limits)
    mask = eroded(eroded(smaller, width, height), width, height)
  }
}

/** Erodes a mask by one pixel: the soft edge of a card or a frame is neither paper nor ink. */
function eroded(mask: Uint8Array, width: number, height: number): Uint8Array {
  const isIn = (x: number, y: number): boolean => x >= 0 && y >= 0 && x < width && y < height && mask[y * width + x] === 1
  return Uint8Array.from(mask, (value, i) => {
    const [x, y] = [i % width, Math.floor(i / width)]
    return Number(value === 1 && isIn(x - 1, y) && isIn(x + 1, y) && isIn(x, y - 1) && isIn(x, y + 1))
  })
}

/** The opaque pixels, if their lightness distinguishes ink from paper; null if the opacity itself is the ink, as on a transparent background. */
function opaquePart({ light, opacity, width, height }: Picture): Uint8Array | null {
  const mask = Uint8Array.from(opacity, alpha => Number(alpha > 0.5))
  const inside = light.filter((_, i) => mask[i] === 1)
  if (inside.length === mask.length) return mask
  const whole = boundsOf(mask, width, height)
  const isFilled = whole !== null && inside.length >= 0.6 * whole.width * whole.height
  const bright = inside.reduce((a, b) => Math.max(a, b), 0)
  const dark = inside.reduce((a, b) => Math.min(a, b), bright)
  return isFilled && bright - dark >= automatic.contrast ? mask : null
}

function differenceIn({ light, opacity, width, height }: Picture, mask: Uint8Array | null): Difference {
  if (!mask) return { values: opacity, width, height }
  const paper = paperLightness(light, mask, width, height)
  const values = new Float32Array(width * height)
  for (let y = 0, i = 0; y < height; y++) for (let x = 0; x < width; x++, i++) if (mask[i] === 1) values[i] = opacity[i]! * (light[i]! - paper(x, y))
  return { values, width, height }
}

/** Converts differences to ink: grain, shadows and dust become paper. */
function cleaned({ values, width, height }: Difference, { contrast, noise, strong, dust }: Limits): Float32Array {
  const ink = values.map(Math.abs)
  const peak = ink.reduce((a, b) => Math.max(a, b), 0)
  if (peak < contrast) return ink.fill(0)
  for (let i = 0; i < ink.length; i++) ink[i] = ink[i]! / peak < noise ? 0 : ink[i]! / peak
  const { regions, labels } = regionsOf(ink.map(value => Number(value > 0)), width, height)
  const peaks = new Float32Array(regions.length + 1)
  labels.forEach((label, i) => { peaks[label] = Math.max(peaks[label]!, ink[i]!) })
  const largest = regions.reduce((size, region) => peaks[region.label]! >= strong ? Math.max(size, longestOf(region)) : size, 0)
  const isKept = [false, ...regions.map(region => peaks[region.label]! >= strong && longestOf(region) >= dust * largest)]
  for (let i = 0; i < ink.length; i++) if (!isKept[labels[i]!]) ink[i] = 0
  return ink
}
