import { digitOfStrokes, drawLine, preprocessDigit, smooth } from '@core'
import { type Sketch, thickness } from './strokes'

/**
 * Subpixels per pixel and axis of a test image: fine enough for strokes on top, cheap enough for every pointer move.
 */
const detail = 5
const side = 28 * detail

/**
 * The network's input for a drawing. Strokes alone are scaled to the size of a digit before they are rasterized; on a
 * test image they are drawn where they are.
 * @returns 28×28, 0 to 1, preprocessed like MNIST; a test image alone unchanged; null while the paper is blank
 */
export function seenOf({ base, strokes }: Sketch): Float32Array | null {
  if (!base) return digitOfStrokes(strokes)
  if (strokes.length === 0) return base.image
  const ink = Float32Array.from({ length: side * side }, (_, i) => base.image[Math.floor(i / side / detail) * 28 + Math.floor(i % side / detail)]!)
  for (const stroke of strokes) drawLine(ink, side, smooth(stroke.map(({ x, y }) => ({ x: x * side, y: y * side }))), thickness * side)
  return preprocessDigit(ink, side, side)
}
