import type { Precision } from '../tensor'
import { type Fault, operationOf, type Result } from './operations'
import { shapeMismatch } from './shapes'
import type { Forward, Graph, Group, OperationNode, Problem, Value } from './types'
import { type Round, roundTo, roundValue, scalar } from './values'

/**
 * The forward pass: computes nodes up to the first that fails. An opened group has the value of the closed group,
 * since its parts may overflow or lose precision where the group as a whole does not.
 * @param inputs by name; every input of the graph
 * @param precision to which each node's result is rounded
 */
export function forward(graph: Graph, inputs: ReadonlyMap<string, Value>, precision: Precision = 'float64'): Forward {
  const round = roundTo(precision)
  const values = new Map<string, Value>()
  const intermediates = new Map<string, Readonly<Record<string, Value>>>()
  const apart = new Set<string>()
  for (const node of graph.nodes) // before all operations, so that they have values even if one fails
    if (node.kind !== 'operation') values.set(node.id, roundValue(node.kind === 'input' ? inputs.get(node.name) ?? scalar(1) : scalar(node.value), precision))
  for (const node of graph.nodes) {
    if (node.kind !== 'operation') continue
    const made = compute(node, values, round)
    if ('code' in made) return { graph, values, intermediates, apart, problem: problemAt(node, made) }
    const group = graph.groups.get(node.id)
    const whole = group ? compute(group, values, round) : made
    if ('code' in whole) return { graph, values, intermediates, apart, problem: problemAt({ ...node, ...group }, whole) }
    // A part may be infinite; only ungrouped nodes and whole groups report a fault.
    const fault = node.group === null || group ? operationOf((group ?? node).operation).fault((group ?? node).args.map(id => values.get(id)!), whole.value) : null
    if (fault) return { graph, values, intermediates, apart, problem: problemAt({ ...node, ...group }, fault) }
    if (!agree(made.value, whole.value)) apart.add(node.id)
    values.set(node.id, whole.value)
    if (whole.intermediates) intermediates.set(node.id, whole.intermediates)
  }
  return { graph, values, intermediates, apart, problem: null }
}

function compute({ operation, args }: Pick<OperationNode, 'operation' | 'args'> | Group, values: ReadonlyMap<string, Value>, round: Round): Result | Fault {
  const { shape, forward } = operationOf(operation)
  const given = args.map(id => values.get(id)!)
  const shapes = given.map(({ shape }) => shape)
  return shape(shapes) === null ? shapeMismatch(operation, shapes) : forward(given, round)
}

const problemAt = ({ id: node, operation }: OperationNode, { code, details }: Fault): Problem => ({ node, phase: 'forward', code, details: { operation, ...details } })

/** Equal to six significant digits. Below 1e-12 a loss is only the rounding error of a probability near 1. */
const agree = (parts: Value, whole: Value): boolean =>
  parts === whole || parts.data.every((part, i) => Math.abs(part - whole.data[i]!) <= 1e-6 * Math.abs(whole.data[i]!) + 1e-12)
