import { digitSide } from './mnist'
import { heightOf, type Region, type Regions, regionsOf } from './regions'

/** Reasons to doubt that a picture is a single digit: several distant parts, ink from edge to edge, a flat line, hardly any ink. */
export const doubts = ['parts', 'full', 'flat', 'little'] as const
export type Doubt = (typeof doubts)[number]

const side = digitSide
/** Threshold above which a pixel belongs to a stroke, not to its soft edge. */
const inked = 0.3
/** Limits for too little ink, too small, too flat and too full. Hardly any of MNIST's 10,000 test digits is beyond them: their least ink is 22, the widest is twice as wide as high, the fullest fills 0.78 of its box. */
const [leastInk, leastSide, widest, fullest, leastFullSide] = [18, 14, 2.2, 0.75, 12] as const
/**
 * Limits for a second part, as a share of all inked pixels: `beside` if it is beside the first and both have at least the height
 * `besideHeight`; `above` if it is above or below; `apart` if it is farther away than `apartGap`, in any direction.
 */
const [beside, besideHeight, apart, apartGap, above] = [0.15, 6, 0.2, 4.5, 0.35] as const

/**
 * Reason to doubt that an image is a single digit, or null. The network outputs a digit in any case.
 * @param image 28×28, 0 to 1, preprocessed like MNIST's
 */
export function doubtIn(image: ArrayLike<number>): Doubt | null {
  const found = regionsOf(Uint8Array.from({ length: side * side }, (_, i) => Number(image[i]! >= inked)), side, side)
  const { regions } = found
  const most = (of: (region: Region) => number): number => regions.reduce((value, region) => Math.max(value, of(region)), -Infinity)
  const width = most(({ right }) => right) + most(({ left }) => -left) + 1
  const height = most(({ bottom }) => bottom) + most(({ top }) => -top) + 1
  const area = regions.reduce((sum, region) => sum + region.area, 0)
  if (hasParts(found, area)) return 'parts' // checked before `little`, since two small digits also have little ink
  if (inkIn(image) < leastInk || !(Math.max(width, height) >= leastSide)) return 'little'
  if (width / height >= widest) return 'flat'
  if (Math.min(width, height) >= leastFullSide && area >= fullest * width * height) return 'full'
  return null
}

function hasParts({ regions, labels }: Regions, area: number): boolean {
  const [first, ...others] = [...regions].sort((a, b) => b.area - a.area)
  return first !== undefined && others.some(other =>
    (other.area >= beside * area && gapBetween(first, other) >= 1 && Math.min(heightOf(first), heightOf(other)) >= besideHeight)
    || (other.area >= above * area && Math.max(first.top, other.top) - Math.min(first.bottom, other.bottom) > 2)
    || (other.area >= apart * area && distance(labels, first, other) > apartGap))
}

/** Number of columns without ink between two parts side by side. */
const gapBetween = (a: Region, b: Region): number => Math.max(a.left, b.left) - Math.min(a.right, b.right) - 1

function distance(labels: Int32Array, a: Region, b: Region): number {
  const pixelsOf = ({ label }: Region): (readonly [number, number])[] => [...labels].flatMap((found, i) => found === label ? [[i % side, Math.floor(i / side)] as const] : [])
  const others = pixelsOf(b)
  return Math.sqrt(pixelsOf(a).reduce((least, [x, y]) => others.reduce((nearest, [u, v]) => Math.min(nearest, (x - u) ** 2 + (y - v) ** 2), least), Infinity))
}

function inkIn(image: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < image.length; i++) sum += image[i]!
  return sum
}

/**
 * Distance to the nearest training image, divided by the root of the image's own length, beyond which a drawing is like no digit of MNIST.
 * With `doubtIn` together, 1 % of the 10,000 test digits are flagged: `test/fixtures/no-digits/measure.py` has the measures that were compared.
 */
const unlikeAny = 1.07

/**
 * Whether an image is like no digit of MNIST's training images. Long lines differ by more than short ones, so the distance is taken by the root of the length.
 * @param image 28×28, 0 to 1
 * @param distance to its nearest training image, as `nearestImages` measures it
 */
export const isUnlikeAny = (image: ArrayLike<number>, distance: number): boolean => distance > unlikeAny * Math.sqrt(lengthOf(image))

function lengthOf(image: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < image.length; i++) sum += image[i]! ** 2
  return Math.sqrt(sum)
}
