import type { Point } from './geometry'
import { type Item, piecesOf } from './dagre-columns'
import { portsOf } from './ports'
import { backOffset } from './routes'
import { settle } from './isotonic-regression'
import type { Places, Sheet, SheetLink, SheetNode, Stretch } from './layered-graph'

/** Half of the vertical distance between neighbours in a column */
const room = { node: 11, other: 7 }
/** Distance between columns, where edges bend; wider where they bend far */
const between = { least: 32, most: 76, share: 0.16 }
/** Priorities for straight edges: between operations first, then edges that pass a column, then those of inputs. */
const weights = { spine: 1e6, passing: 1e3, leaf: 1 }

/** Per column: the extent above and below an item, including everything that leads only to it. */
type Contour = ReadonlyMap<number, { readonly up: number, readonly down: number }>

interface PlacedItem extends Item {
  readonly column: number
  readonly width: number
  readonly up: number
  readonly down: number
  readonly weight: number
  /** Targets, and how far below each target's height the link arrives */
  readonly right: { readonly to: PlacedItem, readonly shift: number }[]
  contour: Contour
  y: number
}

/**
 * Assigns heights from the result backwards: every item level with its target as far as the columns allow, with space
 * reserved in all columns for what leads to it, as in a tidy tree drawing (Reingold and Tilford).
 */
export function straighten(sheet: Sheet, columns: readonly (readonly Item[])[]): Places {
  const nodes = new Map(sheet.nodes.map(node => [node.id, node]))
  const standing = columns.map((column, i) => column.map(item => stand(item, i, nodes)))
  const ends = endsOf(sheet, columns, nodes)
  const pieces = piecesOf(columns).map((list, i) => list.map(({ link, left, right }) => {
    const [a, b] = [standing[i]![left]!, standing[i + 1]![right]!]
    const piece = { to: b, shift: b.node ? ends.get(link.id)! : 0 }
    a.right.push(piece)
    return { from: a, ...piece }
  }))

  const leadsTo = new Map<PlacedItem, PlacedItem[]>()
  for (const column of standing) {
    for (const item of column) {
      item.contour = contourOf(item, leadsTo.get(item) ?? [])
      const [only, second] = item.right
      if (only && !second) leadsTo.set(only.to, [...leadsTo.get(only.to) ?? [], item])
    }
  }
  for (const column of standing.toReversed()) {
    const heights = settled(column, ({ right, y }) => right.length ? right.reduce((sum, { to, shift }) => sum + to.y + shift, 0) / right.length : y)
    column.forEach((item, i) => { item.y = heights[i]! })
  }
  const bends = pieces.map(list => list.reduce((most, { from, to, shift }) => Math.max(most, Math.abs(to.y + shift - from.y)), 0))
  return placed(standing, bends, ends)
}

function stand(item: Item, column: number, nodes: ReadonlyMap<string, SheetNode>): PlacedItem {
  const { node, link, isLabel } = item
  const leaf = nodes.get(node ?? link!.from)!.leaf
  const weight = leaf ? isLabel || node ? weights.leaf : weights.passing : weights.spine
  const rest = { column, weight, right: [], contour: new Map(), y: 0 }
  if (node) return { ...item, ...rest, ...nodes.get(node)! }
  const size = isLabel ? link?.label : null
  return { ...item, ...rest, width: size?.width ?? 0, up: size?.above ?? 0, down: size?.below ?? backOffset }
}

function contourOf(item: PlacedItem, before: readonly PlacedItem[]): Contour {
  const half = room[item.node ? 'node' : 'other']
  const contour = new Map([[item.column, { up: item.up + half, down: item.down + half }]])
  const heights = settled(before, ({ right }) => right[0]!.shift)
  before.forEach((other, i) => {
    for (const [column, { up, down }] of other.contour) {
      const known = contour.get(column) ?? { up: -Infinity, down: -Infinity }
      contour.set(column, { up: Math.max(known.up, up - heights[i]!), down: Math.max(known.down, down + heights[i]!) })
    }
  })
  return contour
}

function settled(list: readonly PlacedItem[], wish: (item: PlacedItem) => number): number[] {
  const gaps: number[] = []
  list.forEach((item, i) => {
    let [gap, past] = [0, 0]
    for (let j = i - 1; j >= 0; j--) {
      gap = Math.max(gap, distance(list[j]!.contour, item.contour) - past)
      past += gaps[j]!
    }
    gaps.push(gap)
  })
  return settle(list.map((item, i) => ({ wish: wish(item), weight: item.weight, gap: gaps[i]! })))
}

/** Minimum vertical distance of two neighbours. */
function distance(above: Contour, below: Contour): number {
  let most = 0
  for (const [column, { up }] of below) most = Math.max(most, (above.get(column)?.down ?? -Infinity) + up)
  return most
}

/** The heights at which links arrive, relative to their node, in vertical order. */
function endsOf({ links }: Sheet, columns: readonly (readonly Item[])[], nodes: ReadonlyMap<string, SheetNode>): ReadonlyMap<string, number> {
  const at = new Map<string, number>()
  for (const column of columns) column.forEach(({ node, link }, i) => at.set(link?.id ?? node!, i)) // the last column that the link passes
  const arriving = new Map<string, SheetLink[]>()
  for (const link of links) arriving.set(link.to, [...arriving.get(link.to) ?? [], link])
  const place = (link: SheetLink) => at.get(link.id) ?? at.get(link.from)!
  return new Map([...arriving].flatMap(([id, list]) => {
    const sorted = list.toSorted((a, b) => place(a) - place(b) || a.slot - b.slot)
    const ports = portsOf(nodes.get(id)!, sorted, from => nodes.get(from)!.leaf)
    return sorted.map((link, i) => [link.id, ports[i]!] as const)
  }))
}

function placed(columns: readonly (readonly PlacedItem[])[], bends: readonly number[], ends: ReadonlyMap<string, number>): Places {
  const nodes = new Map<string, Point>()
  const labels = new Map<string, Point>()
  const stretches = new Map<string, Stretch[]>()
  let left = 0
  columns.forEach((column, i) => {
    const width = column.reduce((most, item) => Math.max(most, item.width), 0)
    const x = left + width / 2
    for (const { node, link, isLabel, width: own, y } of column) {
      if (node) nodes.set(node, { x, y })
      if (!link) continue
      const half = isLabel ? own / 2 : width / 2
      if (isLabel) labels.set(link.id, { x, y })
      stretches.set(link.id, [...stretches.get(link.id) ?? [], { from: x - half, to: x + half, y }])
    }
    left += width + Math.min(between.most, between.least + between.share * (bends[i] ?? 0))
  })
  return { nodes, labels, stretches, ends }
}
