import type { Point } from './geometry'
import { portsOf } from './ports'
import { isotonicRegression } from './isotonic-regression'
import type { LayeredGraph, LayeredLink, LayeredNode, Placement, Segment } from './layered-graph'

const columnGap = 56
const rowGap = 18
const labelGap = 28
const labelSpacing = 4
const sweeps = 6
/** Edges between operations are straightened before those of inputs */
const operationWeight = 8

/**
 * The column of every node: left of all nodes that read it and as close to them as possible, so that the terms of a
 * long sum are next to its additions. Nodes come in the order of the forward pass.
 */
export function ranksOf({ nodes, links, pinnedLeft }: LayeredGraph): ReadonlyMap<string, number> {
  const columnsFromRight = new Map<string, number>() // columns from the right edge
  const readers = new Map<string, LayeredLink[]>()
  for (const link of links) {
    const list = readers.get(link.from)
    if (list) list.push(link)
    else readers.set(link.from, [link])
  }
  for (const { id } of nodes.toReversed()) columnsFromRight.set(id, (readers.get(id) ?? []).reduce((most, { to }) => Math.max(most, 1 + columnsFromRight.get(to)!), 0))
  const last = Math.max(...columnsFromRight.values())
  return new Map(nodes.map(({ id }) => [id, pinnedLeft.has(id) ? 0 : last - columnsFromRight.get(id)!]))
}

/**
 * The number of items that a layout by columns has to order: nodes, labels, and one for every column that an edge
 * passes.
 */
export function itemCount(graph: LayeredGraph): number {
  const ranks = ranksOf(graph)
  return graph.links.reduce((sum, { from, to }) => sum + 2 * (ranks.get(to)! - ranks.get(from)!) - 1, graph.nodes.length)
}

interface ColumnNode extends LayeredNode { readonly incoming: readonly LayeredLink[], readonly height: number, y: number }

/**
 * The layout of large graphs, in time linear in the links: columns by rank, each node with the labels of its arguments
 * on its left, rows near their neighbours. Edges go straight to their label, behind what lies between.
 */
export function barycentreLayout(graph: LayeredGraph): Placement {
  const ranks = ranksOf(graph)
  const isLeaf = new Map(graph.nodes.map(({ id, leaf }) => [id, leaf]))
  const neighbours = new Map(graph.nodes.map(({ id }): [string, { readonly id: string, readonly weight: number }[]] => [id, []]))
  const incoming = new Map(graph.nodes.map(({ id }): [string, LayeredLink[]] => [id, []]))
  for (const link of graph.links) {
    incoming.get(link.to)!.push(link)
    const weight = isLeaf.get(link.from) ? 1 : operationWeight
    neighbours.get(link.from)!.push({ id: link.to, weight })
    neighbours.get(link.to)!.push({ id: link.from, weight })
  }
  const columns: ColumnNode[][] = Array.from({ length: 1 + Math.max(...ranks.values()) }, () => [])
  const columnNodes = new Map(graph.nodes.map((node): [string, ColumnNode] => {
    const list = incoming.get(node.id)!
    const labels = list.reduce((sum, link) => sum + heightOf(link), 0)
    return [node.id, { ...node, incoming: list, height: rowGap + Math.max(2 * Math.max(node.above, node.below), labels), y: 0 }]
  }))
  const top = (id: string) => graph.order.get(id) ?? 0
  for (const id of [...columnNodes.keys()].sort((a, b) => top(a) - top(b))) columns[ranks.get(id)!]!.push(columnNodes.get(id)!)
  const barycentre = (id: string) => {
    const list = neighbours.get(id)!
    const totalWeight = list.reduce((sum, { weight }) => sum + weight, 0) || 1
    return list.reduce((sum, { id, weight }) => sum + columnNodes.get(id)!.y * weight, 0) / totalWeight
  }
  for (let sweep = 0; sweep < sweeps; sweep++) {
    for (const column of sweep % 2 ? columns.toReversed() : columns) {
      const barycentres = new Map(column.map(({ id }) => [id, sweep === 0 ? 0 : barycentre(id)]))
      if (sweep > 0 && sweep < sweeps - 2) column.sort((a, b) => barycentres.get(a.id)! - barycentres.get(b.id)!)
      const heights = isotonicRegression(column.map(({ id, height }, i) => ({ preferred: barycentres.get(id)!, weight: 1, gap: (height + (column[i - 1]?.height ?? 0)) / 2 })))
      column.forEach((block, i) => { block.y = heights[i]! })
    }
  }
  return placementOf(columns, columnNodes)
}

const heightOf = ({ label }: LayeredLink) => label ? label.above + label.below + labelSpacing : 2 * labelSpacing
const widest = (widths: readonly number[]) => widths.reduce((most, width) => Math.max(most, width), 0)

function placementOf(columns: readonly (readonly ColumnNode[])[], columnNodes: ReadonlyMap<string, ColumnNode>): Placement {
  const nodes = new Map<string, Point>()
  const labels = new Map<string, Point>()
  const segments = new Map<string, readonly Segment[]>()
  const portOffsets = new Map<string, number>()
  let left = 0
  for (const column of columns) {
    const labelWidth = widest(column.flatMap(({ incoming }) => incoming.map(({ label }) => label?.width ?? 0)))
    const nodeWidth = widest(column.map(({ width }) => width))
    const x = left + (labelWidth ? labelWidth + labelGap : 0) + nodeWidth / 2
    for (const block of column) {
      const { id, incoming, y } = block
      nodes.set(id, { x, y })
      const sorted = incoming.toSorted((a, b) => columnNodes.get(a.from)!.y - columnNodes.get(b.from)!.y || a.slot - b.slot)
      const ports = portsOf(block, sorted, id => columnNodes.get(id)!.leaf)
      let top = y - sorted.reduce((sum, link) => sum + heightOf(link), 0) / 2
      sorted.forEach((link, i) => {
        portOffsets.set(link.id, ports[i]!)
        const { width, above } = link.label ?? { width: 0, above: labelSpacing }
        const middle = left + labelWidth - width / 2
        if (link.label) labels.set(link.id, { x: middle, y: top + above })
        segments.set(link.id, [{ from: middle - width / 2, to: middle + width / 2, y: top + above }])
        top += heightOf(link)
      })
    }
    left = x + nodeWidth / 2 + columnGap
  }
  return { nodes, labels, segments, portOffsets }
}
