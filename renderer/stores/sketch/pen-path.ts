import { type Point, widthOf } from '@core'

/**
 * As a fraction of the paper's sides, a fortieth of MNIST's pixel: a point nearer to the one before adds nothing to what is seen.
 * Even a digit of a quarter of the paper's height, which is enlarged for the network, moves by less than a tenth of a pixel.
 */
export const leastGap = 1 / (28 * 40)
/** A change of the pen's width that is kept although the pen rests */
const leastWidening = 0.1

/**
 * The way of a pen from touching the paper to lifting. Only what lies on the paper is kept: where the pen leaves it, a
 * part ends at the edge, and where it comes back another one begins.
 */
export class PenPath {
  /** The strokes so far; the last one grows. */
  readonly parts: Point[][] = []
  /** Where the pen was last, on or off the paper */
  private at: Point
  /** Whether the last point was too near to the one before it */
  private isLeftOut = false

  constructor(first: Point) {
    this.at = first
    if (isOn(first)) this.parts.push([first])
  }

  move(points: readonly Point[]): void {
    for (const point of points) this.to(point)
  }

  /** The pen is lifted: its last point is kept, however near. */
  end(): void {
    if (this.isLeftOut) this.parts.at(-1)!.push(this.at)
    this.isLeftOut = false
  }

  private to(point: Point): void {
    const from = this.at
    this.at = point
    const inside = onPaper(from, point)
    if (!inside) return
    const [enters, leaves] = inside
    if (enters > 0) this.parts.push([between(from, point, enters)])
    else if (this.parts.length === 0) this.parts.push([from])
    if (leaves === 1) return this.add(point)
    this.isLeftOut = false
    this.parts.at(-1)!.push(between(from, point, leaves))
  }

  private add(point: Point): void {
    const part = this.parts.at(-1)!
    const before = part.at(-1)!
    const isNear = Math.max(Math.abs(point.x - before.x), Math.abs(point.y - before.y)) < leastGap && Math.abs(widthOf(point) - widthOf(before)) < leastWidening
    this.isLeftOut = isNear && (point.x !== before.x || point.y !== before.y)
    if (!isNear) part.push(point)
  }
}

const isOn = ({ x, y }: Point): boolean => x >= 0 && x <= 1 && y >= 0 && y <= 1

function between(from: Point, to: Point, share: number): Point {
  const at = { x: from.x + share * (to.x - from.x), y: from.y + share * (to.y - from.y) }
  return from.width === undefined && to.width === undefined ? at : { ...at, width: widthOf(from) + share * (widthOf(to) - widthOf(from)) }
}

/**
 * The part of a line that lies on the paper, as fractions of the way; null if none does.
 * @source Liang and Barsky, "A new concept and method for line clipping", 1984
 */
function onPaper(from: Point, to: Point): readonly [enters: number, leaves: number] | null {
  let [enters, leaves] = [0, 1]
  for (const [start, way] of [[from.x, to.x - from.x], [from.y, to.y - from.y]] as const) {
    if (way === 0 && (start < 0 || start > 1)) return null
    if (way === 0) continue
    const [a, b] = [-start / way, (1 - start) / way]
    enters = Math.max(enters, Math.min(a, b))
    leaves = Math.min(leaves, Math.max(a, b))
  }
  return enters <= leaves ? [enters, leaves] : null
}
