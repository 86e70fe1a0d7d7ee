export interface Point { readonly x: number, readonly y: number }
export interface Size { readonly width: number, readonly height: number }
export interface Box extends Point, Size {}

/** The size of a node with its captions; the drawn shape is in the middle. */
export interface NodeSize extends Size {
  readonly shape: 'circle' | 'box'
  readonly shapeWidth: number
  readonly shapeHeight: number
}

/** The size of an edge's label: the value above the line, the gradient below. */
export interface LabelSize {
  readonly width: number
  readonly above: number
  readonly below: number
}

/** An edge of the picture; the last one leaves the output and carries the result. */
export interface DrawnEdge { readonly id: string, readonly from: string, readonly to: string, readonly slot: number }

/** The end of the last edge, where the result is shown. */
export const resultId = '=>'

export interface Sizes {
  readonly node: (id: string) => NodeSize
  readonly label: (edge: DrawnEdge) => LabelSize
}

export interface EdgeRoute extends DrawnEdge {
  /** SVG path from the source to the target */
  readonly line: string
  /** The gradient's path beside it, from the target back to the source */
  readonly back: string
  /** Arrow heads, as closed paths */
  readonly head: string
  readonly backHead: string
  /** The whole label; the edge runs `above` pixels below its top */
  readonly label: Box & { readonly above: number }
  readonly bounds: Box
  /** The number of the argument, '1' or '2', where two distinct arguments arrive in reverse order */
  readonly mark: Point & { readonly text: string } | null
}

/** The outline of an opened group, with room for its name. */
export interface GroupFrame extends Box { readonly id: string }

/** A graph's layout, without its values. */
export interface GraphLayout {
  /** Bounding box of everything, with a margin */
  readonly bounds: Box
  /** Boxes of the nodes, including their captions */
  readonly nodes: ReadonlyMap<string, Box>
  readonly edges: readonly EdgeRoute[]
  readonly frames: readonly GroupFrame[]
}

export const overlaps = (a: Box, b: Box): boolean => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height

/** The bounding box of boxes. */
export function boundingBox(boxes: readonly Box[], margin: number): Box {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const { x, y, width, height } of boxes) {
    left = Math.min(left, x)
    top = Math.min(top, y)
    right = Math.max(right, x + width)
    bottom = Math.max(bottom, y + height)
  }
  return { x: left - margin, y: top - margin, width: right - left + 2 * margin, height: bottom - top + 2 * margin }
}
