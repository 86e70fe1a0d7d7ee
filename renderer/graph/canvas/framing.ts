import type { ViewportTransform } from '@vue-flow/core'
import { boundingBox, type Box, type DrawnEdge, type GraphLayout, overlaps, resultId, type Size } from '../layout/geometry'

/** Texts of the canvas have at least 14 px: from this zoom on they are drawn with 12 px or more. */
export const legibleZoom = 12 / 14
/** Maximum zoom when a small graph is fitted */
const maxFitZoom = 1.35
/** Least distance of what is brought into view from the edge of the view */
const margin = 10
/** How much of the margin around a picture may be out of view, if the rest is legible then */
const spareMargin = 10
/** The name of an opened group with the button that closes it */
const frameHead = { width: 240, height: 28 }

/** What a view has to show. */
export interface Framed {
  /** Of the whole picture */
  readonly bounds: Box
  /** What the tools in the corner must not cover: nodes and labels */
  readonly contents: readonly Box[]
  /** The view, in pixels of the screen */
  readonly size: Size
  /** The tools at the lower right */
  readonly corner: Size
}

/** The view of the whole picture, centred, as large as it fits. */
export function wholeView(framed: Framed): ViewportTransform {
  return besideTools(framed, (room) => {
    const { bounds: { x, y, width, height } } = framed
    const fit = (spare: number) => Math.min(maxFitZoom, room.width / (width - 2 * spare), room.height / (height - 2 * spare))
    const zoom = fit(0) < legibleZoom && fit(spareMargin) >= legibleZoom ? legibleZoom : fit(0)
    return { zoom, x: room.width / 2 - (x + width / 2) * zoom, y: room.height / 2 - (y + height / 2) * zoom }
  })
}

/** A picture without the part of its margin that may be out of view. */
export const essential = ({ x, y, width, height }: Box): Box => ({ x: x + spareMargin, y: y + spareMargin, width: width - 2 * spareMargin, height: height - 2 * spareMargin })

/**
 * The view with which a graph opens: the whole picture if its texts are legible, otherwise at a legible size the part
 * that matters.
 * @param focus the boxes that should be visible, in order of preference: the first that fits
 */
export function openingView(framed: Framed, focus: readonly Box[]): ViewportTransform {
  const whole = wholeView(framed)
  if (whole.zoom >= legibleZoom) return whole
  const { x, y } = framed.bounds
  return panned(framed, { zoom: legibleZoom, x: -x * legibleZoom, y: -y * legibleZoom }, focus)
}

/** Pans a view as little as possible to show the first of the boxes that fits; beside the picture nothing is shown. */
export function panned(framed: Framed, { zoom, x, y }: ViewportTransform, focus: readonly Box[]): ViewportTransform {
  return besideTools(framed, (room) => {
    const { bounds } = framed
    const box = fitting(room, zoom, focus)
    const along = (shift: number, [from, length]: readonly [number, number] | readonly [], [start, whole]: readonly [number, number], space: number) => {
      if (whole * zoom <= space) return (space - whole * zoom) / 2 - start * zoom
      const shown = from === undefined ? shift : Math.max(margin - from * zoom, Math.min(space - margin - (from + length!) * zoom, shift))
      return Math.max(space - (start + whole) * zoom, Math.min(-start * zoom, shown))
    }
    return {
      zoom,
      x: along(x, box ? [box.x, box.width] : [], [bounds.x, bounds.width], room.width),
      y: along(y, box ? [box.y, box.height] : [], [bounds.y, bounds.height], room.height),
    }
  })
}

/** The first of some boxes that fits into a view; if none does, the last. */
export const fitting = (room: Size, zoom: number, boxes: readonly Box[]): Box | undefined =>
  boxes.find(({ width, height }) => width * zoom + 2 * margin <= room.width && height * zoom + 2 * margin <= room.height) ?? boxes.at(-1)

/** Keeps the contents above the tools if they would cover some. */
function besideTools({ contents, size, corner }: Framed, view: (room: Size) => ViewportTransform): ViewportTransform {
  const full = view(size)
  return contents.some(box => isCovered(box, full, size, corner)) ? view({ width: size.width, height: size.height - corner.height }) : full
}

/** Whether the tools in the corner cover a part of a box. */
export function isCovered({ x, y, width, height }: Box, view: ViewportTransform, size: Size, corner: Size): boolean {
  const onScreen = { x: x * view.zoom + view.x, y: y * view.zoom + view.y, width: width * view.zoom, height: height * view.zoom }
  return overlaps(onScreen, { x: size.width - corner.width, y: size.height - corner.height, ...corner })
}

/** Nodes and labels of a layout. */
export const contentsOf = ({ nodes, edges }: GraphLayout): readonly Box[] => [...nodes.values(), ...edges.map(({ label }) => label)]

