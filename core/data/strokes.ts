import { allSteps, digitBox, fitDigit, type FittedDigit, type StepsOff } from './digit'
import { digitSide } from './mnist'

/** A point on the paper; both coordinates from 0 to 1. */
export interface Point {
  readonly x: number
  readonly y: number
  /** Width of the pen here, relative to the usual pen: the chosen width times the pressure; 1 if omitted */
  readonly width?: number
}
export type Stroke = readonly Point[]

/**
 * Stroke thickness of MNIST in pixels of 28×28. Over the first 1,000 test images it is 2.27 on average (10th percentile
 * 1.57, 90th 3.13), by a measure that is 0.1 too low for lines of known thickness: `test/core/data/thickness.ts`.
 */
export const mnistThickness = 2.4

/** A drawing smaller than this fraction of the paper is a dot, and not enlarged to the size of a digit. */
const leastExtent = 0.04
/** Resolution of the sheet: pixels per pixel of MNIST */
const detail = 7
const sheetSide = digitSide * detail

/**
 * Renders strokes as a network's input: scaled to the size of a digit as lines, then drawn with MNIST's thickness, so that a
 * small drawing does not become a blob, nor a large one a hairline.
 * @returns 28×28, 0 to 1; null without points
 */
export const digitOfStrokes = (strokes: readonly Stroke[]): Float32Array | null => fitStrokes(strokes)?.image ?? null

/**
 * The same, with its intermediate results; steps may be left out. Without 'crop' the whole paper is scaled, with what lies beyond it
 * cut off; without 'scale' the lines are stretched over all of 28×28, and without 'centre' they are placed in the middle.
 */
export function fitStrokes(strokes: readonly Stroke[], off: StepsOff = allSteps): FittedDigit | null {
  const points = strokes.flat()
  if (points.length === 0) return null
  if (off.has('crop')) {
    const side = (off.has('scale') ? digitSide : digitBox) * detail
    return fitDigit(sheetOf(strokes, side, ({ x, y }) => ({ x: x * side, y: y * side })), side, side, off)
  }
  const [left, right] = extent(points, ({ x }) => x)
  const [top, bottom] = extent(points, ({ y }) => y)
  const [width, height] = [right - left, bottom - top]
  const isDot = Math.max(width, height) < leastExtent
  const size = (digitBox - mnistThickness) * detail / Math.max(width, height, leastExtent)
  const isStretched = off.has('scale') && !isDot
  const stretched = (length: number): number => isStretched ? (digitSide - mnistThickness) * detail / Math.max(length, leastExtent) : size
  const [across, down] = [stretched(width), stretched(height)]
  const ink = sheetOf(strokes, sheetSide, ({ x, y }) => ({ x: sheetSide / 2 + (x - (left + right) / 2) * across, y: sheetSide / 2 + (y - (top + bottom) / 2) * down }))
  // a dot keeps its size; a digit already fits 20×20, except for its soft edge
  return isDot ? shrink(ink) : fitDigit(ink, sheetSide, sheetSide, off)
}

/** Draws strokes with MNIST's thickness. @param side of the sheet, in its pixels */
function sheetOf(strokes: readonly Stroke[], side: number, place: (point: Point) => Point): Float32Array {
  const ink = new Float32Array(side * side)
  for (const stroke of strokes) drawLine(ink, side, smooth(stroke.map(point => ({ ...point, ...place(point) }))), mnistThickness * detail)
  return ink
}

/**
 * Draws a line with round caps and soft edges.
 * @param ink width × height, 0 to 1; the darker of old and new ink is kept
 * @param line points in pixels of the sheet; a single point is a dot
 * @param thickness in pixels of the sheet, where the pen has its usual width
 */
export function drawLine(ink: Float32Array, width: number, line: readonly Point[], thickness: number): void {
  line.forEach((from, i) => {
    const to = line[i + 1] ?? (line.length === 1 ? from : undefined)
    if (to) drawSegment(ink, width, from, to, thickness / 2 * widthOf(from), thickness / 2 * widthOf(to))
  })
}

/** @returns width of the pen at a point, relative to the usual pen */
export const widthOf = ({ width = 1 }: Point): number => width

