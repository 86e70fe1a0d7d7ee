import type { ErrorCode, ErrorDetails } from '../errors'
import type { OptimizerName } from '../config'

/**
 * What flows along an edge: a number (shape []), a row, a matrix or more dimensions, in row-major order.
 * Values are small and never changed in place.
 */
export interface Value {
  readonly shape: readonly number[]
  readonly data: readonly number[]
}

/** Where something stands in the text of an expression: UTF-16 positions, `to` exclusive. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** Names an operation in the registry (`operationOf`): add, exp, rowMax. */
export type OperationName = string

/** An expression as it was typed. */
export type Expression
  = | { readonly kind: 'number', readonly value: number, readonly span: Span }
    | { readonly kind: 'name', readonly name: string, readonly span: Span }
    | { readonly kind: 'call', readonly operation: OperationName, readonly args: readonly Expression[], readonly span: Span }

/** `t = x + y; t ^ 2`: definitions in their order, then the result, which may have a name, too. */
export interface Program {
  readonly source: string
  readonly definitions: readonly Definition[]
  readonly result: Expression
  /** 'z' where the last line reads `z = t ^ 2` */
  readonly resultName: string | null
}
export interface Definition { readonly name: string, readonly value: Expression, readonly span: Span }

interface NodeBase {
  /**
   * An input's or definition's own name; else 'n1', 'n2', … for operations and 'c1', 'c2', … for constants in
   * the order of evaluation; a part's is its group's and its own: 'n3/exp'.
   */
  readonly id: string
  /** Where it was typed; a part has its group's */
  readonly span: Span
  /** The opened group that it is a part of: the id that the closed node has */
  readonly group: string | null
}
export interface InputNode extends NodeBase { readonly kind: 'input', readonly name: string }
export interface ConstantNode extends NodeBase { readonly kind: 'constant', readonly value: number }
export interface OperationNode extends NodeBase {
  readonly kind: 'operation'
  readonly operation: OperationName
  /** Ids, in the operation's order; one may stand there twice */
  readonly args: readonly string[]
  /** Of a definition, or of the result: 't' */
  readonly name: string | null
  /** Whether it is a group that can be opened into its parts */
  readonly opens: boolean
}
export type GraphNode = InputNode | ConstantNode | OperationNode

/** What an opened group computes as a whole. */
export interface Group { readonly operation: OperationName, readonly args: readonly string[] }

/** A computational graph: nodes in the order of the forward pass. */
export interface Graph {
  readonly source: string
  readonly nodes: readonly GraphNode[]
  readonly byId: ReadonlyMap<string, GraphNode>
  /** Names in the order in which they first stand in the expression */
  readonly inputs: readonly string[]
  readonly output: string
  /** Ids of the groups that are open */
  readonly opened: ReadonlySet<string>
  /** The same groups, each as the closed node that it stands for */
  readonly groups: ReadonlyMap<string, Group>
  /** For each node the edges that leave it: who reads it, and as which argument */
  readonly readers: ReadonlyMap<string, readonly Edge[]>
}

/** One edge; `slot` is the argument's index at the reader. Its id is `${from}->${to}#${slot}`. */
export interface Edge {
  readonly from: string
  readonly to: string
  readonly slot: number
}

/** Why a node has no value, or could not send a gradient: a sentence by its code, shown at the node. */
export interface Problem {
  readonly node: string
  readonly phase: 'forward' | 'backward'
  readonly code: ErrorCode
  readonly details: ErrorDetails
}

/** What one reader sends back along one edge: upstream × local derivative. */
export interface Contribution {
  readonly edge: Edge
  /** ∂output/∂(reader) */
  readonly upstream: Value
  /** ∂reader/∂argument where it is a plain number or goes element by element; null where it is a matrix product, a sum, … */
  readonly local: Value | null
  /** Of the argument's shape; contributions of all its readers add up to its gradient. NaN in the cells that have none. */
  readonly value: Value
}

export interface Forward {
  readonly graph: Graph
  /** Of every node that could be computed */
  readonly values: ReadonlyMap<string, Value>
  /** What a group keeps inside: y of softmaxWithLoss */
  readonly kept: ReadonlyMap<string, Readonly<Record<string, Value>>>
  /** Opened groups whose parts, one by one, lose the number that the group has as a whole; its own goes on */
  readonly apart: ReadonlySet<string>
  readonly problem: Problem | null
}

export interface Backward {
  /** ∂output/∂node, the sum over its edges; NaN in the cells that have none */
  readonly gradients: ReadonlyMap<string, Value>
  /** By the id of the node that receives; in the order of the backward pass */
  readonly contributions: ReadonlyMap<string, readonly Contribution[]>
  /** What an opened group sends back as a whole, by its id: this is what its arguments receive */
  readonly whole: ReadonlyMap<string, readonly Contribution[]>
  /** Opened groups whose parts, one by one, lose gradients that the group has as a whole */
  readonly apart: ReadonlySet<string>
  /** Why a node has no gradient, in one cell at least: the first cause, at the node that could send none */
  readonly missing: ReadonlyMap<string, Problem>
}

/**
 * One press of the step key.
 * forward: the operation `node` is computed. start: the gradient begins at the output. backward: `node` sends
 * its contributions to its arguments. update: the parameter `node` moves against its gradient.
 */
export interface Step {
  readonly phase: 'forward' | 'start' | 'backward' | 'update'
  readonly node: string
}

/** A whole run of a graph, of which any moment can be shown. */
export interface Trace {
  readonly graph: Graph
  readonly forward: Forward
  readonly backward: Backward
  /** Ends where the problem of the forward pass is, when there is one */
  readonly steps: readonly Step[]
  /** What the backward pass starts with: ∂output/∂output, 1 unless the graph says otherwise */
  readonly upstream: Value
  /** Parameters after their update, but for those without a gradient; empty without parameters */
  readonly updated: ReadonlyMap<string, Value>
  /** How they were updated: SGD's W − η · dW unless a run of another optimizer is shown */
  readonly update: { readonly optimizer: OptimizerName, readonly learningRate: number }
  /** What stopped the forward pass */
  readonly problem: Problem | null
}

/** What is known after the first `position` steps of a trace. */
export interface Moment {
  readonly position: number
  /** The step that was just made; null at position 0 */
  readonly step: Step | null
  readonly values: ReadonlyMap<string, Value>
  /** Only where every reader has sent its part, and where none ever will */
  readonly gradients: ReadonlyMap<string, Value>
  /** Those that have arrived so far */
  readonly contributions: ReadonlyMap<string, readonly Contribution[]>
  readonly updated: ReadonlyMap<string, Value>
}

/** Numbers as they are written in JSON and in the inputs' fields: 3, [1, 2], [[1, 2], [3, 4]], … up to four deep. */
export type Nested = number | readonly Nested[]

/** All that makes a graph: what is saved, undone, and shown beside a lesson. */
export interface GraphDocument {
  readonly expression: string
  /** By name; an input that is missing gets 1 */
  readonly inputs: Readonly<Record<string, Nested>>
  /** Groups that are open, by id */
  readonly opened?: readonly string[]
  /** What flows into the output from upstream; 1 (everywhere) when left out */
  readonly upstream?: Nested
  /** Inputs that an update changes; none when left out */
  readonly parameters?: readonly string[]
  /** η of the update; 0.1 when left out */
  readonly learningRate?: number
}

/** Some cells of one node's value (or gradient: it has the same shape). */
export interface Cells {
  readonly node: string
  readonly cells: readonly number[]
}
