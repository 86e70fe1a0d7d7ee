import type { ErrorCode, ErrorDetails } from '../../errors'
import type { Value } from '../types'
import type { Round } from '../values'

export type Shape = readonly number[]

/**
 * Everything about one operation of the graph, in one object: how it is typed, drawn, computed, differentiated,
 * explained in formulas and exported as code. Its texts stand in the locales under `graph.operation.NAME`.
 */
export interface Operation extends Computation {
  /** The word that is typed before the bracket; for operators and parts an internal name */
  readonly name: string
  /** Drawn in its node, and read aloud by screen readers */
  readonly symbol: string
  readonly syntax: Syntax
  /** Whether swapping its arguments changes the result, so that they are drawn in their order */
  readonly ordered?: boolean
  readonly formula: FormulaTexts
  /** The products that add up to one cell of the output; left out where it is no sum of products */
  readonly terms?: (args: readonly Shape[], cell: number) => readonly Product[]
  /** The products that add up to one cell of an argument's gradient; left out where upstream × local says it */
  readonly gradientTerms?: (args: readonly Shape[], slot: number, cell: number) => readonly Product[]
  /** What its node opens into; the last part is the output */
  readonly parts?: readonly Part[]
  /** Exported code; parts have none, since groups are exported closed */
  readonly code?: OperationCode
}

/** How an operation is typed. */
export type Syntax
  /** Rank 1: sums, 2: products, 3: the sign before a number, 4: powers */
  = { readonly kind: 'operator', readonly sign: string, readonly rank: 1 | 2 | 3 | 4, readonly arity: 1 | 2 }
    | FunctionSyntax
    /** Not typed: it appears only when a group is opened */
    | { readonly kind: 'part' }

export interface FunctionSyntax {
  readonly kind: 'function'
  /** Names of its arguments, as the help shows them: x, W, b */
  readonly args: readonly string[]
  /**
   * Whether no input can have its name. Only the first functions are reserved: one that is added later must not take
   * a name away from documents that already use it, so its word means the function only before a bracket.
   */
  readonly reserved?: boolean
  /** What other tools call it, in lower case without underscores */
  readonly aliases?: readonly string[]
}

/** What an operation computes. It knows its own arguments, its output and its local derivative, and nothing else. */
export interface Computation {
  /** @returns the output's shape, or null when the arguments do not fit together */
  readonly shape: (args: readonly Shape[]) => Shape | null
  /** Arguments fit together; a result outside of what the operation can compute is infinite or NaN */
  readonly forward: (args: readonly Value[], round: Round) => Result
  /** Why the result is not finite; null when it is */
  readonly fault: (args: readonly Value[], out: Value) => Fault | null
  /** One entry for each argument */
  readonly backward: (upstream: Upstream) => readonly Downstream[]
  /** The cells of an argument that one cell of the output depends on */
  readonly sources: (args: readonly Shape[], slot: number, cell: number) => readonly number[]
  /** The inverse of `sources`, where it can be had without searching the output: the cells that one cell of an argument goes into */
  readonly feeds?: (args: readonly Shape[], slot: number, cell: number) => readonly number[]
  /** Whether arguments of different shapes are stretched (broadcast) as in NumPy */
  readonly stretches?: boolean
}

/** Why a node has no finite value: an error code and its parameters. */
export interface Fault { readonly code: ErrorCode, readonly details: ErrorDetails }

export interface Result {
  readonly value: Value
  /** What a loss keeps for its backward pass, by the book's name: y */
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

/** One product of a sum; a factor is a cell of an argument, by its index, or of the upstream gradient. */
export interface Product {
  readonly factors: readonly { readonly of: number | 'dout', readonly cell: number }[]
  /** −1 where the product is subtracted; 1 when left out */
  readonly sign?: -1
}

/** One node inside an opened group. */
export interface Part {
  readonly key: string
  readonly operation: string
  /** What it reads: an argument of the group by its index, an earlier part by its key, or a constant */
  readonly args: readonly (number | string | { readonly constant: number })[]
}

/** The LaTeX texts that a formula is composed of: letters, or numbers in their place. */
export interface Letters {
  readonly args: readonly string[]
  readonly out: string
  readonly dout: string
  /** What a loss keeps */
  readonly y: string
  /** How many rows, or whatever else `count` counts */
  readonly N: string
  /** The sign of multiplication: × between numbers, ⊙ between matrices */
  readonly times: string
}
export type Latex = (letters: Letters) => string

/** How one operation is written in mathematics, in the book's letters. */
export interface FormulaTexts {
  readonly args: readonly string[]
  readonly out: string
  /** An index behind every letter of the formula: _k */
  readonly index?: string
  readonly forward: Latex
  /** ∂out/∂argument, one for each argument; empty where `whole` says it all */
  readonly local: readonly Latex[]
  /** For operations on whole rows or matrices: the complete gradient of each argument, upstream included */
  readonly whole?: readonly Latex[]
  /** The same with numbers in place of letters, where indices would be in the way */
  readonly numbers?: { readonly forward: Latex, readonly whole?: readonly Latex[] }
  /** What N counts; the rows of the first argument when left out */
  readonly count?: (args: readonly Shape[]) => number
}

export interface OperationCode {
  readonly numpy: NumpyCode
  readonly pytorch: PytorchCode
}

/** A layer as a Python class; `variable` is the stem of its instances' names. */
export interface PythonClass {
  readonly name: string
  readonly variable: string
  readonly source: string
}

export interface NumpyCode extends PythonClass {
  /** The book's shorter class, taken when the first two arguments of every such node are matrices */
  readonly ofMatrices?: PythonClass
  /** Taken when the second argument is a constant other than 0, which the constructor then gets */
  readonly ofConstant?: PythonClass
  /** Works along rows, so that a plain number goes in as a row of one; what comes out then */
  readonly alongRows?: { readonly gives: 'row' | 'number' }
}

/** Which Python text an operation becomes. */
export interface PytorchCode {
  /** An operator's sign in Python, or the function to call; or the text itself, with its rank */
  readonly call: string | ((args: readonly PytorchArgument[]) => { readonly text: string, readonly rank: number })
  /** Python source of the function, where torch has none */
  readonly helper?: string
}
export interface PytorchArgument {
  /** A tensor, however it is written */
  readonly text: string
  readonly shape: Shape
  /** In brackets when it binds less tightly than the rank */
  readonly bracketed: (rank: number) => string
}

/** Ranks above every operator: what never needs brackets. */
export const atomRank = 5

/** The fault of finite arguments with a result that is too large for a floating-point number. */
export function overflow(_args: readonly Value[], { data }: Value): Fault | null {
  const bad = data.find(y => !Number.isFinite(y))
  return bad === undefined ? null : { code: 'graph.overflow', details: { found: String(bad) } }
}
