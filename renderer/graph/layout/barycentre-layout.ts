import type { Point } from './geometry'
import { portsOf } from './ports'
import { settle } from './isotonic-regression'
import type { Places, Sheet, SheetLink, SheetNode, Stretch } from './layered-graph'

const columnGap = 56
const rowGap = 18
const labelGap = 28
const between = 4
const sweeps = 6
/** Edges between operations are straightened before those of inputs */
const spineWeight = 8

/**
 * The column of every node: left of all nodes that read it and as close to them as possible, so that the terms of a
 * long sum are next to its additions. Nodes come in the order of the forward pass.
 */
export function ranksOf({ nodes, links, atLeft }: Sheet): ReadonlyMap<string, number> {
  const before = new Map<string, number>() // columns from the right edge
  const readers = new Map<string, SheetLink[]>()
  for (const link of links) {
    const list = readers.get(link.from)
    if (list) list.push(link)
    else readers.set(link.from, [link])
  }
  for (const { id } of nodes.toReversed()) before.set(id, (readers.get(id) ?? []).reduce((most, { to }) => Math.max(most, 1 + before.get(to)!), 0))
  const last = Math.max(...before.values())
  return new Map(nodes.map(({ id }) => [id, atLeft.has(id) ? 0 : last - before.get(id)!]))
}

/**
 * The number of items that a layout by columns has to order: nodes, labels, and one for every column that an edge
 * passes.
 */
export function spanOf(sheet: Sheet): number {
  const ranks = ranksOf(sheet)
  return sheet.links.reduce((sum, { from, to }) => sum + 2 * (ranks.get(to)! - ranks.get(from)!) - 1, sheet.nodes.length)
}

interface Block extends SheetNode { readonly incoming: readonly SheetLink[], readonly height: number, y: number }

/**
 * The layout of large graphs, in time linear in the links: columns by rank, each node with the labels of its arguments
 * on its left, rows near their neighbours. Edges go straight to their label, behind what lies between.
 */
export function layers(sheet: Sheet): Places {
  const ranks = ranksOf(sheet)
  const isLeaf = new Map(sheet.nodes.map(({ id, leaf }) => [id, leaf]))
  const neighbours = new Map(sheet.nodes.map(({ id }): [string, { readonly id: string, readonly weight: number }[]] => [id, []]))
  const incoming = new Map(sheet.nodes.map(({ id }): [string, SheetLink[]] => [id, []]))
  for (const link of sheet.links) {
    incoming.get(link.to)!.push(link)
    const weight = isLeaf.get(link.from) ? 1 : spineWeight
    neighbours.get(link.from)!.push({ id: link.to, weight })
    neighbours.get(link.to)!.push({ id: link.from, weight })
  }
  const columns: Block[][] = Array.from({ length: 1 + Math.max(...ranks.values()) }, () => [])
  const blocks = new Map(sheet.nodes.map((node): [string, Block] => {
    const list = incoming.get(node.id)!
    const labels = list.reduce((sum, link) => sum + heightOf(link), 0)
    return [node.id, { ...node, incoming: list, height: rowGap + Math.max(2 * Math.max(node.up, node.down), labels), y: 0 }]
  }))
  const top = (id: string) => sheet.order.get(id) ?? 0
  for (const id of [...blocks.keys()].sort((a, b) => top(a) - top(b))) columns[ranks.get(id)!]!.push(blocks.get(id)!)
  const wish = (id: string) => {
    const list = neighbours.get(id)!
    const whole = list.reduce((sum, { weight }) => sum + weight, 0) || 1
    return list.reduce((sum, { id, weight }) => sum + blocks.get(id)!.y * weight, 0) / whole
  }
  for (let sweep = 0; sweep < sweeps; sweep++) {
    for (const column of sweep % 2 ? columns.toReversed() : columns) {
      const wishes = new Map(column.map(({ id }) => [id, sweep === 0 ? 0 : wish(id)]))
      if (sweep > 0 && sweep < sweeps - 2) column.sort((a, b) => wishes.get(a.id)! - wishes.get(b.id)!)
      const heights = settle(column.map(({ id, height }, i) => ({ wish: wishes.get(id)!, weight: 1, gap: (height + (column[i - 1]?.height ?? 0)) / 2 })))
      column.forEach((block, i) => { block.y = heights[i]! })
    }
  }
  return placed(columns, blocks)
}

const heightOf = ({ label }: SheetLink) => label ? label.above + label.below + between : 2 * between
const widest = (widths: readonly number[]) => widths.reduce((most, width) => Math.max(most, width), 0)

function placed(columns: readonly (readonly Block[])[], blocks: ReadonlyMap<string, Block>): Places {
  const nodes = new Map<string, Point>()
  const labels = new Map<string, Point>()
  const stretches = new Map<string, readonly Stretch[]>()
  const ends = new Map<string, number>()
  let left = 0
  for (const column of columns) {
    const labelWidth = widest(column.flatMap(({ incoming }) => incoming.map(({ label }) => label?.width ?? 0)))
    const nodeWidth = widest(column.map(({ width }) => width))
    const x = left + (labelWidth ? labelWidth + labelGap : 0) + nodeWidth / 2
    for (const block of column) {
      const { id, incoming, y } = block
      nodes.set(id, { x, y })
      const sorted = incoming.toSorted((a, b) => blocks.get(a.from)!.y - blocks.get(b.from)!.y || a.slot - b.slot)
      const ports = portsOf(block, sorted, id => blocks.get(id)!.leaf)
      let top = y - sorted.reduce((sum, link) => sum + heightOf(link), 0) / 2
      sorted.forEach((link, i) => {
        ends.set(link.id, ports[i]!)
        const { width, above } = link.label ?? { width: 0, above: between }
        const middle = left + labelWidth - width / 2
        if (link.label) labels.set(link.id, { x: middle, y: top + above })
        stretches.set(link.id, [{ from: middle - width / 2, to: middle + width / 2, y: top + above }])
        top += heightOf(link)
      })
    }
    left = x + nodeWidth / 2 + columnGap
  }
  return { nodes, labels, stretches, ends }
}
