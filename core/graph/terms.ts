import { operationOf, type Product, type Upstream } from './operations'
import type { Contribution, Group, OperationNode, Trace, Value } from './types'
import { mapValue, sizeOf, stretchMap } from './values'

/** A factor of a product: a cell of a node's value or gradient, or a local derivative. */
export interface Factor {
  /** 'local': the derivative of this cell of `node` */
  readonly of: 'value' | 'gradient' | 'local'
  readonly node: string
  readonly cell: number
  readonly value: number
}

/** One of the products whose sum is a cell. */
export interface Term {
  readonly factors: readonly Factor[]
  /** −1 if it is subtracted */
  readonly sign: 1 | -1
  readonly value: number
}

/** The sum of products that makes up a cell. */
export interface CellTerms {
  readonly value: number
  /** In order; null for an input, or if it is not a sum of products (exp, softmax, …) */
  readonly terms: readonly Term[] | null
}

const at = (of: 'value' | 'gradient', node: string, { data }: Value, cell: number): Factor => ({ of, node, cell, value: data[cell]! })

function term(factors: readonly Factor[], sign: 1 | -1 = 1): Term {
  return { factors, sign, value: factors.reduce<number>((product, { value }) => product * value, sign) }
}

/** The terms of a value: Σ x·w + b, an addition, a product. */
export function valueTerms({ graph, forward }: Trace, id: string, cell: number): CellTerms | null {
  const out = forward.values.get(id)
  const node = graph.byId.get(id)
  if (!out || cell >= out.data.length) return null
  const value = out.data[cell]!
  if (node?.kind !== 'operation' || forward.apart.has(id)) return { value, terms: null }
  const args = node.args.map(name => forward.values.get(name)!)
  const arg = (slot: number, i: number): Factor => at('value', node.args[slot]!, args[slot]!, i)
  const terms = operationOf(node.operation).terms?.(args.map(({ shape }) => shape), cell)
  return { value, terms: terms?.map(product => termOf(product, ({ of, cell }) => arg(of as number, cell))) ?? null }
}

/** @param factorOf maps a factor of the product: a cell of an argument, or of the upstream gradient */
const termOf = ({ factors, sign }: Product, factorOf: (factor: Product['factors'][number]) => Factor): Term => term(factors.map(factorOf), sign)

/**
 * The terms of a gradient: upstream × local, summed over all outgoing edges; for a weight Σₙ x·dout over the batch, for a
 * bias Σₙ dout. An opened group whose parts lose precision counts as one node.
 */
export function gradientTerms(trace: Trace, id: string, cell: number): CellTerms | null {
  const { graph, backward: { gradients, contributions, whole, apart } } = trace
  const gradient = gradients.get(id)
  if (!gradient || cell >= gradient.data.length) return null
  const groupOf = (node: string): string | null => graph.byId.get(node)!.group
  const isWhole = ({ edge: { to } }: Contribution): boolean => apart.has(groupOf(to) ?? '') && groupOf(to) !== groupOf(id)
  const sent = contributions.get(id)
  const groups = new Set(sent?.filter(isWhole).map(({ edge: { to } }) => groupOf(to)!))
  const own = [...groups].flatMap(group => whole.get(group)!.filter(({ edge: { from } }) => from === id))
  const terms = sent && [
    ...sent.filter(contribution => !isWhole(contribution)).flatMap(contribution => edgeTerms(trace, contribution, graph.byId.get(contribution.edge.to) as Reader, cell)),
    ...own.flatMap(contribution => edgeTerms(trace, contribution, graph.groups.get(contribution.edge.to)!, cell)),
  ]
  return { value: gradient.data[cell]!, terms: terms ?? null }
}

type Reader = Pick<OperationNode, 'operation' | 'args'> | Group

function edgeTerms({ forward }: Trace, { edge: { to, slot }, upstream, local, value }: Contribution, reader: Reader, cell: number): readonly Term[] {
  const args = reader.args.map(arg => forward.values.get(arg)!)
  const { gradientTerms } = operationOf(reader.operation)
  const dout = (i: number): Factor => at('gradient', to, upstream, i)
  if (gradientTerms) {
    const products = gradientTerms(args.map(({ shape }) => shape), slot, cell)
    return products.map(product => termOf(product, ({ of, cell }) => of === 'dout' ? dout(cell) : at('value', reader.args[of]!, args[of]!, cell)))
  }
  const slope = (value: number, cell: number): Factor => ({ of: 'local', node: to, cell, value })
  if (local && local.data.length === upstream.data.length) {
    const map = stretchMap(value.shape, local.shape)
    return local.data.flatMap((l, i) => (map ? map[i] : i) === cell ? [term([dout(i), slope(l, i)])] : [])
  }
  const [out, intermediates] = [forward.values.get(to)!, forward.intermediates.get(to) ?? {}]
  return readersOf(reader, args, slot, cell).map(i => term([dout(i), slope(slopeAlong(reader, { args, out, intermediates }, { slot, cell, i }), i)]))
}

/** The cells of a node that depend on a cell of an argument. */
function readersOf({ operation }: Reader, args: readonly Value[], slot: number, cell: number): readonly number[] {
  const shapes = args.map(({ shape }) => shape)
  const { shape, sources } = operationOf(operation)
  return Array.from({ length: sizeOf(shape(shapes)!) }, (_, i) => i).filter(i => sources(shapes, slot, i).includes(cell))
}

/**
 * ∂out[i]/∂argument[cell] for a loss or a function of a row: the gradient for an upstream of 1 at cell i and 0 elsewhere.
 * The actual upstream is not used, so the slope is also correct where that is 0.
 */
function slopeAlong({ operation }: Reader, made: Pick<Upstream, 'args' | 'out' | 'intermediates'>, { slot, cell, i }: { slot: number, cell: number, i: number }): number {
  const dout = mapValue(made.out, () => 0)
  const one = { shape: dout.shape, data: dout.data.with(i, 1) }
  return operationOf(operation).backward({ ...made, dout: one, round: x => x })[slot]!.value.data[cell]!
}
