import { type DatasetInfo, digitOfStrokes, drawLine, preprocessDigit, resize, smooth } from '@core'
import { type Sketch, thickness } from './strokes'

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
  if (strokes.length === 0 && base.dataset === id) return base.image
  const paper = paperOf({ base, strokes }, shape)
  return isDigit ? preprocessDigit(paper.ink, paper.width, paper.height) : resized(paper, shape)
}

interface Paper { readonly ink: Float32Array, readonly width: number, readonly height: number }

/** The ink on the paper: the test image, magnified, and the strokes on top. */
function paperOf({ base, strokes }: Sketch, [, rows, columns]: DatasetInfo['shape']): Paper {
  const scale = Math.max(detail, Math.ceil(leastSide / Math.max(rows, columns)))
  const [width, height] = [columns * scale, rows * scale]
  const ink = new Float32Array(width * height)
  if (base) {
    const [, baseRows, baseColumns] = base.shape
    for (let i = 0; i < ink.length; i++) ink[i] = base.image[Math.floor(Math.floor(i / width) / height * baseRows) * baseColumns + Math.floor(i % width / width * baseColumns)]!
  }
  const line = Math.max(1, thickness * Math.min(width, height))
  for (const stroke of strokes) drawLine(ink, width, smooth(stroke.map(({ x, y }) => ({ x: x * width, y: y * height }))), line)
  return { ink, width, height }
}

/** Each pixel is the mean of the area that it covers; rounding may take a mean of ones slightly above 1. */
const resized = ({ ink, width, height }: Paper, [, rows, columns]: DatasetInfo['shape']): Float32Array =>
  resize(ink, width, { left: 0, top: 0, width, height }, columns, rows).map(value => Math.min(1, value))
