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
  /** Of the argument's shape */
  readonly value: Value
}

type Shape = readonly number[]

/** One kind of node: knows its own inputs, its output and its local derivative, and nothing else. */
export interface Operation {
  /** @returns the output's shape, or null when the arguments do not fit together */
  shape: (args: readonly Shape[]) => Shape | null
  /** @returns a fault where finite arguments make no finite result */
  forward: (args: readonly Value[], round: Round) => Result | Fault
  /** One for each argument. */
  backward: (upstream: Upstream) => readonly Downstream[]
  /** The cells of an argument that one cell of the output was made of. */
  sources: (args: readonly Shape[], slot: number, cell: number) => readonly number[]
  /** The other way round, where that is quicker than asking every cell of the output: the cells that one cell of an argument goes into. */
  feeds?: (args: readonly Shape[], slot: number, cell: number) => readonly number[]
  /** Takes and makes infinities on purpose: log 0 of a probability that t does not ask for */
  readonly infinite?: true
}

export const isFault = (result: Result | Fault): result is Fault => 'code' in result
