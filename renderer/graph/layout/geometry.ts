export interface Point { readonly x: number, readonly y: number }
export interface Size { readonly width: number, readonly height: number }
export interface Box extends Point, Size {}

/** What a node takes up; its drawn shape stands in the middle, captions above and below it. */
export interface NodeSize extends Size {
  readonly shape: 'circle' | 'box'
  readonly shapeWidth: number
  readonly shapeHeight: number
}

/** What an edge's label takes up: the value above its line, the gradient below. */
export interface LabelSize {
  readonly width: number
  readonly above: number
  readonly below: number
}

/** An edge of the picture; the last one leaves the output and carries the result. */
export interface DrawnEdge { readonly id: string, readonly from: string, readonly to: string, readonly slot: number }

/** The end of the last edge, where the result stands. */
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
  /** The whole label; its line runs `above` pixels below its top */
  readonly label: Box & { readonly above: number }
  readonly bounds: Box
  /** Which argument it is, where the order of two that are not alike is turned about: '1', '2' */
  readonly mark: Point & { readonly text: string } | null
}

/** The outline of an opened group, with room for its name. */
export interface Frame extends Box { readonly id: string }

/** A graph's picture without its values. */
export interface GraphLayout {
  /** With a margin around everything */
  readonly bounds: Box
  /** Whole nodes, captions included */
  readonly nodes: ReadonlyMap<string, Box>
  readonly edges: readonly EdgeRoute[]
  readonly frames: readonly Frame[]
}

export const overlaps = (a: Box, b: Box): boolean => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height

/** The smallest box around boxes. */
export function around(boxes: readonly Box[], margin: number): Box {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const { x, y, width, height } of boxes) {
    left = Math.min(left, x)
    top = Math.min(top, y)
    right = Math.max(right, x + width)
    bottom = Math.max(bottom, y + height)
  }
  return { x: left - margin, y: top - margin, width: right - left + 2 * margin, height: bottom - top + 2 * margin }
}
