import type { DatasetInfo } from './dataset'
import type { StepsOff } from './digit'
import { inkOf } from './ink'
import { darkness, resizePicture } from './picture'
import { resize } from './resize'
import { drawLine, smooth, type Stroke } from './strokes'

/** A dataset's image that lies on the paper and covers it. */
export interface ImageBase {
  readonly kind?: never
  /** Id of its dataset */
  readonly dataset: string
  readonly shape: DatasetInfo['shape']
  /** rows × columns, 0 to 1 */
  readonly image: Float32Array
  /** Part of it was erased: it is no longer the dataset's. */
  readonly isErased?: true
}

/** A picture that lies in the middle of the paper, as large as possible. */
export interface PictureBase {
  readonly kind: 'picture'
  readonly width: number
  readonly height: number
  /** width × height × 4 bytes */
  readonly rgba: Uint8ClampedArray
  /** How much of it is taken for ink, 0 to 1; 0.5 is automatic */
  readonly sensitivity: number
  /** width × height: 1 where the eraser was, which counts as paper */
  readonly erased?: Uint8Array
}

/** What lies on the paper. */
export interface Drawn {
  readonly base: ImageBase | PictureBase | null
  readonly strokes: readonly Stroke[]
  /** Thickness of the lines as a fraction of the paper's shorter side */
  readonly pen: number
}

/** Ink on a sheet of pixels: width × height, 0 (paper) to 1 (ink). */
export interface Sheet { readonly ink: Float32Array, readonly width: number, readonly height: number }

/** Subpixels per pixel and axis of the paper: fine enough for strokes, cheap enough for every pointer move. */
const detail = 5
/** A small image's paper has at least this many subpixels along its longer side. */
const leastSide = 140
/** A picture is drawn over on a paper of this width and height. */
const pictureSide = 280

/**
 * The ink on the paper: the image or picture below, magnified, and the strokes on top.
 * @param shape of the dataset's images, which have the paper's proportions
 * @param below the picture's ink, if not as it is found
 */
export function paperOf({ base, strokes, pen }: Drawn, [, rows, columns]: DatasetInfo['shape'], below?: Float32Array): Sheet {
  const least = base?.kind === 'picture' ? pictureSide : leastSide
  const scale = Math.max(detail, Math.ceil(least / Math.max(rows, columns)))
  const [width, height] = [columns * scale, rows * scale]
  const ink = new Float32Array(width * height)
  if (base?.kind === 'picture') layDown({ ink, width, height }, { ink: below ?? inkOfPicture(base), width: base.width, height: base.height })
  else if (base) {
    const [, baseRows, baseColumns] = base.shape
    for (let i = 0; i < ink.length; i++) ink[i] = base.image[Math.floor(Math.floor(i / width) / height * baseRows) * baseColumns + Math.floor(i % width / width * baseColumns)]!
  }
  const line = Math.max(1, pen * Math.min(width, height))
  for (const stroke of strokes) drawLine(ink, width, smooth(stroke.map(point => ({ ...point, x: point.x * width, y: point.y * height }))), line)
  return { ink, width, height }
}

/** Where a picture stands on the paper, in the units of the paper's size: as large as possible, in the middle. */
export function fitted(picture: Size, paper: Size): Size & { readonly left: number, readonly top: number } {
  const scale = Math.min(paper.width / picture.width, paper.height / picture.height)
  const [width, height] = [picture.width * scale, picture.height * scale]
  return { left: (paper.width - width) / 2, top: (paper.height - height) / 2, width, height }
}
export interface Size { readonly width: number, readonly height: number }

/** Copies a picture's ink to its place on the paper. */
function layDown(paper: Sheet, picture: Sheet): void {
  const at = fitted(picture, paper)
  const [left, top, width, height] = [at.left, at.top, at.width, at.height].map(Math.round) as [number, number, number, number]
  if (width < 1 || height < 1) return
  const small = scaledTo(picture, width, height)
  for (let y = 0; y < height; y++) paper.ink.set(small.subarray(y * width, (y + 1) * width), (top + y) * paper.width + left)
}

/** A sheet's ink on another number of pixels; each is the mean of the area that it covers. Rounding may take a mean of ones slightly above 1. */
export const scaledTo = ({ ink, width, height }: Sheet, columns: number, rows: number): Float32Array =>
  resize(ink, width, { left: 0, top: 0, width, height }, columns, rows).map(value => Math.min(1, value))

/** Ink of the picture that was asked about last; it is asked for with every stroke on top. */
const found = new WeakMap<Uint8ClampedArray, { readonly sensitivity: number, readonly ink: Float32Array }>()

/** What is taken for ink in a picture: width × height, 0 to 1. */
export function inkOfPicture({ rgba, width, height, sensitivity, erased }: PictureBase): Float32Array {
  const known = found.get(rgba)
  const ink = known?.sensitivity === sensitivity ? known.ink : inkOf(rgba, width, height, sensitivity)
  if (ink !== known?.ink) found.set(rgba, { sensitivity, ink })
  return withoutErased(ink, erased)
}

const withoutErased = (ink: Float32Array, erased: Uint8Array | undefined): Float32Array => erased ? ink.map((value, i) => erased[i] === 1 ? 0 : value) : ink

/** A picture as it is: what is dark counts as ink, however much of it there is. Transparent pixels are white. */
export const darknessOf = ({ rgba, width, height, erased }: PictureBase): Float32Array => withoutErased(darkness(rgba, width, height), erased)

/** A picture's ink, or with the step left out its darkness. */
export const inkBelow = (base: PictureBase, off: StepsOff): Float32Array => off.has('ink') ? darknessOf(base) : inkOfPicture(base)

/** A picture that covers the paper, for images that are not digits: only resized. What was erased is transparent. */
export function resizedBelow({ rgba, width, height, erased }: PictureBase, dataset: Pick<DatasetInfo, 'shape' | 'preprocessing'>): Float32Array {
  const kept = erased ? rgba.map((value, i) => erased[i >> 2] === 1 ? 0 : value) : rgba
  return resizePicture(kept, width, height, dataset)
}
