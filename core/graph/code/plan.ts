import { LabError } from '../../errors'
import { buildGraph } from '../build'
import { parseProgram } from '../expression'
import { inputsOf } from '../run'
import { type Operation, operations } from '../operations'
import { nodesBetween } from '../reach'
import { shapeMismatch, shapesOf, upstreamOf } from '../shapes'
import type { Graph, GraphDocument, OperationNode, Value } from '../types'
import { fromNested } from '../values'

type Shape = readonly number[]

/** The steps of a generated program, in any language. Groups stay closed, which does not change the results. */
export interface Plan {
  readonly document: GraphDocument
  readonly graph: Graph
  readonly shapes: ReadonlyMap<string, Shape>
  readonly inputs: ReadonlyMap<string, Value>
  readonly operations: readonly OperationNode[]
  /** Initial gradient of the backward pass, of the output's shape */
  readonly upstream: Value
  /** Nodes on a path from an input to the output; only these have gradients */
  readonly between: ReadonlySet<string>
  /** Number of contributions to each node's gradient */
  readonly uses: ReadonlyMap<string, number>
}

/** @throws LabError graph.* for an invalid expression or input, or shapes that do not fit together */
export function planOf(document: GraphDocument): Plan {
  const graph = buildGraph(parseProgram(document.expression))
  const inputs = inputsOf(graph, document)
  const shapes = shapesOf(graph, inputs)
  const nodes = graph.nodes.filter(node => node.kind === 'operation')
  const bad = nodes.find(({ id }) => !shapes.has(id))
  if (bad) {
    const { code, details } = shapeMismatch(bad.operation, bad.args.map(arg => shapes.get(arg)!))
    throw new LabError(code, `${bad.operation}: ${details['found']}`, details)
  }
  const between = nodesBetween(graph)
  const uses = new Map<string, number>()
  for (const { id, args } of nodes)
    if (between.has(id)) for (const arg of args) uses.set(arg, (uses.get(arg) ?? 0) + 1)
  return { document, graph, shapes, inputs, operations: nodes, upstream: upstreamOf(fromNested(document.upstream ?? 1, 'upstream'), shapes.get(graph.output)!), between, uses }
}

/**
 * The operations whose class and function names a program reserves: those in use and the reserved functions. A program then stays the
 * same when the lab gets new functions.
 */
export function exportable(used: readonly OperationNode[]): readonly Operation[] {
  const names = new Set(used.map(({ operation }) => operation))
  return operations().filter(({ name, syntax }) => names.has(name) || syntax.kind === 'operator' || (syntax.kind === 'function' && syntax.reserved))
}
