import type { LabelSize, Point } from './geometry'

/** A box to lay out: its edges leave on the right and arrive on the left, at or near its baseline. */
export interface LayeredNode {
  readonly id: string
  readonly width: number
  /** Distances from the baseline, where edges leave, to the top and to the bottom */
  readonly above: number
  readonly below: number
  /** How far above and below the baseline edges may arrive */
  readonly portReach: number
  /** By link: where a frame's edges arrive, relative to the baseline */
  readonly ports?: ReadonlyMap<string, number>
  /** Has no arguments: inputs and constants */
  readonly leaf: boolean
}

export interface LayeredLink {
  readonly id: string
  readonly from: string
  readonly to: string
  readonly slot: number
  /** Null for an edge without a label */
  readonly label: LabelSize | null
}

export interface LayeredGraph {
  readonly nodes: readonly LayeredNode[]
  readonly links: readonly LayeredLink[]
  /** Preferred order from top to bottom */
  readonly order: ReadonlyMap<string, number>
  /** Nodes that are pinned to the left edge */
  readonly pinnedLeft: ReadonlySet<string>
}

/** A horizontal segment of an edge. */
export interface Segment { readonly from: number, readonly to: number, readonly y: number }

export interface Placement {
  /** Horizontal centre, and the height of the baseline */
  readonly nodes: ReadonlyMap<string, Point>
  /** Horizontal centre, and the height of the edge */
  readonly labels: ReadonlyMap<string, Point>
  /** Horizontal segments of each link from left to right; one of them carries the label */
  readonly segments: ReadonlyMap<string, readonly Segment[]>
  /** The height at which each link arrives */
  readonly portOffsets: ReadonlyMap<string, number>
}