/** The radius changes evenly from one end to the other. */
function drawSegment(ink: Float32Array, width: number, from: Point, to: Point, radius: number, endRadius: number): void {
  const height = ink.length / width
  const [dx, dy] = [to.x - from.x, to.y - from.y]
  const squared = dx * dx + dy * dy || 1
  const reach = Math.max(radius, endRadius) + 1
  const first = Math.max(0, Math.floor(Math.min(from.y, to.y) - reach))
  const last = Math.min(height - 1, Math.ceil(Math.max(from.y, to.y) + reach))
  for (let y = first; y <= last; y++) {
    // Only the pixels near the part of the line that crosses this row: few of them on a long diagonal
    const [u, v] = dy === 0 ? [0, 1] : [(y + 0.5 - reach - from.y) / dy, (y + 0.5 + reach - from.y) / dy]
    const [a, b] = [from.x + clamp(u) * dx, from.x + clamp(v) * dx]
    const left = Math.max(0, Math.floor(Math.min(a, b) - reach))
    const right = Math.min(width - 1, Math.ceil(Math.max(a, b) + reach))
    for (let x = left; x <= right; x++) {
      const i = y * width + x
      if (ink[i] === 1) continue // many points are close to each other
      const along = clamp(((x + 0.5 - from.x) * dx + (y + 0.5 - from.y) * dy) / squared)
      const [across, down] = [x + 0.5 - from.x - along * dx, y + 0.5 - from.y - along * dy]
      const distance = Math.sqrt(across * across + down * down) // Math.hypot is ten times as slow
      ink[i] = Math.max(ink[i]!, Math.min(1, Math.max(0, radius + along * (endRadius - radius) + 0.5 - distance)))
    }
  }
}

const clamp = (value: number): number => Math.min(1, Math.max(0, value))

/**
 * Smooths a stroke: quadratic Bézier curves from midpoint to midpoint, with the points as control points, as short lines.
 * @param stroke in pixels of the sheet
 * @param bends short lines for each curve
 */
export function smooth(stroke: Stroke, bends = bendSteps): Point[] {
  const [first, ...rest] = stroke
  if (!first) return []
  const line = [first]
  rest.forEach((point, i) => {
    const after = rest[i + 1]
    const from = line.at(-1)!
    const to = after ? middleOf(point, after) : point
    const steps = stroke.length > mostBends || Math.abs(to.x - from.x) + Math.abs(to.y - from.y) < straight ? 1 : bends
    for (let step = 1; step <= steps; step++) {
      const t = step / steps
      const [a, b, c] = [(1 - t) ** 2, 2 * t * (1 - t), t ** 2]
      const at = { x: a * from.x + b * point.x + c * to.x, y: a * from.y + b * point.y + c * to.y }
      line.push(point.width === undefined ? at : { ...at, width: a * widthOf(from) + b * point.width + c * widthOf(to) })
    }
  })
  return line
}

/** @returns the point between two neighbours, where the curve of one ends and that of the next begins */
export function middleOf(point: Point, after: Point): Point {
  const middle = { x: (point.x + after.x) / 2, y: (point.y + after.y) / 2 }
  return point.width === undefined && after.width === undefined ? middle : { ...middle, width: (widthOf(point) + widthOf(after)) / 2 }
}

const bendSteps = 6
/** A stroke of more points is drawn straight from midpoint to midpoint: its bends are lost in the ink, and take six times as long. */
const mostBends = 2000
/** In pixels: between points closer than this, a bend is not visible. */
const straight = 4

/** Downsamples the sheet to 28×28; each pixel is a mean. */
function shrink(ink: Float32Array): FittedDigit {
  const image = new Float32Array(digitSide * digitSide)
  for (let y = 0; y < sheetSide; y++) for (let x = 0; x < sheetSide; x++) image[Math.floor(y / detail) * digitSide + Math.floor(x / detail)]! += ink[y * sheetSide + x]! / detail ** 2
  return { image, box: { left: 0, top: 0, width: sheetSide, height: sheetSide }, small: image, columns: digitSide, rows: digitSide, left: 0, top: 0 }
}

function extent(points: readonly Point[], of: (point: Point) => number): readonly [number, number] {
  let [least, most] = [Infinity, -Infinity]
  for (const point of points) {
    least = Math.min(least, of(point))
    most = Math.max(most, of(point))
  }
  return [least, most]
}
