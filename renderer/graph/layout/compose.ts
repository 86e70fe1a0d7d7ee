import type { Graph } from '@core'
import { around, type Box, type DrawnEdge, type Frame, type NodeSize, type Point, resultId, type Sizes } from './geometry'
import { dagreColumns } from './dagre-columns'
import { layers, spanOf } from './barycentre-layout'
import { readingOrder } from './reading-order'
import type { Places, Sheet, SheetLink, SheetNode, Stretch } from './layered-graph'
import { straighten } from './assign-coordinates'

/** With more items than this, dagre takes longer than a few frames, and its time grows fast. */
const dagreAtMost = 300
/** Up to this size, inputs are pinned to the left edge, as in the book */
const heldAtMost = { inputs: 8, span: 60 }
const padding = 14
const titleHeight = 26
const portWidth = 10

interface Part { readonly places: Places, readonly box: Box, readonly height: number }

/** Lays out each opened group by itself, then the whole graph with every group as one box, and merges the results. */
export function compose(graph: Graph, edges: readonly DrawnEdge[], sizes: Sizes): { readonly places: Places, readonly frames: readonly Frame[] } {
  const order = new Map([...readingOrder(graph), [resultId, 0]])
  const groupOf = (id: string) => graph.byId.get(id)?.group ?? null
  const isLeaf = (id: string) => id !== resultId && graph.byId.get(id)!.kind !== 'operation'
  const node = (id: string) => sheetNode(id, sizes.node(id), isLeaf(id))
  const link = (edge: DrawnEdge): SheetLink => ({ ...edge, label: sizes.label(edge) })
  const parts = new Map(Array.from(graph.opened, id => [id, partOf(id)] as const))

  function partOf(group: string): Part {
    const members = graph.nodes.filter(node => node.group === group)
    const inside = edges.filter(({ to }) => groupOf(to) === group)
    const sources = [...new Set(inside.map(({ from }) => from).filter(from => groupOf(from) !== group))]
    const ports = new Map(sources.map(from => [from, portOf(from)]))
    const sheet: Sheet = {
      nodes: [...Array.from(ports.values(), (id): SheetNode => ({ id, width: portWidth, up: 0, down: 0, reach: 0, leaf: true })), ...members.map(({ id }) => node(id))],
      links: inside.map(edge => ({ ...link(edge), from: ports.get(edge.from) ?? edge.from })),
      order: new Map([...order, ...Array.from(ports, ([from, id]) => [id, order.get(from)!] as const)]),
      atLeft: new Set(ports.values()),
    }
    const places = placesOf(sheet)
    const { x, y, width, height } = boxOf(sheet, places)
    const box = { x: x - padding, y: y - titleHeight, width: width + 2 * padding, height: height + titleHeight + padding }
    return { places, box, height: places.nodes.get(group)!.y }
  }

  const outer = outerSheet()
  const outerPlaces = placesOf(outer)
  const nodes = new Map<string, Point>()
  const labels = new Map(outerPlaces.labels)
  const stretches = new Map<string, readonly Stretch[]>()
  const ends = new Map<string, number>()
  const frames: Frame[] = []
  for (const [id, place] of outerPlaces.nodes) {
    const part = parts.get(id)
    if (!part) { nodes.set(id, place); continue }
    const [dx, dy] = [place.x - part.box.width / 2 - part.box.x, place.y - part.height]
    frames.push({ id, x: part.box.x + dx, y: part.box.y + dy, width: part.box.width, height: part.box.height })
    for (const [id, { x, y }] of part.places.nodes) if (graph.byId.has(id)) nodes.set(id, { x: x + dx, y: y + dy })
    for (const [id, { x, y }] of part.places.labels) labels.set(id, { x: x + dx, y: y + dy })
    for (const [id, list] of part.places.stretches) stretches.set(id, list.map(({ from, to, y }) => ({ from: from + dx, to: to + dx, y: y + dy })))
    for (const [id, offset] of part.places.ends) ends.set(id, offset)
    for (const { id: edge, from } of edges.filter(({ from, to }) => groupOf(to) === id && groupOf(from) !== id)) {
      const port = part.places.nodes.get(portOf(from))!
      const entry = { from: part.box.x + dx, to: port.x + dx, y: port.y + dy }
      stretches.set(edge, [...outerPlaces.stretches.get(entryOf(from, id)) ?? [], entry, ...stretches.get(edge)!])
    }
  }
  for (const { id, from, to } of edges) {
    if (groupOf(to) === null) {
      stretches.set(id, outerPlaces.stretches.get(id)!)
      ends.set(id, outerPlaces.ends.get(id)!)
    }
    const frame = frames.find(({ id }) => id === groupOf(from) && id !== groupOf(to))
    if (frame) stretches.set(id, [{ from: frame.x + frame.width - padding, to: frame.x + frame.width, y: nodes.get(from)!.y }, ...stretches.get(id)!])
  }
  return { places: { nodes, labels, stretches, ends }, frames }

  /** A group's arguments are in the order in which its parts use them. */
  function byPorts(): ReadonlyMap<string, number> {
    const outside = new Map(order)
    for (const { places } of parts.values()) {
      const ports = [...places.nodes].filter(([port]) => port.startsWith(portMark)).sort(([, a], [, b]) => a.y - b.y).map(([port]) => port.slice(portMark.length))
      const free = ports.map(id => order.get(id)!).sort((a, b) => a - b)
      ports.forEach((id, i) => outside.set(id, free[i]!))
    }
    return outside
  }

  function outerSheet(): Sheet {
    const box = (id: string, { places, box, height }: Part): SheetNode => ({
      id, width: box.width, up: height - box.y, down: box.y + box.height - height, reach: 0, leaf: false,
      ports: new Map([...places.nodes].filter(([port]) => port.startsWith(portMark)).map(([port, { y }]) => [entryOf(port.slice(portMark.length), id), y - height])),
    })
    const shown = [...graph.nodes.flatMap(({ id, group }) => group === null ? [node(id)] : id === group ? [box(id, parts.get(id)!)] : []), node(resultId)]
    const links = new Map<string, SheetLink>()
    for (const edge of edges) {
      const [from, to] = [groupOf(edge.from), groupOf(edge.to)]
      if (to === null) links.set(edge.id, link(edge))
      else if (from !== to) links.set(entryOf(edge.from, to), { id: entryOf(edge.from, to), from: edge.from, to, slot: edge.slot, label: null })
    }
    const sheet: Sheet = { nodes: shown, links: [...links.values()], order: byPorts(), atLeft: new Set() }
    const held: Sheet = { ...sheet, atLeft: new Set(graph.inputs) }
    const { inputs, span } = heldAtMost
    return graph.inputs.length <= inputs && !edges.some(edge => isTall(sizes, edge)) && spanOf(held) <= span ? held : sheet
  }
}

