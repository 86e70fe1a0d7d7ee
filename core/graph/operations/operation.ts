import type { ErrorCode, ErrorDetails } from '../../errors'
import type { Value } from '../types'
import type { Round } from '../values'

/** What went wrong at a node: a sentence's code and its parameters. */
export interface Fault { readonly code: ErrorCode, readonly details: ErrorDetails }

export interface Result {
  readonly value: Value
  /** What a group keeps inside, by the book's name: y */
  readonly kept?: Readonly<Record<string, Value>>
}

/** What the backward pass of one node has at hand: its own inputs and output, and the upstream gradient. */
export interface Upstream {
  readonly args: readonly Value[]
  readonly out: Value
  readonly kept: Readonly<Record<string, Value>>
  readonly dout: Value
  readonly round: Round
}

/** What goes back along one edge. */
export interface Downstream {
  readonly local: Value | null
  /** Of the argument's shape; NaN where it is undefined, as 0 × ∞ is */
  readonly value: Value
}

type Shape = readonly number[]

/** One kind of node: knows its own inputs, its output and its local derivative, and nothing else. */
export interface Operation {
  /** @returns the output's shape, or null when the arguments do not fit together */
  shape: (args: readonly Shape[]) => Shape | null
  /** Of arguments that fit; where they make no finite number, infinite or NaN */
  forward: (args: readonly Value[], round: Round) => Result
  /** Why its result is no finite number; null where it is */
  fault: (args: readonly Value[], out: Value) => Fault | null
  /** One for each argument. */
  backward: (upstream: Upstream) => readonly Downstream[]
  /** The cells of an argument that one cell of the output was made of. */
  sources: (args: readonly Shape[], slot: number, cell: number) => readonly number[]
  /** The other way round, where that is quicker than asking every cell of the output: the cells that one cell of an argument goes into. */
  feeds?: (args: readonly Shape[], slot: number, cell: number) => readonly number[]
}

/** Finite arguments whose result is too large for a floating-point number. */
export function overflow(_args: readonly Value[], { data }: Value): Fault | null {
  const bad = data.find(y => !Number.isFinite(y))
  return bad === undefined ? null : { code: 'graph.overflow', details: { found: String(bad) } }
}
