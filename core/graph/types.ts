import type { ErrorCode, ErrorDetails } from '../errors'
import type { OptimizerSpec } from '../config'

/** A value on an edge: a number (shape []), a row, a matrix or more dimensions, in row-major order. Values are immutable. */
export interface Value {
  readonly shape: readonly number[]
  readonly data: readonly number[]
}

/** A span in the text of an expression: UTF-16 positions, `to` exclusive. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** Name of an operation in the registry (`operationOf`): add, exp, rowMax. */
export type OperationName = string

/** A parsed expression. */
export type Expression
  = | { readonly kind: 'number', readonly value: number, readonly span: Span }
    | { readonly kind: 'name', readonly name: string, readonly span: Span }
    | { readonly kind: 'call', readonly operation: OperationName, readonly args: readonly Expression[], readonly span: Span }

/** `t = x + y; t ^ 2`: definitions in order, then the result, which may also have a name. */
export interface Program {
  readonly source: string
  readonly definitions: readonly Definition[]
  readonly result: Expression
  /** 'z' if the last line is `z = t ^ 2` */
  readonly resultName: string | null
}
export interface Definition { readonly name: string, readonly value: Expression, readonly span: Span }

interface NodeBase {
  /**
   * The name of an input or definition; else 'n1', 'n2', … for operations and 'c1', 'c2', … for constants in the order of
   * evaluation. For a part, the group's id and its own key: 'n3/exp'.
   */
  readonly id: string
  /** Its source text; a part has that of its group */
  readonly span: Span
  /** Id of the opened group that it is a part of */
  readonly group: string | null
}
export interface InputNode extends NodeBase { readonly kind: 'input', readonly name: string }
export interface ConstantNode extends NodeBase { readonly kind: 'constant', readonly value: number }
export interface OperationNode extends NodeBase {
  readonly kind: 'operation'
  readonly operation: OperationName
  /** Ids, in the order of the operation's arguments; an id may appear twice */
  readonly args: readonly string[]
  /** Name of a definition or of the result: 't' */
  readonly name: string | null
  /** Whether it is a closed group that can be opened into its parts */
  readonly opens: boolean
}
export type GraphNode = InputNode | ConstantNode | OperationNode

/** The operation that an opened group stands for. */
export interface Group { readonly operation: OperationName, readonly args: readonly string[] }

/** A computational graph: nodes in the order of the forward pass. */
export interface Graph {
  readonly source: string
  readonly nodes: readonly GraphNode[]
  readonly byId: ReadonlyMap<string, GraphNode>
  /** Names in the order of their first appearance in the expression */
  readonly inputs: readonly string[]
  readonly output: string
  /** Ids of the opened groups */
  readonly opened: ReadonlySet<string>
  /** The opened groups with their operations and arguments */
  readonly groups: ReadonlyMap<string, Group>
  /** Outgoing edges of each node */
  readonly readers: ReadonlyMap<string, readonly Edge[]>
}

/** An edge; `slot` is the argument's index at the reader. Its id is `${from}->${to}#${slot}`. */
export interface Edge {
  readonly from: string
  readonly to: string
  readonly slot: number
}

/** Reason why a node has no value or could not send a gradient; its code's text is shown at the node. */
export interface Problem {
  readonly node: string
  readonly phase: 'forward' | 'backward'
  readonly code: ErrorCode
  readonly details: ErrorDetails
}

/** A contribution to a gradient along one edge: upstream × local derivative. */
export interface Contribution {
  readonly edge: Edge
  /** ∂output/∂(reader) */
  readonly upstream: Value
  /** ∂reader/∂argument for plain numbers and elementwise operations; null for a matrix product, a sum, … */
  readonly local: Value | null
  /** Of the argument's shape; the argument's gradient is the sum over its readers. NaN in cells where it is undefined. */
  readonly value: Value
}

export interface Forward {
  readonly graph: Graph
  /** Values of all nodes that could be computed */
  readonly values: ReadonlyMap<string, Value>
  /** Intermediate values of groups: y of softmaxWithLoss */
  readonly intermediates: ReadonlyMap<string, Readonly<Record<string, Value>>>
  /** Opened groups whose parts lose precision compared with the closed group; the closed group's value is used */
  readonly apart: ReadonlySet<string>
  readonly problem: Problem | null
}

export interface Backward {
  /** ∂output/∂node, summed over its edges; NaN in cells where it is undefined */
  readonly gradients: ReadonlyMap<string, Value>
  /** By the id of the receiving node, in the order of the backward pass */
  readonly contributions: ReadonlyMap<string, readonly Contribution[]>
  /** Contributions of each opened group as a whole, by its id: these are what its arguments receive */
  readonly whole: ReadonlyMap<string, readonly Contribution[]>
  /** Opened groups whose parts lose precision in a gradient compared with the closed group */
  readonly apart: ReadonlySet<string>
  /** Reason why a node's gradient is undefined in some cell: the first cause, at the node that could not send one */
  readonly missing: ReadonlyMap<string, Problem>
}

/**
 * One step of the stepper.
 * forward: `node` is computed. start: the initial gradient at the output. backward: `node` sends its contributions to its
 * arguments. update: the parameter `node` is updated.
 */
export interface Step {
  readonly phase: 'forward' | 'start' | 'backward' | 'update'
  readonly node: string
}

/** A complete run of a graph, from which any moment can be shown. */
export interface Trace {
  readonly graph: Graph
  readonly forward: Forward
  readonly backward: Backward
  /** Ends at the problem of the forward pass, if there is one */
  readonly steps: readonly Step[]
  /** Initial gradient of the backward pass: ∂output/∂output, 1 by default */
  readonly upstream: Value
  /** Updated values of the parameters that have a gradient */
  readonly updated: ReadonlyMap<string, Value>
  /** The update rule: SGD's W − η · dW, unless the run of another optimizer is shown */
  readonly update: OptimizerSpec
  /** The problem that stopped the forward pass */
  readonly problem: Problem | null
}

/** Everything that is known after the first `position` steps of a trace. */
export interface Moment {
  readonly position: number
  /** The latest step; null at position 0 */
  readonly step: Step | null
  readonly values: ReadonlyMap<string, Value>
  /** Complete gradients only: all contributions have arrived, or there are none */
  readonly gradients: ReadonlyMap<string, Value>
  /** Contributions that have arrived so far */
  readonly contributions: ReadonlyMap<string, readonly Contribution[]>
  readonly updated: ReadonlyMap<string, Value>
}

/** A value in JSON and in input fields: 3, [1, 2], [[1, 2], [3, 4]], … up to four levels. */
export type Nested = number | readonly Nested[]

/** A graph as it is saved, undone, and shown beside a lesson. */
export interface GraphDocument {
  readonly expression: string
  /** By name; missing inputs are 1 */
  readonly inputs: Readonly<Record<string, Nested>>
  /** Ids of the opened groups */
  readonly opened?: readonly string[]
  /** Initial gradient at the output; 1 everywhere when left out */
  readonly upstream?: Nested
  /** Inputs that the update changes; none when left out */
  readonly parameters?: readonly string[]
  /** Learning rate η of the update; 0.1 when left out */
  readonly learningRate?: number
}

/** Some cells of a node's value, or of its gradient, which has the same shape. */
export interface Cells {
  readonly node: string
  readonly cells: readonly number[]
}