/** Tensors stay next to the nodes that read them, so that the shapes can be compared. */
const isTall = (sizes: Sizes, edge: DrawnEdge): boolean => sizes.node(edge.from).shapeHeight > 48

const portMark = '|'
const portOf = (from: string) => `${portMark}${from}`
const entryOf = (from: string, group: string) => `${from}=>${group}`

function placesOf(sheet: Sheet): Places {
  return spanOf(sheet) <= dagreAtMost ? straighten(sheet, dagreColumns(sheet)) : layers(sheet)
}

function sheetNode(id: string, { width, height, shapeHeight }: NodeSize, leaf: boolean): SheetNode {
  return { id, width, up: height / 2, down: height / 2, reach: shapeHeight / 2, leaf }
}

function boxOf({ nodes, links }: Sheet, places: Places): Box {
  const boxes = nodes.map(({ id, width, up, down }): Box => ({ x: places.nodes.get(id)!.x - width / 2, y: places.nodes.get(id)!.y - up, width, height: up + down }))
  const labels = links.flatMap(({ id, label }): Box[] => {
    const place = places.labels.get(id)
    return label && place ? [{ x: place.x - label.width / 2, y: place.y - label.above, width: label.width, height: label.above + label.below }] : []
  })
  return around([...boxes, ...labels], 0)
}
