import type { ErrorCode, ErrorDetails } from '../../errors'
import type { Value } from '../types'
import type { Round } from '../values'

export type Shape = readonly number[]

/**
 * Everything about one operation of the graph in one object: syntax, drawing, computation, derivative, formulas and code
 * export. Its translated texts are in the locales under `graph.operation.NAME`.
 */
export interface Operation extends Computation {
  /** The word before the bracket; an internal name for operators and parts */
  readonly name: string
  /** Shown in its node and read by screen readers */
  readonly symbol: string
  readonly syntax: Syntax
  /** Whether the order of the arguments matters, so that they are drawn in order */
  readonly ordered?: boolean
  /** The argument that is a loss's target: the label of a sample, whose gradient nothing uses */
  readonly target?: number
  /** The argument whose shape alone is used: it has no edge, since neither a value nor a gradient flows there */
  readonly shapeOnly?: number
  readonly formula: FormulaTexts
  /** The products whose sum is a cell of the output; left out if it is not a sum of products */
  readonly terms?: (args: readonly Shape[], cell: number) => readonly Product[]
  /** The products whose sum is a cell of an argument's gradient; left out if each is upstream × local */
  readonly gradientTerms?: (args: readonly Shape[], slot: number, cell: number) => readonly Product[]
  /** The nodes of the opened group; the last part is the output */
  readonly parts?: readonly Part[]
  /** Exported code; parts have none, since groups are exported closed */
  readonly code?: OperationCode
  /** How `core/autograd.ts` writes it, unless it has a function of the same name there: `mul(-1, x)` */
  readonly inAutograd?: string
}

/** The syntax of an operation. */
export type Syntax
  /** Precedence 1: sums, 2: products, 3: unary minus, 4: powers */
  = { readonly kind: 'operator', readonly sign: string, readonly rank: 1 | 2 | 3 | 4, readonly arity: 1 | 2 }
    | FunctionSyntax
    /** Has no syntax: it appears only in opened groups */
    | { readonly kind: 'part' }

export interface FunctionSyntax {
  readonly kind: 'function'
  /** Names of its arguments, as shown in the help: x, W, b */
  readonly args: readonly string[]
  /**
   * Whether its name is unavailable for inputs. Only the first functions are reserved. The name of one added later means the
   * function only before a bracket, so that older documents can still use it for an input.
   */
  readonly reserved?: boolean
  /** Names in other tools, in lower case without underscores */
  readonly aliases?: readonly string[]
}

/** The computation of an operation, which depends only on its own arguments, output and upstream gradient. */
export interface Computation {
  /** @returns the output's shape, or null when the arguments' shapes do not fit together */
  readonly shape: (args: readonly Shape[]) => Shape | null
  /** A specific reason why the arguments have no shape; left out or null: they do not fit together */
  readonly refusal?: (args: readonly Shape[]) => Fault | null
  /** Arguments must fit together; outside the operation's domain the result is infinite or NaN */
  readonly forward: (args: readonly Value[], round: Round) => Result
  /** Reason for a non-finite result; null if it is finite */
  readonly fault: (args: readonly Value[], out: Value) => Fault | null
  /** One entry per argument */
  readonly backward: (upstream: Upstream) => readonly Downstream[]
  /** The cells of an argument that one cell of the output depends on */
  readonly sources: (args: readonly Shape[], slot: number, cell: number) => readonly number[]
  /** The inverse of `sources`, if it can be computed directly: the cells of the output that depend on a cell of an argument */
  readonly feeds?: (args: readonly Shape[], slot: number, cell: number) => readonly number[]
  /** Whether arguments of different shapes are broadcast as in NumPy */
  readonly stretches?: boolean
}

/** Reason why a node has no finite value: an error code and its details. */
export interface Fault { readonly code: ErrorCode, readonly details: ErrorDetails }

export interface Result {
  readonly value: Value
  /** Intermediate values that are stored for the backward pass, by the book's name: y of a loss */
  readonly intermediates?: Readonly<Record<string, Value>>
}

