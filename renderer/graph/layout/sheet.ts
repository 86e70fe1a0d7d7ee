import type { LabelSize, Point } from './geometry'

/** What is laid out: boxes whose lines leave at the right and arrive at the left, at or about one height. */
export interface SheetNode {
  readonly id: string
  readonly width: number
  /** From the height at which lines leave up to the top, and down to the bottom */
  readonly up: number
  readonly down: number
  /** How far above and below that height lines may arrive */
  readonly reach: number
  /** Where a frame's lines arrive, by link, from that height */
  readonly ports?: ReadonlyMap<string, number>
  /** Nothing is read by it: inputs and constants */
  readonly leaf: boolean
}

export interface SheetLink {
  readonly id: string
  readonly from: string
  readonly to: string
  readonly slot: number
  /** Null for a line without a label */
  readonly label: LabelSize | null
}

export interface Sheet {
  readonly nodes: readonly SheetNode[]
  readonly links: readonly SheetLink[]
  /** From top to bottom, as far as lines allow it */
  readonly order: ReadonlyMap<string, number>
  /** Nodes that are held at the left edge */
  readonly atLeft: ReadonlySet<string>
}

/** A level piece of a line. */
export interface Stretch { readonly from: number, readonly to: number, readonly y: number }

export interface Places {
  /** Middle of the width, and the height at which lines leave */
  readonly nodes: ReadonlyMap<string, Point>
  /** Middle of the width, and the height of the line */
  readonly labels: ReadonlyMap<string, Point>
  /** Level pieces of each link from left to right; one of them is the label's own */
  readonly stretches: ReadonlyMap<string, readonly Stretch[]>
  /** At which height each link arrives */
  readonly ends: ReadonlyMap<string, number>
}
