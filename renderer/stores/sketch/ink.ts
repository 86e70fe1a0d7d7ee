import { middleOf, type Point, type Size, type Stroke, widthOf } from '@core'
import { thickness } from './strokes'

/** The part of a canvas context that strokes are drawn with. */
export type Pen = Pick<CanvasRenderingContext2D, 'strokeStyle' | 'lineWidth' | 'lineCap' | 'lineJoin' | 'beginPath' | 'moveTo' | 'lineTo' | 'quadraticCurveTo' | 'stroke'>

/** On which paper, and in which colour */
export interface Ink {
  /** Of the paper, in the pen's pixels */
  readonly size: Size
  readonly colour: string
}

/** Of a stroke of n points: the curves of the points 1 … n - 2 are final; that of the last one changes with the next point. */
export const finalCurves = (stroke: Stroke): number => Math.max(0, stroke.length - 2)

/**
 * Draws a stroke, or a part of it, as a smooth round line: quadratic curves between the midpoints of neighbouring points.
 * @param part.from curves that are there already
 * @param part.to curves that there shall be; by default all, with the last one
 */
export function inkPart(pen: Pen, stroke: Stroke, { size, colour }: Ink, { from = 0, to = Math.max(1, stroke.length - 1) }: { readonly from?: number, readonly to?: number } = {}): void {
  const [first] = stroke
  if (!first || from >= to) return
  pen.strokeStyle = colour
  pen.lineCap = pen.lineJoin = 'round'
  const place = ({ x, y }: Point): readonly [number, number] => [x * size.width, y * size.height]
  const widthAt = (i: number): number => thickness * Math.min(size.width, size.height) * widthOf(stroke[i] ?? first)
  // a line of length 0 with round caps is a dot
  if (stroke.length === 1) {
    pen.lineWidth = widthAt(0)
    pen.beginPath()
    pen.moveTo(...place(first))
    pen.lineTo(...place(first))
    return pen.stroke()
  }
  for (let i = from + 1; i <= to; i++) {
    if (i === from + 1 || widthAt(i) !== widthAt(i - 1)) {
      pen.lineWidth = widthAt(i)
      pen.beginPath()
      pen.moveTo(...place(i === 1 ? first : middleOf(stroke[i - 1]!, stroke[i]!)))
    }
    const point = stroke[i]!
    const after = stroke[i + 1]
    pen.quadraticCurveTo(...place(point), ...place(after ? middleOf(point, after) : point))
    if (i === to || widthAt(i + 1) !== widthAt(i)) pen.stroke()
  }
}
