import type { Precision } from '../tensor'
import { type Downstream, type Operation, operationOf } from './operations'
import { dependentNodes } from './reach'
import type { Backward, Contribution, Edge, Forward, Group, OperationNode, Problem, Value } from './types'
import { allFinite, filled, mapValue, type Round, roundTo, roundValue } from './values'

/**
 * The backward pass: each node sends upstream × local derivative to its arguments; the contributions to a node add up.
 * An undefined derivative makes only those gradients NaN that flow through its edge.
 * @param pass without a problem
 * @param upstream of the output's shape; 1 everywhere when left out
 */
export function backward(pass: Forward, upstream: Value = filled(pass.values.get(pass.graph.output)!.shape, 1), precision: Precision = 'float64'): Backward {
  return new BackwardPass(pass, roundTo(precision)).from(roundValue(upstream, precision))
}

/** Relative; the lab shows six digits. */
const tolerance = 1e-6
/** Relative to the summands: a difference of this size is float64 rounding error after cancellation */
const residue = 1e-12

class BackwardPass {
  private readonly gradients = new Map<string, Value>()
  private readonly contributions = new Map<string, Contribution[]>()
  private readonly whole = new Map<string, readonly Contribution[]>()
  private readonly apart = new Set<string>()
  private readonly missing = new Map<string, Problem>()
  /** Bounds the rounding error in the current opened group: Σ |upstream × local| over all paths */
  private readonly sizes = new Map<string, Value>()
  private readonly dependent: ReadonlySet<string>

  constructor(private readonly pass: Forward, private readonly round: Round) {
    this.dependent = dependentNodes(pass.graph)
  }

  from(upstream: Value): Backward {
    const { graph, values } = this.pass
    this.gradients.set(graph.output, upstream)
    const nodes = [...graph.nodes].reverse()
    nodes.forEach((node, i) => {
      if (node.kind === 'operation') this.send(node)
      if (node.group !== null && nodes[i + 1]?.group !== node.group) this.sendWhole(node.group, graph.groups.get(node.group)!)
    })
    for (const { id } of graph.nodes) if (!this.gradients.has(id)) this.gradients.set(id, filled(values.get(id)!.shape, 0)) // the output does not depend on these
    const { gradients, contributions, whole, apart, missing } = this
    return { gradients, contributions, whole, apart, missing }
  }

  private send(node: OperationNode): void {
    if (node.group !== null) this.dropRounding(node.id)
    const dout = this.gradients.get(node.id)
    if (!dout) return
    const { byId } = this.pass.graph
    for (const contribution of this.downstream(node.id, node, dout)) {
      const { from } = contribution.edge
      this.contributions.set(from, [...this.contributions.get(from) ?? [], contribution])
      if (node.group !== null && byId.get(from)!.group !== node.group) continue // sent by the group as a whole
      this.receive(contribution, node.group !== null)
    }
    if (node.group !== null) this.measure(node, dout)
  }

  /** The contributions of one operation to its arguments. */
  private downstream(to: string, { operation, args }: Pick<OperationNode, 'operation' | 'args'>, dout: Value): Contribution[] {
    const definition = operationOf(operation)
    const sent = this.operationBackward(definition, to, args, dout)
    return sent
      .map(({ local, value }, slot) => ({ edge: { from: args[slot]!, to, slot }, upstream: dout, local, value: allFinite(value) ? value : mapValue(value, x => Number.isFinite(x) ? x : NaN) }))
      .filter(({ edge: { slot } }) => slot !== definition.shapeOnly)
  }

  private operationBackward(operation: Operation, id: string, args: readonly string[], dout: Value): readonly Downstream[] {
    const { values, intermediates } = this.pass
    return operation.backward({ args: args.map(arg => values.get(arg)!), out: values.get(id)!, intermediates: intermediates.get(id) ?? {}, dout, round: this.round })
  }