/** The information for one node's backward pass: its inputs, its output and the upstream gradient. */
export interface Upstream {
  readonly args: readonly Value[]
  readonly out: Value
  readonly intermediates: Readonly<Record<string, Value>>
  readonly dout: Value
  readonly round: Round
}

/** The contribution along one edge. */
export interface Downstream {
  readonly local: Value | null
  /** Of the argument's shape; NaN where undefined, such as 0 × ∞ */
  readonly value: Value
}

/** One product in a sum; a factor is a cell of an argument (by index) or of the upstream gradient. */
export interface Product {
  readonly factors: readonly { readonly of: number | 'dout', readonly cell: number }[]
  /** −1 if the product is subtracted; 1 when left out */
  readonly sign?: -1
}

/** One node inside an opened group. */
export interface Part {
  readonly key: string
  /** Symbol of its value in formulas, in LaTeX: y for the probabilities; the last part's is the group's */
  readonly letter?: string
  readonly operation: string
  /** Its inputs: an argument of the group by index, an earlier part by key, or a constant */
  readonly args: readonly (number | string | { readonly constant: number })[]
}

/** The LaTeX pieces of a formula: symbols, or numbers in their place. */
export interface Letters {
  readonly args: readonly string[]
  readonly out: string
  readonly dout: string
  /** The stored probabilities of a loss */
  readonly y: string
  /** The stored normalized input of a batch normalization */
  readonly xHat: string
  /** Its stored standard deviation, with ε */
  readonly deviation: string
  /** The number of rows, or the result of `count` */
  readonly N: string
  /** The multiplication sign: × between numbers, ⊙ between matrices */
  readonly times: string
}
export type Latex = (letters: Letters) => string

/** The mathematical notation of one operation, with the book's symbols. */
export interface FormulaTexts {
  readonly args: readonly string[]
  readonly out: string
  /** A subscript for every symbol in the formula: _k */
  readonly index?: string
  readonly forward: Latex
  /** ∂out/∂argument, one per argument; empty if `whole` is given */
  readonly local: readonly Latex[]
  /** For operations on whole rows or matrices: the complete gradient of each argument, including upstream */
  readonly whole?: readonly Latex[]
  /** The same for formulas with numbers, if subscripts would not make sense there */
  readonly numbers?: { readonly forward: Latex, readonly whole?: readonly Latex[] }
  /** The value of N; left out: the rows of the first argument */
  readonly count?: (args: readonly Shape[]) => number
}

export interface OperationCode {
  readonly numpy: NumpyCode
  readonly pytorch: PytorchCode
}

/** A layer as a Python class; `variable` is the prefix of its instances' names. */
export interface PythonClass {
  readonly name: string
  readonly variable: string
  readonly source: string
}

export interface NumpyCode extends PythonClass {
  /** The book's shorter class, used when the first two arguments of all such nodes are matrices */
  readonly ofMatrices?: PythonClass
  /** Used when the second argument is a constant other than 0, which is passed to the constructor */
  readonly ofConstant?: PythonClass
  /** Works along rows, so a plain number is passed as a row of length 1; `gives` is what it returns */
  readonly alongRows?: { readonly gives: 'row' | 'number' }
}

/** The Python expression of an operation. */
export interface PytorchCode {
  /** An operator or the function to call; or a function that returns the expression and its precedence */
  readonly call: string | ((args: readonly PytorchArgument[]) => { readonly text: string, readonly rank: number })
  /** Python source of the function if torch lacks it */
  readonly helper?: string
}
export interface PytorchArgument {
  /** Expression of a tensor */
  readonly text: string
  readonly shape: Shape
  /** The expression, in brackets if its precedence is lower than `rank` */
  readonly bracketed: (rank: number) => string
}

/** Above the precedence of every operator: never needs brackets. */
export const atomRank = 5

/** The fault of a result that is too large for a floating-point number. */
export function overflow(_args: readonly Value[], { data }: Value): Fault | null {
  const bad = data.find(y => !Number.isFinite(y))
  return bad === undefined ? null : { code: 'graph.overflow', details: { found: String(bad) } }
}
