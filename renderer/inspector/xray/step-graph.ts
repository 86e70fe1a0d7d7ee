/** A place in the picture, in its own units. */
export interface Point { readonly x: number, readonly y: number }

/** A block as a node, with the edge that leads to it from the left. */
export interface PlacedNode extends Point {
  /** Where its edge begins */
  readonly from: number
  /** Row of the picture */
  readonly row: number
  /** Whether its edge comes from the end of the row above */
  readonly isContinued: boolean
}

export interface StepGraphLayout {
  /** CSS pixels per unit: a short chain is drawn larger when there is width for it */
  readonly scale: number
  /** A long chain: its edges have a number each, and its parameters one */
  readonly isCompact: boolean
  readonly radius: number
  /** Between the parameters of a block */
  readonly pitch: number
  readonly width: number
  readonly height: number
  readonly nodes: readonly PlacedNode[]
  /** The loss's number, right of the last node */
  readonly end: Point
}

interface Sizes {
  readonly radius: number
  /** Width of a node with its edge: at least its labels, at most what the eye follows easily */
  readonly narrowest: number
  readonly widest: number
  /** Height above a node's centre with and without inputs such as W, and below it */
  readonly aboveInputs: number
  readonly aboveLabels: number
  readonly below: number
}
const full: Sizes = { radius: 20, narrowest: 116, widest: 176, aboveInputs: 112, aboveLabels: 36, below: 64 }
const compact: Sizes = { radius: 16, narrowest: 80, widest: 112, aboveInputs: 76, aboveLabels: 32, below: 30 }
/** From this width on a window is also high enough for two rows in large. */
const wideWidth = 840
/** Room at the left, for the number L at the right, and for the arrow to the next row. */
const [startWidth, endWidth, turnWidth] = [4, 88, 22]

/**
 * Places a chain of blocks from left to right, in as many rows as the width needs; each row is read from the left. A short chain
 * is drawn larger; one that would need more than two rows, or more than one in a narrow window, is drawn with fewer labels.
 * @param width CSS pixels
 * @param inputs number of inputs of each block besides x: 2 for W and b
 */
export function layStepGraph(width: number, inputs: readonly number[]): StepGraphLayout {
  // sizes, scale, largest number of rows
  const oneRow = [[full, 1.5, 1], [full, 1.25, 1], [full, 1, 1]] as const
  const wanted = width < wideWidth
    ? [...oneRow, [compact, 1.25, 1], [compact, 1, 1], [full, 1, 2], [compact, 1.25, 2]] as const
    : [...oneRow, [full, 1.25, 2], [full, 1, 2], [compact, 1.5, 2], [compact, 1.25, 3]] as const
  for (const [sizes, scale, rows] of wanted) {
    const layout = place(width, inputs, sizes, scale)
    if (layout.nodes.at(-1)!.row < rows && layout.width * scale <= width) return layout
  }
  return place(width, inputs, compact, 1)
}

/** In rows of about equal length, so that the loss does not stand alone. */
function place(available: number, inputs: readonly number[], sizes: Sizes, scale: number): StepGraphLayout {
  const greedy = placeRows(available, inputs, sizes, scale, Infinity)
  const rows = greedy.nodes.at(-1)!.row + 1
  return rows === 1 ? greedy : placeRows(available, inputs, sizes, scale, Math.ceil(inputs.length / rows))
}

/** @param most blocks in a row */
function placeRows(available: number, inputs: readonly number[], sizes: Sizes, scale: number, most: number): StepGraphLayout {
  const { radius, narrowest, widest, aboveInputs, aboveLabels, below } = sizes
  const width = Math.floor(available / scale)
  const step = Math.max(narrowest, Math.min(widest, Math.floor((width - startWidth - endWidth) / inputs.length)))
  const rows: { x: number, block: number }[][] = [[]]
  let x = startWidth
  inputs.forEach((_, block) => {
    const isLast = block === inputs.length - 1
    const isFull = x + step + (isLast ? endWidth : turnWidth) > width || rows.at(-1)!.length === most
    if (isFull && rows.at(-1)!.length > 0) {
      rows.push([])
      x = turnWidth
    }
    rows.at(-1)!.push({ x, block })
    x += step
  })
  let top = 0
  const nodes = rows.flatMap((row, at): PlacedNode[] => {
    const y = top + (row.some(({ block }) => inputs[block]! > 0) ? aboveInputs : aboveLabels)
    top = y + below
    return row.map(({ x }, i) => ({ x: x + step - radius, y, from: x, row: at, isContinued: at > 0 && i === 0 }))
  })
  const last = nodes.at(-1)!
  return {
    scale, isCompact: sizes === compact, radius, pitch: 64,
    width: Math.max(width, last.x + radius + endWidth), height: top, nodes, end: { x: last.x + radius, y: last.y },
  }
}

/** The node to which an arrow key leads from another. */
export function nextNode(nodes: readonly PlacedNode[], at: number, key: string): number {
  const here = nodes[at]!
  if (key === 'ArrowRight' || key === 'ArrowLeft') return Math.max(0, Math.min(nodes.length - 1, at + (key === 'ArrowRight' ? 1 : -1)))
  const row = here.row + (key === 'ArrowDown' ? 1 : -1)
  const there = nodes.map((node, i) => ({ i, node })).filter(({ node }) => node.row === row)
  return there.length ? there.reduce((best, one) => Math.abs(one.node.x - here.x) < Math.abs(best.node.x - here.x) ? one : best).i : at
}
