import type { Graph } from '@core'
import { boundingBox, type Box, type DrawnEdge, type GroupFrame, type NodeSize, type Point, resultId, type Sizes } from './geometry'
import { dagreColumns } from './dagre-columns'
import { barycentreLayout, itemCount } from './barycentre-layout'
import { readingOrder } from './reading-order'
import type { LayeredGraph, LayeredLink, LayeredNode, Placement, Segment } from './layered-graph'
import { assignCoordinates } from './assign-coordinates'

/** With more items than this, dagre takes longer than a few frames, and its time grows fast. */
const maxDagreItems = 300
/** Up to this size, inputs are pinned to the left edge, as in the book */
const pinnedAtMost = { inputs: 8, span: 60 }
const padding = 14
const titleHeight = 26
const portWidth = 10

interface GroupLayout { readonly placement: Placement, readonly box: Box, readonly height: number }

/** Lays out each opened group by itself, then the whole graph with every group as one box, and merges the results. */
export function compose(graph: Graph, edges: readonly DrawnEdge[], sizes: Sizes): { readonly placement: Placement, readonly frames: readonly GroupFrame[] } {
  const order = new Map([...readingOrder(graph), [resultId, 0]])
  const groupOf = (id: string) => graph.byId.get(id)?.group ?? null
  const isLeaf = (id: string) => id !== resultId && graph.byId.get(id)!.kind !== 'operation'
  const node = (id: string) => layeredNode(id, sizes.node(id), isLeaf(id))
  const link = (edge: DrawnEdge): LayeredLink => ({ ...edge, label: sizes.label(edge) })
  const groupLayouts = new Map(Array.from(graph.opened, id => [id, layoutGroup(id)] as const))

  function layoutGroup(group: string): GroupLayout {
    const members = graph.nodes.filter(node => node.group === group)
    const innerEdges = edges.filter(({ to }) => groupOf(to) === group)
    const sources = [...new Set(innerEdges.map(({ from }) => from).filter(from => groupOf(from) !== group))]
    const ports = new Map(sources.map(from => [from, portId(from)]))
    const sheet: LayeredGraph = {
      nodes: [...Array.from(ports.values(), (id): LayeredNode => ({ id, width: portWidth, above: 0, below: 0, portReach: 0, leaf: true })), ...members.map(({ id }) => node(id))],
      links: innerEdges.map(edge => ({ ...link(edge), from: ports.get(edge.from) ?? edge.from })),
      order: new Map([...order, ...Array.from(ports, ([from, id]) => [id, order.get(from)!] as const)]),
      pinnedLeft: new Set(ports.values()),
    }
    const placement = placementOf(sheet)
    const { x, y, width, height: baseline } = boundsOf(sheet, placement)
    const box = { x: x - padding, y: y - titleHeight, width: width + 2 * padding, height: baseline + titleHeight + padding }
    return { placement, box, height: placement.nodes.get(group)!.y }
  }

  const outerGraph = buildOuterGraph()
  const outerPlacement = placementOf(outerGraph)
  const nodes = new Map<string, Point>()
  const labels = new Map(outerPlacement.labels)
  const segments = new Map<string, readonly Segment[]>()
  const portOffsets = new Map<string, number>()
  const frames: GroupFrame[] = []
  for (const [id, place] of outerPlacement.nodes) {
    const groupLayout = groupLayouts.get(id)
    if (!groupLayout) { nodes.set(id, place); continue }
    const [dx, dy] = [place.x - groupLayout.box.width / 2 - groupLayout.box.x, place.y - groupLayout.height]
    frames.push({ id, x: groupLayout.box.x + dx, y: groupLayout.box.y + dy, width: groupLayout.box.width, height: groupLayout.box.height })
    for (const [id, { x, y }] of groupLayout.placement.nodes) if (graph.byId.has(id)) nodes.set(id, { x: x + dx, y: y + dy })
    for (const [id, { x, y }] of groupLayout.placement.labels) labels.set(id, { x: x + dx, y: y + dy })
    for (const [id, list] of groupLayout.placement.segments) segments.set(id, list.map(({ from, to, y }) => ({ from: from + dx, to: to + dx, y: y + dy })))
    for (const [id, offset] of groupLayout.placement.portOffsets) portOffsets.set(id, offset)
    for (const { id: edge, from } of edges.filter(({ from, to }) => groupOf(to) === id && groupOf(from) !== id)) {
      const port = groupLayout.placement.nodes.get(portId(from))!
      const entry = { from: groupLayout.box.x + dx, to: port.x + dx, y: port.y + dy }
      segments.set(edge, [...outerPlacement.segments.get(groupEdgeId(from, id)) ?? [], entry, ...segments.get(edge)!])
    }
  }
  for (const { id, from, to } of edges) {
    if (groupOf(to) === null) {
      segments.set(id, outerPlacement.segments.get(id)!)
      portOffsets.set(id, outerPlacement.portOffsets.get(id)!)
    }
    const frame = frames.find(({ id }) => id === groupOf(from) && id !== groupOf(to))
    if (frame) segments.set(id, [{ from: frame.x + frame.width - padding, to: frame.x + frame.width, y: nodes.get(from)!.y }, ...segments.get(id)!])
  }
  return { placement: { nodes, labels, segments, portOffsets }, frames }

  /** A group's arguments are in the order in which its parts use them. */
  function orderByPorts(): ReadonlyMap<string, number> {
    const outside = new Map(order)
    for (const { placement } of groupLayouts.values()) {
      const ports = [...placement.nodes].filter(([port]) => port.startsWith(portPrefix)).sort(([, a], [, b]) => a.y - b.y).map(([port]) => port.slice(portPrefix.length))
      const positions = ports.map(id => order.get(id)!).sort((a, b) => a - b)
      ports.forEach((id, i) => outside.set(id, positions[i]!))
    }
    return outside
  }

  function buildOuterGraph(): LayeredGraph {
    const box = (id: string, { placement, box, height }: GroupLayout): LayeredNode => ({
      id, width: box.width, above: height - box.y, below: box.y + box.height - height, portReach: 0, leaf: false,
      ports: new Map([...placement.nodes].filter(([port]) => port.startsWith(portPrefix)).map(([port, { y }]) => [groupEdgeId(port.slice(portPrefix.length), id), y - height])),
    })
    const visibleNodes = [...graph.nodes.flatMap(({ id, group }) => group === null ? [node(id)] : id === group ? [box(id, groupLayouts.get(id)!)] : []), node(resultId)]
    const links = new Map<string, LayeredLink>()
    for (const edge of edges) {
      const [from, to] = [groupOf(edge.from), groupOf(edge.to)]
      if (to === null) links.set(edge.id, link(edge))
      else if (from !== to) links.set(groupEdgeId(edge.from, to), { id: groupEdgeId(edge.from, to), from: edge.from, to, slot: edge.slot, label: null })
    }
    const sheet: LayeredGraph = { nodes: visibleNodes, links: [...links.values()], order: orderByPorts(), pinnedLeft: new Set() }
    const pinned: LayeredGraph = { ...sheet, pinnedLeft: new Set(graph.inputs) }
    const { inputs, span } = pinnedAtMost
    return graph.inputs.length <= inputs && !edges.some(edge => isTall(sizes, edge)) && itemCount(pinned) <= span ? pinned : sheet
  }
}

