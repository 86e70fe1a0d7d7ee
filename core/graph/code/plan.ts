import { LabError } from '../../errors'
import { buildGraph } from '../build'
import { parseProgram } from '../expression'
import { inputsOf } from '../run'
import { shapesOf } from '../shapes'
import type { Graph, GraphDocument, OperationNode, Value } from '../types'
import { filled, fromNested, sameShape, shapeText } from '../values'

type Shape = readonly number[]

/** What a generated program has to do, whatever its language. Groups stay closed: opened or not, the numbers are the same. */
export interface Plan {
  readonly document: GraphDocument
  readonly graph: Graph
  readonly shapes: ReadonlyMap<string, Shape>
  readonly inputs: ReadonlyMap<string, Value>
  readonly operations: readonly OperationNode[]
  /** What the backward pass begins with, of the output's shape */
  readonly upstream: Value
  /** Nodes that stand between an input and the output: gradients flow through these alone */
  readonly between: ReadonlySet<string>
  /** How many gradients come back to a node */
  readonly uses: ReadonlyMap<string, number>
}

/** @throws LabError graph.* for an expression, an input or shapes that make no program */
export function planOf(document: GraphDocument): Plan {
  const graph = buildGraph(parseProgram(document.expression))
  const inputs = inputsOf(graph, document)
  const shapes = shapesOf(graph, inputs)
  const operations = graph.nodes.filter(node => node.kind === 'operation')
  const bad = operations.find(({ id }) => !shapes.has(id))
  if (bad) throw misfit(bad.operation, bad.args.map(arg => shapeText(shapes.get(arg)!)).join(' '))
  const between = nodesBetween(graph)
  const uses = new Map<string, number>()
  for (const { id, args } of operations)
    if (between.has(id)) for (const arg of args) uses.set(arg, (uses.get(arg) ?? 0) + 1)
  return { document, graph, shapes, inputs, operations, upstream: upstreamOf(document, shapes.get(graph.output)!), between, uses }
}

const misfit = (operation: string, found: string): LabError => new LabError('graph.shapes', `${operation}: ${found}`, { operation, found })

function upstreamOf({ upstream = 1 }: GraphDocument, shape: Shape): Value {
  const value = fromNested(upstream, 'upstream')
  if (value.shape.length === 0) return filled(shape, value.data[0]!)
  if (!sameShape(value.shape, shape)) throw misfit('upstream', `${shapeText(value.shape)} ${shapeText(shape)}`)
  return value
}

function nodesBetween({ nodes, output }: Graph): ReadonlySet<string> {
  const depends = new Set<string>()
  for (const node of nodes)
    if (node.kind === 'input' || (node.kind === 'operation' && node.args.some(arg => depends.has(arg)))) depends.add(node.id)
  const between = new Set(depends.has(output) ? [output] : [])
  for (const node of [...nodes].reverse())
    if (node.kind === 'operation' && between.has(node.id)) for (const arg of node.args) if (depends.has(arg)) between.add(arg)
  return between
}
