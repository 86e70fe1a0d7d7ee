import { inputSize, type DatasetInfo, largestByte, type Split } from './dataset'
import { unitImageOf } from './images'

/** A training image near to a drawing. */
export interface NearImage {
  readonly index: number
  /** Index of its class */
  readonly label: number
  /** See `distanceBetween` */
  readonly distance: number
}

type Images = Pick<Split, 'count' | 'images' | 'labels'>
type Shape = DatasetInfo['shape']

/** Number of images that are compared closely: those with the smallest Euclidean distance */
const closer = 25

/** Sum of squares of each image, computed once for a split */
const known = new WeakMap<Uint8Array, Float64Array>()
function squaresOf({ count, images }: Images): Float64Array {
  const found = known.get(images)
  if (found) return found
  const D = images.length / count
  const squares = new Float64Array(count)
  for (let n = 0; n < count; n++) {
    let sum = 0
    for (let d = n * D; d < (n + 1) * D; d++) sum += images[d]! * images[d]!
    squares[n] = sum
  }
  known.set(images, squares)
  return squares
}

/**
 * The images that are most like a drawing.
 * @param image channels × rows × columns, 0 to 1
 * @param count how many
 * @returns in the order of their distance
 */
export function nearestImages(split: Images, shape: Shape, image: Float32Array, count: number): readonly NearImage[] {
  const D = inputSize({ shape })
  const candidates = closest(split, image, Math.max(count, closer))
  return candidates.map((index) => {
    const other = unitImageOf(split.images.subarray(index * D, (index + 1) * D))
    return { index, label: split.labels[index]!, distance: distanceBetween(image, other, shape) }
  }).sort((a, b) => a.distance - b.distance || a.index - b.index).slice(0, count)
}

/** Indices of the images with the smallest Euclidean distance, nearest first: ‖x − t‖² = ‖x‖² − 2 x·t + ‖t‖². */
function closest(split: Images, image: Float32Array, most: number): readonly number[] {
  const { count, images } = split
  const D = images.length / count
  const squares = squaresOf(split)
  const inked = Uint32Array.from([...image.keys()].filter(d => image[d] !== 0)) // most of a digit is paper
  const x = Float64Array.from(inked, d => 2 * largestByte * image[d]!)
  const found: { readonly index: number, readonly distance: number }[] = []
  let limit = Infinity
  for (let n = 0; n < count; n++) {
    const from = n * D
    let distance = squares[n]!
    for (let i = 0; i < x.length; i++) distance -= x[i]! * images[from + inked[i]!]!
    if (distance >= limit) continue
    let at = found.length
    while (at > 0 && found[at - 1]!.distance > distance) at--
    found.splice(at, 0, { index: n, distance })
    if (found.length > most) found.pop()
    if (found.length === most) limit = found.at(-1)!.distance
  }
  return found.map(({ index }) => index)
}

/**
 * How far apart two images are when every pixel may be displaced by one: each pixel is compared with the nine pixels around its
 * place in the other image, and the squares of the smallest differences are added up, in both directions.
 * @param a and b: channels × rows × columns, 0 to 1
 * @source Keysers, Deselaers, Gollan, Ney, "Deformation models for image recognition", 2007 (the image distortion model)
 */
export const distanceBetween = (a: Float32Array, b: Float32Array, shape: Shape): number => Math.sqrt(unexplained(a, b, shape) + unexplained(b, a, shape))

/** Sum of squares of what one image has that the other one has nowhere near. Beyond the edge is paper. */
function unexplained(image: Float32Array, other: Float32Array, [channels, rows, columns]: Shape): number {
  let sum = 0
  for (let c = 0; c < channels; c++) for (let y = 0; y < rows; y++) for (let x = 0; x < columns; x++) {
    const at = (c * rows + y) * columns
    const value = image[at + x]!
    let least = Infinity
    for (let v = y - 1; v <= y + 1; v++) for (let u = x - 1; u <= x + 1; u++) {
      const there = v < 0 || u < 0 || v >= rows || u >= columns ? 0 : other[(c * rows + v) * columns + u]!
      const difference = Math.abs(value - there)
      if (difference < least) least = difference
    }
    sum += least * least
  }
  return sum
}

/**
 * The mean image of a class.
 * @returns channels × rows × columns, 0 to 1; null when the class has no images
 */
export function meanImage({ count, images, labels }: Images, label: number): Float32Array | null {
  const D = images.length / count
  const sums = new Float64Array(D)
  let members = 0
  for (let n = 0; n < count; n++) {
    if (labels[n] !== label) continue
    members++
    for (let d = 0; d < D; d++) sums[d]! += images[n * D + d]!
  }
  return members === 0 ? null : Float32Array.from(sums, sum => sum / members / largestByte)
}