/** Tensors stay next to the nodes that read them, so that the shapes can be compared. */
const isTall = (sizes: Sizes, edge: DrawnEdge): boolean => sizes.node(edge.from).shapeHeight > 48

const portPrefix = '|'
const portId = (from: string) => `${portPrefix}${from}`
const groupEdgeId = (from: string, group: string) => `${from}=>${group}`

function placementOf(sheet: LayeredGraph): Placement {
  return itemCount(sheet) <= maxDagreItems ? assignCoordinates(sheet, dagreColumns(sheet)) : barycentreLayout(sheet)
}

function layeredNode(id: string, { width, height, shapeHeight }: NodeSize, leaf: boolean): LayeredNode {
  return { id, width, above: height / 2, below: height / 2, portReach: shapeHeight / 2, leaf }
}

function boundsOf({ nodes, links }: LayeredGraph, placement: Placement): Box {
  const boxes = nodes.map(({ id, width, above, below }): Box => ({ x: placement.nodes.get(id)!.x - width / 2, y: placement.nodes.get(id)!.y - above, width, height: above + below }))
  const labels = links.flatMap(({ id, label }): Box[] => {
    const place = placement.labels.get(id)
    return label && place ? [{ x: place.x - label.width / 2, y: place.y - label.above, width: label.width, height: label.above + label.below }] : []
  })
  return boundingBox([...boxes, ...labels], 0)
}
