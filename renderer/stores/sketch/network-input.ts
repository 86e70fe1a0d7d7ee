import { type DatasetInfo, digitOfStrokes, drawLine, inkOf, preprocessDigit, resize, smooth } from '@core'
import { fitted, type PaperPicture, type Sketch, thickness } from './strokes'

/** Subpixels per pixel and axis of the paper: fine enough for strokes, cheap enough for every pointer move. */
const detail = 5
/** A small image's paper has at least this many subpixels along its longer side. */
const leastSide = 140

/** The part of a dataset's description that says how a drawing becomes one of its images. */
export type Preparation = Pick<DatasetInfo, 'id' | 'shape' | 'preprocessing'>

/**
 * A drawing as an image of a dataset. A digit that is drawn by hand is scaled to the size of a digit before it is
 * rasterized; any other drawing stays where it is on the paper.
 * @returns rows × columns, 0 to 1; an image of the dataset alone unchanged; null while the paper is blank
 */
export function seenOf({ base, strokes }: Sketch, { id, shape, preprocessing }: Preparation): Float32Array | null {
  const isDigit = preprocessing === 'digit'
  if (!base) return strokes.length === 0 ? null : isDigit ? digitOfStrokes(strokes) : resized(paperOf({ base, strokes }, shape), shape)
  if (strokes.length === 0 && base.kind !== 'picture' && base.dataset === id) return base.image
  const paper = paperOf({ base, strokes }, shape)
  return isDigit ? preprocessDigit(paper.ink, paper.width, paper.height) : resized(paper, shape)
}

interface Paper { readonly ink: Float32Array, readonly width: number, readonly height: number }

/** The ink on the paper: the image or picture below, magnified, and the strokes on top. */
function paperOf({ base, strokes }: Sketch, [, rows, columns]: DatasetInfo['shape']): Paper {
  const scale = Math.max(detail, Math.ceil(leastSide / Math.max(rows, columns)))
  const [width, height] = [columns * scale, rows * scale]
  const ink = new Float32Array(width * height)
  if (base?.kind === 'picture') inkPicture(ink, { width, height }, base)
  else if (base) {
    const [, baseRows, baseColumns] = base.shape
    for (let i = 0; i < ink.length; i++) ink[i] = base.image[Math.floor(Math.floor(i / width) / height * baseRows) * baseColumns + Math.floor(i % width / width * baseColumns)]!
  }
  const line = Math.max(1, thickness * Math.min(width, height))
  for (const stroke of strokes) drawLine(ink, width, smooth(stroke.map(point => ({ ...point, x: point.x * width, y: point.y * height }))), line)
  return { ink, width, height }
}

/** Copies the ink of a picture to its place on the paper. */
function inkPicture(ink: Float32Array, paper: Pick<Paper, 'width' | 'height'>, picture: PaperPicture): void {
  const found = inkOf(picture.rgba, picture.width, picture.height)
  const at = fitted(picture, paper)
  const [left, top, width, height] = [at.left, at.top, at.width, at.height].map(Math.round) as [number, number, number, number]
  if (width < 1 || height < 1) return
  const small = resize(found, picture.width, { left: 0, top: 0, width: picture.width, height: picture.height }, width, height)
  for (let y = 0; y < height; y++) ink.set(small.subarray(y * width, (y + 1) * width), (top + y) * paper.width + left)
}

/** Each pixel is the mean of the area that it covers; rounding may take a mean of ones slightly above 1. */
const resized = ({ ink, width, height }: Paper, [, rows, columns]: DatasetInfo['shape']): Float32Array =>
  resize(ink, width, { left: 0, top: 0, width, height }, columns, rows).map(value => Math.min(1, value))
