import { digitOfStrokes, drawLine, preprocessDigit, smooth } from '@core'
import { type Sketch, thickness } from './strokes'

/** Pixels of the sheet for each of a test image's: fine enough for strokes upon it, cheap enough for every move. */
const detail = 5
const side = 28 * detail

/**
 * What a network sees of a drawing. Strokes are brought to a digit's size as lines; upon a test image they are ink as it is.
 * @returns 28×28, 0 to 1, made as MNIST's were; a test image alone as it is; null while the paper is blank
 */
export function seenOf({ base, strokes }: Sketch): Float32Array | null {
  if (!base) return digitOfStrokes(strokes)
  if (strokes.length === 0) return base.image
  const ink = Float32Array.from({ length: side * side }, (_, i) => base.image[Math.floor(i / side / detail) * 28 + Math.floor(i % side / detail)]!)
  for (const stroke of strokes) drawLine(ink, side, smooth(stroke.map(({ x, y }) => ({ x: x * side, y: y * side }))), thickness * side)
  return preprocessDigit(ink, side, side)
}