/**
 * A node with its surroundings, in order of preference: with its arguments and the nodes that read it; with its
 * arguments; with the numbers at its edges; alone.
 */
export function surroundings(id: string, { nodes, edges }: Pick<GraphLayout, 'nodes' | 'edges'>): readonly Box[] {
  const node = nodes.get(id)
  if (!node) return []
  const [into, out] = [edges.filter(({ to }) => to === id), edges.filter(({ from }) => from === id)]
  const labels = [...into, ...out].map(({ label }) => label)
  const ends = (list: readonly DrawnEdge[], end: 'from' | 'to') => list.map(edge => nodes.get(edge[end])!)
  return [[...labels, ...ends(into, 'from'), ...ends(out, 'to')], [...labels, ...ends(into, 'from')], labels, []].map(others => boundingBox([node, ...others], 0))
}

/**
 * The end of a run: the last node with its arguments and the output, in order of preference; where they are too far
 * apart, the last node with its surroundings.
 */
export function endOfRun(last: string, output: string, layout: Pick<GraphLayout, 'nodes' | 'edges'>): readonly Box[] {
  const [result, node] = [layout.nodes.get(resultId), layout.nodes.get(output)]
  const around = surroundings(last, layout)
  if (!result || !node) return around
  const values = layout.edges.filter(({ to }) => to === resultId).map(({ label }) => label)
  const outputs = [[node, ...values, result], values]
  return [...around.slice(0, 2).flatMap(box => outputs.map(boxes => boundingBox([box, ...boxes], 0))), ...around]
}

/** An opened group, in order of preference: all of it, or its name with the button that closes it. */
export const frameBoxes = ({ x, y, width, height }: Box): readonly Box[] =>
  [{ x, y, width, height }, { x, y, width: Math.min(width, frameHead.width), height: frameHead.height }]

const coveredIds = (hidden: ReadonlySet<string>, { nodes }: Pick<GraphLayout, 'nodes'>): readonly string[] =>
  [...new Set([...hidden].map(name => name.slice(name.indexOf(':') + 1)))].filter(id => nodes.has(id))

/** The boxes of covered numbers with the nodes that they are at, in order of preference: all of them, or the first. */
export function coveredBoxes(hidden: ReadonlySet<string>, layout: Pick<GraphLayout, 'nodes' | 'edges'>): readonly Box[] {
  const ids = coveredIds(hidden, layout)
  const [first] = ids
  if (first === undefined) return []
  const around = ids.map(id => surroundings(id, layout)[0]!)
  return [boundingBox(around, 0), ...surroundings(first, layout)]
}

/** What a view has to show besides the current node: covered numbers, and the nodes that a text speaks of. */
export interface Attention {
  /** 'value:ID', 'gradient:ID', 'updated:ID' */
  readonly hidden: ReadonlySet<string>
  /** Of nodes, in the order of the text; others are ignored */
  readonly names: readonly string[]
}

/**
 * What a graph opens with where it is too large, in order of preference: everything with its surroundings; everything; of
 * what the text speaks of as much as fits; what is covered; the current node.
 * @param current the current node @param around its surroundings, in order of preference
 */
export function openingFocus({ hidden, names }: Attention, current: string, around: readonly Box[], layout: Pick<GraphLayout, 'nodes' | 'edges'>): readonly Box[] {
  const covered = coveredIds(hidden, layout)
  const spoken = names.filter(name => layout.nodes.has(name))
  const boxesAround = coveredBoxes(hidden, layout)
  const wanted = [...covered, ...spoken]
  if (!wanted.length) return around
  return [
    boundingBox([...boxesAround.slice(0, 1), ...around.slice(0, 1), shownWith(wanted, layout)], 0),
    ...wanted.map((_, i) => wanted.slice(0, wanted.length - i)).flatMap(some => [shownWith([...some, current], layout), shownWith(some, layout)]),
    ...boxesAround, ...around,
  ]
}

/** What a step brings into view, in order of preference: the current node with what the text speaks of, or alone. */
export function stepFocus(names: readonly string[], around: readonly Box[], layout: Pick<GraphLayout, 'nodes' | 'edges'>): readonly Box[] {
  const spoken = names.filter(name => layout.nodes.has(name))
  if (!spoken.length) return around
  const shown = shownWith(spoken, layout)
  return [...around.map(box => boundingBox([box, shown], 0)), ...around]
}

/** Nodes with the numbers that leave them; the output with its name at the end of the edge. */
export const shownWith = (ids: readonly string[], { nodes, edges }: Pick<GraphLayout, 'nodes' | 'edges'>): Box =>
  boundingBox(ids.filter(id => nodes.has(id)).flatMap((id) => {
    const leaving = edges.filter(({ from }) => from === id)
    return [nodes.get(id)!, ...leaving.map(({ label }) => label), ...leaving.filter(({ to }) => to === resultId).map(({ to }) => nodes.get(to)!)]
  }), 0)
