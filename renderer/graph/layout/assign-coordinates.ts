import type { Point } from './geometry'
import { type ColumnItem, piecesOf } from './dagre-columns'
import { portsOf } from './ports'
import { backOffset } from './routes'
import { isotonicRegression } from './isotonic-regression'
import type { LayeredGraph, LayeredLink, LayeredNode, Placement, Segment } from './layered-graph'

/** Half of the vertical distance between neighbours in a column */
const halfGap = { node: 11, other: 7 }
/** Distance between columns, where edges bend; wider where they bend far */
const columnGap = { min: 13, max: 76, share: 0.19 }
/** Priorities for straight edges: between operations first, then edges that pass a column, then those of inputs. */
const weights = { operation: 1e6, long: 1e3, leaf: 1 }

/** Per column: the extent above and below an item, including everything that leads only to it. */
type Contour = ReadonlyMap<number, { readonly above: number, readonly below: number }>

interface PlacedItem extends ColumnItem {
  readonly column: number
  readonly width: number
  readonly above: number
  readonly below: number
  readonly weight: number
  /** Targets, and how far below each target's height the link arrives */
  readonly targets: { readonly to: PlacedItem, readonly portOffset: number }[]
  contour: Contour
  y: number
}

/**
 * Assigns heights from the result backwards: every item level with its target as far as the columns allow, with space
 * reserved in all columns for what leads to it, as in a tidy tree drawing (Reingold and Tilford).
 */
export function assignCoordinates(graph: LayeredGraph, columns: readonly (readonly ColumnItem[])[]): Placement {
  const nodes = new Map(graph.nodes.map(node => [node.id, node]))
  const placedColumns = columns.map((column, i) => column.map(item => placedItem(item, i, nodes)))
  const portOffsets = portOffsetsOf(graph, columns, nodes)
  const pieces = piecesOf(columns).map((list, i) => list.map(({ link, left, right }) => {
    const [a, b] = [placedColumns[i]![left]!, placedColumns[i + 1]![right]!]
    const piece = { to: b, portOffset: b.node ? portOffsets.get(link.id)! : 0 }
    a.targets.push(piece)
    return { from: a, ...piece }
  }))

  const children = new Map<PlacedItem, PlacedItem[]>()
  for (const column of placedColumns) {
    for (const item of column) {
      item.contour = contourOf(item, children.get(item) ?? [])
      const [only, second] = item.targets
      if (only && !second) children.set(only.to, [...children.get(only.to) ?? [], item])
    }
  }
  for (const column of placedColumns.toReversed()) {
    const heights = heightsOf(column, ({ targets, y }) => targets.length ? targets.reduce((sum, { to, portOffset }) => sum + to.y + portOffset, 0) / targets.length : y)
    column.forEach((item, i) => { item.y = heights[i]! })
  }
  const bends = pieces.map(list => list.reduce((most, { from, to, portOffset }) => Math.max(most, Math.abs(to.y + portOffset - from.y)), 0))
  return placementOf(placedColumns, bends, portOffsets)
}

function placedItem(item: ColumnItem, column: number, nodes: ReadonlyMap<string, LayeredNode>): PlacedItem {
  const { node, link, isLabel } = item
  const leaf = nodes.get(node ?? link!.from)!.leaf
  const weight = leaf ? isLabel || node ? weights.leaf : weights.long : weights.operation
  const rest = { column, weight, targets: [], contour: new Map(), y: 0 }
  if (node) return { ...item, ...rest, ...nodes.get(node)! }
  const size = isLabel ? link?.label : null
  return { ...item, ...rest, width: size?.width ?? 0, above: size?.above ?? 0, below: size?.below ?? backOffset }
}

function contourOf(item: PlacedItem, children: readonly PlacedItem[]): Contour {
  const spacing = halfGap[item.node ? 'node' : 'other']
  const contour = new Map([[item.column, { above: item.above + spacing, below: item.below + spacing }]])
  const heights = heightsOf(children, ({ targets }) => targets[0]!.portOffset)
  children.forEach((other, i) => {
    for (const [column, { above, below }] of other.contour) {
      const known = contour.get(column) ?? { above: -Infinity, below: -Infinity }
      contour.set(column, { above: Math.max(known.above, above - heights[i]!), below: Math.max(known.below, below + heights[i]!) })
    }
  })
  return contour
}

function heightsOf(list: readonly PlacedItem[], preferred: (item: PlacedItem) => number): number[] {
  const gaps: number[] = []
  list.forEach((item, i) => {
    let [gap, gapsBetween] = [0, 0]
    for (let j = i - 1; j >= 0; j--) {
      gap = Math.max(gap, distance(list[j]!.contour, item.contour) - gapsBetween)
      gapsBetween += gaps[j]!
    }
    gaps.push(gap)
  })
  return isotonicRegression(list.map((item, i) => ({ preferred: preferred(item), weight: item.weight, gap: gaps[i]! })))
}

/** Minimum vertical distance of two neighbours. */
function distance(upper: Contour, lower: Contour): number {
  let max = 0
  for (const [column, { above }] of lower) max = Math.max(max, (upper.get(column)?.below ?? -Infinity) + above)
  return max
}

/** The heights at which links arrive, relative to their node, in vertical order. */
function portOffsetsOf({ links }: LayeredGraph, columns: readonly (readonly ColumnItem[])[], nodes: ReadonlyMap<string, LayeredNode>): ReadonlyMap<string, number> {
  const at = new Map<string, number>()
  for (const column of columns) column.forEach(({ node, link }, i) => at.set(link?.id ?? node!, i)) // the last column that the link passes
  const arriving = new Map<string, LayeredLink[]>()
  for (const link of links) arriving.set(link.to, [...arriving.get(link.to) ?? [], link])
  const place = (link: LayeredLink) => at.get(link.id) ?? at.get(link.from)!
  return new Map([...arriving].flatMap(([id, list]) => {
    const sorted = list.toSorted((a, b) => place(a) - place(b) || a.slot - b.slot)
    const ports = portsOf(nodes.get(id)!, sorted, from => nodes.get(from)!.leaf)
    return sorted.map((link, i) => [link.id, ports[i]!] as const)
  }))
}

function placementOf(columns: readonly (readonly PlacedItem[])[], bends: readonly number[], portOffsets: ReadonlyMap<string, number>): Placement {
  const nodes = new Map<string, Point>()
  const labels = new Map<string, Point>()
  const segments = new Map<string, Segment[]>()
  let left = 0
  columns.forEach((column, i) => {
    const width = column.reduce((most, item) => Math.max(most, item.width), 0)
    const x = left + width / 2
    for (const { node, link, isLabel, y } of column) {
      if (node) nodes.set(node, { x, y })
      if (!link) continue
      if (isLabel) labels.set(link.id, { x, y })
      // level through the whole column: a bend beside a narrow label would cross a wide one above or below
      segments.set(link.id, [...segments.get(link.id) ?? [], { from: x - width / 2, to: x + width / 2, y }])
    }
    left += width + Math.min(columnGap.max, columnGap.min + columnGap.share * (bends[i] ?? 0))
  })
  return { nodes, labels, segments, portOffsets }
}
