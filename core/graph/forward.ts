import type { Precision } from '../tensor'
import { operations } from './operations'
import type { Forward, Graph, Group, OperationNode, Problem, Value } from './types'
import { type Round, roundTo, roundValue, scalar, shapeText } from './values'

/**
 * The forward pass: the value of every node, up to the first that cannot be computed. An opened group has the value
 * that it has closed: its parts may overflow, or lose digits, where the group as a whole does not.
 * @param inputs by name; all that the graph has
 * @param precision in which each node's result is kept
 */
export function forward(graph: Graph, inputs: ReadonlyMap<string, Value>, precision: Precision = 'float64'): Forward {
  const round = roundTo(precision)
  const values = new Map<string, Value>()
  const kept = new Map<string, Readonly<Record<string, Value>>>()
  const apart = new Set<string>()
  for (const node of graph.nodes) // all of them first: they are known whatever cannot be computed
    if (node.kind !== 'operation') values.set(node.id, roundValue(node.kind === 'input' ? inputs.get(node.name) ?? scalar(1) : scalar(node.value), precision))
  for (const node of graph.nodes) {
    if (node.kind !== 'operation') continue
    const made = compute(node, values, round)
    if ('code' in made) return { graph, values, kept, apart, problem: problemAt(node, made) }
    const group = graph.groups.get(node.id)
    const whole = group ? compute(group, values, round) : made
    if ('code' in whole) return { graph, values, kept, apart, problem: problemAt({ ...node, ...group }, whole) }
    // a part on its own may be infinite: what counts is the group
    const fault = node.group === null || group ? operations[(group ?? node).operation].fault((group ?? node).args.map(id => values.get(id)!), whole.value) : null
    if (fault) return { graph, values, kept, apart, problem: problemAt({ ...node, ...group }, fault) }
    if (!agree(made.value, whole.value)) apart.add(node.id)
    values.set(node.id, whole.value)
    if (whole.kept) kept.set(node.id, whole.kept)
  }
  return { graph, values, kept, apart, problem: null }
}

type Misfit = Pick<Problem, 'code' | 'details'>

function compute({ operation, args }: Pick<OperationNode, 'operation' | 'args'> | Group, values: ReadonlyMap<string, Value>, round: Round): ReturnType<(typeof operations)['add']['forward']> | Misfit {
  const given = args.map(id => values.get(id)!)
  if (operations[operation].shape(given.map(({ shape }) => shape)) === null)
    return { code: 'graph.shapes', details: { operation, found: given.map(({ shape }) => shapeText(shape)).join(' ') } }
  return operations[operation].forward(given, round)
}

const problemAt = ({ id: node, operation }: OperationNode, { code, details }: Misfit): Problem => ({ node, phase: 'forward', code, details: { operation, ...details } })

/** To six digits, which is what is shown; a cost below 1e-12 is the rounding of a probability near 1. */
const agree = (parts: Value, whole: Value): boolean =>
  parts === whole || parts.data.every((part, i) => Math.abs(part - whole.data[i]!) <= 1e-6 * Math.abs(whole.data[i]!) + 1e-12)
