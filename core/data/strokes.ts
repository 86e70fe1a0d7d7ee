import { preprocessDigit } from './digit'

/** A point of the paper, both from 0 to 1. */
export interface Point { readonly x: number, readonly y: number }
export type Stroke = readonly Point[]

/**
 * Thickness of MNIST's strokes in pixels of its 28×28. Measured over the first 1,000 test images it is 2.27 on average (a tenth
 * below 1.57, a tenth above 3.13), by a measure that finds lines of known thickness 0.1 too thin: `test/core/data/thickness.ts`.
 */
export const mnistThickness = 2.4

/** A drawing smaller than this fraction of the paper is a dot: it is not enlarged to a digit's size. */
const leastExtent = 0.04
/** The box that MNIST's digits are fitted into */
const box = 20
/** Pixels of the sheet for each of MNIST's, and of its side: the box with room around it */
const detail = 7
const sheetSide = 28 * detail

/**
 * What a network sees of strokes: they are brought to a digit's size as the lines that they are, and drawn at MNIST's
 * thickness then. So a small drawing does not become a blob, nor a large one a hair.
 * @returns 28×28, 0 to 1; null without a point
 */
export function digitOfStrokes(strokes: readonly Stroke[]): Float32Array | null {
  const points = strokes.flat()
  if (points.length === 0) return null
  const [left, right] = extent(points, ({ x }) => x)
  const [top, bottom] = extent(points, ({ y }) => y)
  const size = (box - mnistThickness) * detail / Math.max(right - left, bottom - top, leastExtent)
  const place = ({ x, y }: Point): Point => ({ x: sheetSide / 2 + (x - (left + right) / 2) * size, y: sheetSide / 2 + (y - (top + bottom) / 2) * size })
  const ink = new Float32Array(sheetSide ** 2)
  for (const stroke of strokes) drawLine(ink, sheetSide, smooth(stroke.map(place)), mnistThickness * detail)
  // a mark that is no digit keeps its size; a digit's box is 20×20 by now, give or take its soft edge
  return Math.max(right - left, bottom - top) < leastExtent ? shrink(ink) : preprocessDigit(ink, sheetSide, sheetSide)
}

/**
 * Draws a line of round ends and soft edges.
 * @param ink side × side, 0 to 1; existing ink stays where it is darker
 * @param line points in the sheet's pixels; a single one is a dot
 * @param thickness in the sheet's pixels
 */
export function drawLine(ink: Float32Array, side: number, line: readonly Point[], thickness: number): void {
  line.forEach((from, i) => {
    const to = line[i + 1] ?? (line.length === 1 ? from : undefined)
    if (to) drawSegment(ink, side, from, to, thickness / 2)
  })
}

function drawSegment(ink: Float32Array, side: number, from: Point, to: Point, radius: number): void {
  const [dx, dy] = [to.x - from.x, to.y - from.y]
  const within = (a: number, b: number): readonly [number, number] => [Math.max(0, Math.floor(Math.min(a, b) - radius - 1)), Math.min(side - 1, Math.ceil(Math.max(a, b) + radius + 1))]
  const [left, right] = within(from.x, to.x)
  const [top, bottom] = within(from.y, to.y)
  for (let y = top; y <= bottom; y++) for (let x = left; x <= right; x++) {
    const along = Math.min(1, Math.max(0, ((x + 0.5 - from.x) * dx + (y + 0.5 - from.y) * dy) / (dx * dx + dy * dy || 1)))
    const [u, v] = [x + 0.5 - from.x - along * dx, y + 0.5 - from.y - along * dy]
    const distance = Math.sqrt(u * u + v * v) // hypot takes ten times as long
    const i = y * side + x
    ink[i] = Math.max(ink[i]!, Math.min(1, Math.max(0, radius + 0.5 - distance)))
  }
}

/**
 * Short lines along the curve that the paper shows: each point bends the way between its neighbours' middles.
 * @param stroke in the sheet's pixels
 */
export function smooth(stroke: Stroke): Point[] {
  const [first, ...rest] = stroke
  if (!first) return []
  const line = [first]
  rest.forEach((point, i) => {
    const after = rest[i + 1]
    const from = line.at(-1)!
    const to = after ? { x: (point.x + after.x) / 2, y: (point.y + after.y) / 2 } : point
    const steps = Math.abs(to.x - from.x) + Math.abs(to.y - from.y) < straight ? 1 : bendSteps
    for (let step = 1; step <= steps; step++) {
      const t = step / steps
      const [a, b, c] = [(1 - t) ** 2, 2 * t * (1 - t), t ** 2]
      line.push({ x: a * from.x + b * point.x + c * to.x, y: a * from.y + b * point.y + c * to.y })
    }
  })
  return line
}
const bendSteps = 6
/** Pixels: where a pen's points lie as near as this, no bend is seen between them. */
const straight = 4

/** The sheet as 28×28, each pixel the mean of its part. */
function shrink(ink: Float32Array): Float32Array {
  const out = new Float32Array(28 * 28)
  for (let y = 0; y < sheetSide; y++) for (let x = 0; x < sheetSide; x++) out[Math.floor(y / detail) * 28 + Math.floor(x / detail)]! += ink[y * sheetSide + x]! / detail ** 2
  return out
}

function extent(points: readonly Point[], of: (point: Point) => number): readonly [number, number] {
  let [least, most] = [Infinity, -Infinity]
  for (const point of points) {
    least = Math.min(least, of(point))
    most = Math.max(most, of(point))
  }
  return [least, most]
}
