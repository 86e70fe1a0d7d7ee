/** Two ends, in numbers or in pixels; the second may be the smaller one. */
export type Ends = readonly [from: number, to: number]

/** A point of a curve, in numbers. */
export interface Point { readonly x: number, readonly y: number }

/** Where numbers stand in a plot. */
export interface PlotArea {
  readonly xEnds: Ends
  readonly yEnds: Ends
  /** Edges in pixels of the picture */
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
  x: (value: number) => number
  y: (value: number) => number
  /** The number at a place on the horizontal axis */
  xAt: (pixel: number) => number
}

const mapped = ([from, to]: Ends, [start, end]: Ends) => (value: number): number => start + (value - from) / (to - from) * (end - start)

/** @param edges in pixels @param ends of both axes, in numbers */
export function plotArea(edges: Pick<PlotArea, 'left' | 'right' | 'top' | 'bottom'>, { xEnds, yEnds }: Pick<PlotArea, 'xEnds' | 'yEnds'>): PlotArea {
  const { left, right, top, bottom } = edges
  return { ...edges, xEnds, yEnds, x: mapped(xEnds, [left, right]), y: mapped(yEnds, [bottom, top]), xAt: mapped([left, right], xEnds) }
}

/** The smallest of 1, 2, 5, 10, … (times a power of ten) that is at least this large. */
export function niceStep(size: number): number {
  const power = 10 ** Math.floor(Math.log10(size))
  const factor = [1, 2, 5, 10].find(factor => factor * power >= size * (1 - 1e-9))!
  return Number((factor * power).toPrecision(3))
}

/** A number on the grid of a step, without binary rounding errors: 0.3, not 0.30000000000000004. */
export function onGrid(value: number, step: number): number {
  const decimals = Math.max(0, Math.ceil(-Math.log10(step) - 1e-9))
  return Number((Math.round(value / step) * step).toFixed(decimals)) + 0
}

/** Round numbers along an axis, at least two: one alone tells no scale. @param most the count that fits */
export function ticksOf([from, to]: Ends, most: number): number[] {
  const size = (to - from) / Math.max(1, most)
  const gridOf = (step: number) => {
    const first = Math.ceil(from / step - 1e-9)
    return { step, first, count: Math.floor(to / step + 1e-9) - first + 1 }
  }
  const grids = [1, 2, 4, 8].map(finer => gridOf(niceStep(size / finer)))
  const { step, first, count } = grids.find(({ count }) => count >= 2) ?? grids[0]!
  return Array.from({ length: count }, (_, i) => onGrid((first + i) * step, step))
}

/** Samples of a function along an axis; its ends are among them. */
export function samplesOf(f: (x: number) => number, [from, to]: Ends, count = 200): readonly Point[] {
  return Array.from({ length: count + 1 }, (_, i) => {
    const x = from + (to - from) * i / count
    return { x, y: f(x) }
  })
}

/** Ends of a vertical axis that shows these points and 0, with some room at both ends. */
export function endsOf(points: readonly Point[]): Ends {
  const values = [0, ...points.map(({ y }) => y)]
  const [least, most] = [Math.min(...values), Math.max(...values)]
  const room = 0.08 * (most - least || 1)
  return [least - room, most + room]
}

/** An SVG path through points. */
export const pathOf = (points: readonly Point[], { x, y }: Pick<PlotArea, 'x' | 'y'>): string =>
  points.map((point, i) => `${i ? 'L' : 'M'}${x(point.x).toFixed(2)} ${y(point.y).toFixed(2)}`).join('')

/** Both ends of a straight line, as far as the plot is wide. @param xEnds only a part of it */
export const lineThrough = ({ x, y }: Point, slope: number, [from, to]: Ends): readonly [Point, Point] =>
  [{ x: from, y: y + slope * (from - x) }, { x: to, y: y + slope * (to - x) }]