  /** Adds a contribution to a gradient. @param inside a group, where undefined gradients are not reported; they are when the group as a whole sends */
  private receive(contribution: Contribution, inside: boolean): void {
    const { edge: { from }, value } = contribution
    const before = this.gradients.get(from)
    const sum = before ? { shape: value.shape, data: value.data.map((d, i) => this.round(before.data[i]! + d)) } : value
    this.gradients.set(from, allFinite(sum) ? sum : mapValue(sum, x => Number.isFinite(x) ? x : NaN))
    if (inside || allFinite(sum) || this.missing.has(from) || !this.dependent.has(from)) return // a constant needs no gradient, such as the 2 in x ^ 2
    this.missing.set(from, this.causeOf(contribution))
  }

  private causeOf({ edge: { to }, upstream, local, value }: Contribution): Problem {
    const before = allFinite(upstream) ? undefined : this.missing.get(to)
    if (before) return before
    const node = this.pass.graph.byId.get(to) as OperationNode
    const operation = this.pass.graph.groups.get(to)?.operation ?? node.operation
    const steep = local?.data.find(slope => !Number.isFinite(slope))
    const code = steep === undefined ? 'graph.gradientOverflow' : 'graph.infiniteSlope'
    return { node: to, phase: 'backward', code, details: { operation, found: String(steep ?? value.data.find(x => !Number.isFinite(x)) ?? Infinity) } }
  }

  /** Called after the last part of an opened group in the backward pass: the arguments receive the contributions of the closed group. */
  private sendWhole(id: string, group: Group): void {
    const dout = this.gradients.get(id)
    if (!dout) return
    const sent = this.downstream(id, group, dout)
    this.whole.set(id, sent)
    for (const contribution of sent) this.receive(contribution, false)
    for (const from of new Set(group.args)) this.compare(id, from, sent.filter(({ edge }) => edge.from === from))
    this.sizes.clear()
  }

  /** Adds the group to `apart` if its parts lose precision in an argument's gradient. A single edge from the parts gets the group's contribution. */
  private compare(id: string, from: string, sent: readonly Contribution[]): void {
    const all = this.contributions.get(from)!
    const isPart = ({ edge: { to } }: { edge: Edge }): boolean => this.pass.graph.byId.get(to)!.group === id
    const parts = all.filter(isPart)
    const sum = (list: readonly Contribution[], cell: number): number => list.reduce((sum, { value }) => sum + value.data[cell]!, 0)
    const size = this.sizes.get(from)
    const agrees = sent[0]!.value.data.every((_, cell) => {
      const whole = sum(sent, cell)
      return Number.isNaN(whole) || Math.abs(sum(parts, cell) - whole) <= tolerance * Math.abs(whole) + residue * (size?.data[cell] ?? 0)
    })
    if (!agrees) this.apart.add(id)
    if (parts.length === 1 && sent.length === 1)
      this.contributions.set(from, all.map(contribution => isPart(contribution) ? { ...contribution, value: sent[0]!.value } : contribution))
  }

  /**
   * Where the paths inside of a group cancel, what is left may be smaller than the rounding errors of what cancelled. Such
   * a gradient is 0, not 1e-16: the maximum that softmax subtracts has none.
   */
  private dropRounding(id: string): void {
    const [gradient, size] = [this.gradients.get(id), this.sizes.get(id)]
    if (!gradient || !size) return
    const withoutRounding = (value: Value): Value => ({ shape: value.shape, data: value.data.map((d, i) => Math.abs(d) <= 2 * Number.EPSILON * size.data[i]! ? 0 : d) })
    this.gradients.set(id, withoutRounding(gradient))
    const sent = this.contributions.get(id)!
    if (sent.length === 1) this.contributions.set(id, sent.map(contribution => ({ ...contribution, value: withoutRounding(contribution.value) })))
  }

  private measure(node: OperationNode, dout: Value): void {
    const size = this.sizes.get(node.id) ?? mapValue(dout, Math.abs)
    this.operationBackward(operationOf(node.operation), node.id, node.args, size).forEach(({ value }, slot) => {
      const before = this.sizes.get(node.args[slot]!)
      this.sizes.set(node.args[slot]!, { shape: value.shape, data: value.data.map((d, i) => Math.abs(d) + (before?.data[i] ?? 0)) })
    })
  }
}
