import { momentAt, type Problem, type Trace } from '@core'
import { boundingBox, type Box, type GraphLayout, overlaps, type Point, type Size, type Sizes } from './geometry'
import { hasNotes, notesAt } from './notes'
import { fonts } from './sizes'
import { linesOf, textWidth } from './text-width'

/** The places of a trace's notes. */
export interface NoteBoxes {
  readonly boxes: ReadonlyMap<string, Box>
  /** The layout's bounds, extended by the notes */
  readonly bounds: Box
  /** The layout that they were computed from */
  readonly layout: GraphLayout
  readonly texts: string
}

/** The width of a note's lines, and the padding of the box around them. */
export const noteText = { width: 256, line: 20, padding: { x: 11, y: 7 } }
export const noteLines = (text: string): string[] => linesOf(text, noteText.width, fonts.shape)

/** Distance to neighbours, and to the edge of a picture */
const gap = 10
/** Tolerance for rounding: a distance of exactly `gap` is enough */
const rounding = 1e-6
/** Obstacles farther from a node than this are ignored */
const searchRadius = 600
const frameTitle = 26

/**
 * A place for every note of a trace, beside its node and without covering numbers, nodes or other notes: the nearest
 * one, below rather than above. It depends on the trace, not on the moment, so that notes do not move while stepping.
 * @param before is kept while the notes and the layout are the same
 */
export function noteBoxes(trace: Trace, { layout, sizes }: { readonly layout: GraphLayout, readonly sizes: Sizes }, errorText: (problem: Problem) => string, before: NoteBoxes | null = null): NoteBoxes {
  const notesByNode = notesIn(trace, errorText)
  const texts = JSON.stringify([...notesByNode])
  if (before?.layout === layout && before.texts === texts) return before
  const boxes = new Map<string, Box>()
  const obstacles: Box[] = [...layout.nodes.values(), ...layout.edges.map(({ label }) => label), ...layout.frames.map(frame => ({ ...frame, height: frameTitle }))]
  for (const [id, notes] of notesByNode) {
    const node = layout.nodes.get(id)
    if (!node) continue
    const lines = notes.map(noteLines)
    const size = {
      width: Math.max(...lines.flat().map(line => textWidth(line, fonts.shape))) + 2 * noteText.padding.x,
      height: Math.max(...lines.map(({ length }) => length)) * noteText.line + 2 * noteText.padding.y,
    }
    const middle = { x: node.x + node.width / 2, y: node.y + node.height / 2 }
    const box = nearestFreeBox(size, middle, sizes.node(id).shapeHeight / 2, obstacles) ?? below(size, middle, [layout.bounds, ...boxes.values()])
    boxes.set(id, box)
    obstacles.push(box)
  }
  return { boxes, bounds: boundingBox([layout.bounds, ...Array.from(boxes.values(), box => boundingBox([box], gap))], 0), layout, texts }
}

/** The possible notes of each node, in the order of the forward pass. */
function notesIn(trace: Trace, tell: (problem: Problem) => string): ReadonlyMap<string, readonly string[]> {
  if (!hasNotes(trace)) return new Map()
  const end = momentAt(trace, Infinity)
  return new Map(trace.graph.nodes.map(({ id }) => {
    const { problem, remark } = notesAt(trace, end, id)
    return [id, [problem, remark].flatMap(note => note ? [tell(note)] : [])] as const
  }).filter(([, notes]) => notes.length > 0))
}

/** The free place whose centre is nearest to the node's. @param halfHeight half the height of the node's shape */
function nearestFreeBox({ width, height }: Size, middle: Point, halfHeight: number, taken: readonly Box[]): Box | null {
  const nearby = taken.filter(box => overlaps(box, { x: middle.x - searchRadius, y: middle.y - searchRadius, width: 2 * searchRadius, height: 2 * searchRadius }))
  // the nearest free place either touches an obstacle on each axis or is centred; candidates are tried by distance
  const dxs = [0, ...nearby.flatMap(box => [box.x + box.width + gap + width / 2, box.x - gap - width / 2].map(x => x - middle.x))].sort(nearerFirst)
  const dys = [{ y: middle.y - halfHeight, height: 2 * halfHeight }, ...nearby].flatMap(box => [box.y + box.height + gap + height / 2, box.y - gap - height / 2].map(y => y - middle.y)).sort(nearerFirst)
  let [best, least] = [null as Box | null, Infinity]
  for (const dy of dys) {
    if (Math.abs(dy) >= least) break
    for (const dx of dxs) {
      const distance = Math.hypot(dx, dy)
      if (distance >= least) break
      const box = { x: middle.x + dx - width / 2, y: middle.y + dy - height / 2, width, height }
      if (!nearby.some(other => overlaps(other, boundingBox([box], gap - rounding)))) [best, least] = [box, distance]
    }
  }
  return best
}

/** At equal distance, below and right come first. */
const nearerFirst = (a: number, b: number): number => Math.abs(a) - Math.abs(b) || b - a

/** When there is no free place nearby: below the whole picture. */
function below({ width, height }: Size, { x }: Point, all: readonly Box[]): Box {
  const { y, height: tall } = boundingBox(all, gap)
  return { x: x - width / 2, y: y + tall, width, height }
}
