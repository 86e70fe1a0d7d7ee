import type { Box, Point } from '../../../renderer/graph/layout/geometry'

/** Points on a path of M, L and C commands: the ends of its segments, and twenty along each curve. */
export function pointsOn(path: string): Point[] {
  const points: Point[] = []
  for (const [, command, numbers = ''] of path.matchAll(/([MLC])([^MLC]*)/g)) {
    const n = numbers.trim().split(/\s+/).map(Number)
    const from = points.at(-1)
    const to = { x: n.at(-2)!, y: n.at(-1)! }
    if (!from) { points.push(to); continue }
    const [near, far] = command === 'C' ? [{ x: n[0]!, y: n[1]! }, { x: n[2]!, y: n[3]! }] : [from, to]
    for (let i = 1; i <= 20; i++) {
      const [t, u] = [i / 20, 1 - i / 20]
      const at = (p: number, a: number, b: number, q: number) => u ** 3 * p + 3 * u * u * t * a + 3 * u * t * t * b + t ** 3 * q
      points.push({ x: at(from.x, near.x, far.x, to.x), y: at(from.y, near.y, far.y, to.y) })
    }
  }
  return points
}

/** Distance from a point to the nearest segment of a polyline. */
export function distanceTo(line: readonly Point[], { x, y }: Point): number {
  return Math.min(...line.slice(1).map((b, i) => {
    const a = line[i]!
    const length = (b.x - a.x) ** 2 + (b.y - a.y) ** 2
    const t = length === 0 ? 0 : Math.max(0, Math.min(1, ((x - a.x) * (b.x - a.x) + (y - a.y) * (b.y - a.y)) / length))
    return Math.hypot(x - a.x - t * (b.x - a.x), y - a.y - t * (b.y - a.y))
  }))
}

export const middleOf = ({ x, y, width, height }: Box): Point => ({ x: x + width / 2, y: y + height / 2 })
export const inside = (outer: Box, inner: Box, slack = 0): boolean =>
  inner.x >= outer.x - slack && inner.y >= outer.y - slack && inner.x + inner.width <= outer.x + outer.width + slack && inner.y + inner.height <= outer.y + outer.height + slack
export const overlap = (a: Box, b: Box, slack = 0.5): boolean => a.x < b.x + b.width - slack && b.x < a.x + a.width - slack && a.y < b.y + b.height - slack && b.y < a.y + a.height - slack
