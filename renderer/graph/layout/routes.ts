import { boundingBox, type DrawnEdge, type EdgeRoute, type NodeSize, type Point, type Sizes } from './geometry'
import type { Placement, Segment } from './layered-graph'

/** Distance between an edge's line and the gradient's line beside it. */
export const backOffset = 6
/** Distance from an edge's line to its labels */
export const labelGap = { above: 3, below: backOffset + 4 }
const headLength = 8
const headHalf = 4

/** Routes every edge through its segments, from the source's right to its port at the target's left. */
export function routesOf(edges: readonly DrawnEdge[], placement: Placement, sizes: Sizes, marked: ReadonlySet<string>): readonly EdgeRoute[] {
  return edges.map((edge) => {
    const { from, to, id, slot } = edge
    const [source, target] = [placement.nodes.get(from)!, placement.nodes.get(to)!]
    const offset = placement.portOffsets.get(id)!
    const start = { x: source.x + sizes.node(from).shapeWidth / 2 + 1, y: source.y }
    const end = { x: target.x - halfWidthAt(sizes.node(to), offset) - 2, y: target.y + offset }
    // horizontal next to both nodes: captions are above and below
    const leaving = { from: start.x, to: source.x + sizes.node(from).width / 2, y: start.y }
    const arriving = { from: target.x - sizes.node(to).width / 2, to: end.x, y: end.y }
    const stretches = [leaving, ...placement.segments.get(id)!, arriving]
    const forwardPoints = pointsOf(start, stretches, { x: end.x - headLength + 1, y: end.y })
    const backwardPoints = pointsOf({ x: start.x + headLength + 1, y: start.y }, stretches, end)
    const { width, above, below } = sizes.label(edge)
    const middle = placement.labels.get(id)!
    const label = { x: middle.x - width / 2, y: middle.y - above, width, height: above + below, above }
    return {
      ...edge, label,
      line: pathOf(forwardPoints),
      head: `M${text(end)}l${-headLength} ${-headHalf}v${2 * headHalf}z`,
      back: backPathOf(backwardPoints),
      backHead: `M${text({ x: start.x + 1, y: start.y + backOffset })}l${headLength + 2} ${-headHalf - 1}v${2 * headHalf + 2}z`,
      mark: marked.has(id) ? { x: end.x - headLength - 5, y: end.y - 7, text: String(slot + 1) } : null,
      bounds: boundingBox([label, ...forwardPoints.map(point => ({ ...point, width: 0, height: backOffset }))], 0),
    }
  })
}

/** Horizontal distance from a shape's centre to its left side, at a height from the centre. */
function halfWidthAt({ shape, shapeWidth }: NodeSize, offset: number): number {
  return shape === 'circle' ? Math.sqrt(Math.max(0, (shapeWidth / 2) ** 2 - offset ** 2)) : shapeWidth / 2
}

/** The points of the segments and of the bends between them, from left to right. */
function pointsOf(start: Point, stretches: readonly Segment[], end: Point): Point[] {
  const inner = stretches.flatMap(({ from, to, y }) => [{ x: from, y }, { x: to, y }])
  return [start, ...inner.map(({ x, y }) => ({ x: Math.max(start.x, Math.min(end.x, x)), y })), end]
}

const text = ({ x, y }: Point) => `${Math.round(x * 10) / 10} ${Math.round(y * 10) / 10}`

/** Segments are horizontal; cubic curves with horizontal tangents connect them. */
function pathOf(points: readonly Point[]): string {
  return points.slice(1).reduce((path, to, i) => {
    const from = points[i]!
    const bend = (to.x - from.x) / 2
    return path + (from.y === to.y ? `L${text(to)}` : `C${text({ x: from.x + bend, y: from.y })} ${text({ x: to.x - bend, y: to.y })} ${text(to)}`)
  }, `M${text(points[0]!)}`)
}

/** The parallel path in the opposite direction: cubics at a constant distance at both ends and in the middle. */
function backPathOf(points: readonly Point[]): string {
  const below = ({ x, y }: Point): Point => ({ x, y: y + backOffset })
  return points.slice(1).reduceRight((path, right, i) => {
    const left = points[i]!
    if (left.y === right.y) return `${path}L${text(below(left))}`
    const bend = (right.x - left.x) / 2
    const angle = Math.atan2(2 * (right.y - left.y), right.x - left.x)
    const shift = { x: -backOffset * 4 / 3 * Math.sin(angle), y: backOffset * (4 * Math.cos(angle) - 1) / 3 }
    const near = { x: right.x - bend + shift.x, y: right.y + shift.y }
    const far = { x: left.x + bend + shift.x, y: left.y + shift.y }
    return `${path}C${text(near)} ${text(far)} ${text(below(left))}`
  }, `M${text(below(points.at(-1)!))}`)
}
