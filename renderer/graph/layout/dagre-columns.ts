import { graphlib, layout } from '@dagrejs/dagre'
import type { LayeredGraph, LayeredLink } from './layered-graph'

/** An item of a column: a node, the label of a link, or a link that passes through. */
export interface ColumnItem {
  readonly key: string
  readonly node: string | null
  readonly link: LayeredLink | null
  readonly isLabel: boolean
}
interface DagreNode { rank: number, order: number, dummy?: string, edgeObj?: { name?: string } }

const root = '<='

/**
 * Asks dagre for the columns and the order within them, so that few edges cross. The order of the
 * expression is kept if it has no more crossings than dagre's.
 * @returns columns from left to right; labels have columns of their own
 */
export function dagreColumns(layered: LayeredGraph): readonly (readonly ColumnItem[])[] {
  const { nodes, links, pinnedLeft } = layered
  const input = new graphlib.Graph({ multigraph: true, compound: true })
  input.setGraph({ rankdir: 'LR' })
  const leaves = new Set(nodes.filter(({ leaf }) => leaf).map(({ id }) => id))
  for (const { id, width, above, below } of nodes) input.setNode(id, { width, height: above + below })
  for (const { id, from, to, label } of links) {
    const size = label ? { width: label.width, height: label.above + label.below, labelpos: 'c' as const } : {}
    input.setEdge(from, to, { ...size, weight: leaves.has(from) ? 1 : 2 }, id)
  }
  if (pinnedLeft.size) input.setNode(root, { width: 0, height: 0 })
  // outweighs all edges that pull it to the right
  for (const id of pinnedLeft) input.setEdge(root, id, { weight: links.length }, `${root}${id}`)

  let columns: ColumnItem[][] = []
  layout(input, {
    customOrder(graph, order) {
      const placed = (key: string) => graph.node(key) as unknown as DagreNode
      const linkOf = (key: string) => links.find(({ id }) => id === placed(key).edgeObj?.name) ?? null
      const items = graph.nodes().filter(key => key !== root && (placed(key).dummy === undefined || linkOf(key)))
        .map((key): ColumnItem => ({ key, node: placed(key).dummy ? null : key, link: linkOf(key), isLabel: placed(key).dummy === 'edge-label' }))
      const known = new Set(items.map(({ key }) => key))
      const byRank = new Map<number, ColumnItem[]>()
      for (const item of items) byRank.set(placed(item.key).rank, [...byRank.get(placed(item.key).rank) ?? [], item])
      const ranks = [...byRank.keys()].sort((a, b) => a - b)
      columns = ranks.map(rank => byRank.get(rank)!.toSorted(byReadingOrder(layered)))
      const ownCrossings = crossings(columns)
      if (ownCrossings > 0) {
        order(graph)
        const dagreOrder = ranks.map(rank => byRank.get(rank)!.toSorted((a, b) => placed(a.key).order - placed(b.key).order))
        if (crossings(dagreOrder) < ownCrossings) columns = dagreOrder
      }
      else { // dagre needs an order for every node of a rank, including the root of the pinned inputs
        const nextOrder = new Map<number, number>()
        for (const key of [...columns.flatMap(column => column.map(({ key }) => key)), ...graph.nodes().filter(key => !known.has(key))]) {
          const { rank } = placed(key)
          placed(key).order = nextOrder.get(rank) ?? 0
          nextOrder.set(rank, placed(key).order + 1)
        }
      }
    },
  })
  return columns
}

function byReadingOrder({ order }: LayeredGraph): (a: ColumnItem, b: ColumnItem) => number {
  const at = (id: string) => order.get(id) ?? 0
  return (a, b) => at(a.node ?? a.link!.from) - at(b.node ?? b.link!.from)
    || at(a.link?.to ?? '') - at(b.link?.to ?? '') || (a.link?.slot ?? 0) - (b.link?.slot ?? 0)
}

/** The pieces of links between neighbouring columns, as positions of their two ends. */
export function piecesOf(columns: readonly (readonly ColumnItem[])[]): readonly (readonly { readonly link: LayeredLink, readonly left: number, readonly right: number }[])[] {
  return columns.slice(1).map((right, i) => {
    const left = columns[i]!
    const leftAt = new Map(left.map((item, at) => [item.node ?? item.link!.id, at]))
    const rightAt = new Map(right.map((item, at) => [item.node ?? item.link!.id, at]))
    const ends = (link: LayeredLink) => ({ link, left: leftAt.get(link.id) ?? leftAt.get(link.from), right: rightAt.get(link.id) ?? rightAt.get(link.to) })
    const links = new Set([...left, ...right].flatMap(({ link }) => link ?? []))
    return Array.from(links, ends).filter((piece): piece is { link: LayeredLink, left: number, right: number } => piece.left !== undefined && piece.right !== undefined)
  })
}

function crossings(columns: readonly (readonly ColumnItem[])[]): number {
  return piecesOf(columns).reduce((sum, pieces) => sum + pieces.reduce((count, a, i) =>
    count + pieces.slice(i + 1).filter(b => (a.left - b.left) * (a.right - b.right) < 0).length, 0), 0)
}
