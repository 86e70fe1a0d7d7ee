import { operations } from './operations'
import type { Upstream } from './operations/operation'
import type { Contribution, Group, OperationNode, Trace, Value } from './types'
import { mapValue, matrixOf, sizeOf, stretchMap } from './values'

/** A number that is multiplied: where it stands, or, for a local derivative, only what it is. */
export interface Factor {
  /** 'value' and 'gradient' stand in a cell of `node`; 'local' is the derivative of that cell of `node` */
  readonly of: 'value' | 'gradient' | 'local'
  readonly node: string
  readonly cell: number
  readonly value: number
}

/** A product, one of those that add up to a cell. */
export interface Term {
  readonly factors: readonly Factor[]
  /** −1 where it is subtracted */
  readonly sign: 1 | -1
  readonly value: number
}

/** The multiply-adds behind one cell. */
export interface CellTerms {
  /** What stands in the cell */
  readonly value: number
  /** In their order; null where the cell is no sum of products (exp, softmax, …) or a given number */
  readonly terms: readonly Term[] | null
}

const at = (of: 'value' | 'gradient', node: string, { data }: Value, cell: number): Factor => ({ of, node, cell, value: data[cell]! })

function term(factors: readonly Factor[], sign: 1 | -1 = 1): Term {
  return { factors, sign, value: factors.reduce<number>((product, { value }) => product * value, sign) }
}

/** How one number came about on the way forward: Σ x·w + b, an addition, a product. */
export function valueTerms({ graph, forward }: Trace, id: string, cell: number): CellTerms | null {
  const out = forward.values.get(id)
  const node = graph.byId.get(id)
  if (!out || cell >= out.data.length) return null
  const value = out.data[cell]!
  if (node?.kind !== 'operation' || forward.apart.has(id)) return { value, terms: null }
  const args = node.args.map(name => ({ name, value: forward.values.get(name)! }))
  const arg = (slot: number, cell: number): Factor => at('value', args[slot]!.name, args[slot]!.value, cell)
  const own = (slot: number): number => stretchMap(args[slot]!.value.shape, out.shape)?.[cell] ?? cell
  const all = (): readonly Term[] => args[0]!.value.data.map((_, i) => term([arg(0, i)]))
  switch (node.operation) {
    case 'dot': return { value, terms: products(arg, args[0]!.value, args[1]!.value, cell) }
    case 'affine': return { value, terms: [...products(arg, args[0]!.value, args[1]!.value, cell), term([arg(2, cell % args[2]!.value.data.length)])] }
    case 'add': return { value, terms: [term([arg(0, own(0))]), term([arg(1, own(1))])] }
    case 'sub': return { value, terms: [term([arg(0, own(0))]), term([arg(1, own(1))], -1)] }
    case 'mul': return { value, terms: [term([arg(0, own(0)), arg(1, own(1))])] }
    case 'sum': return { value, terms: all() }
    case 'rowSum': {
      const width = args[0]!.value.data.length / out.data.length
      return { value, terms: all().slice(cell * width, (cell + 1) * width) }
    }
    default: return { value, terms: null }
  }
}

/** x[n,d] · W[d,m], for each d */
function products(arg: (slot: number, cell: number) => Factor, x: Value, W: Value, cell: number): readonly Term[] {
  const D = matrixOf(x.shape)[1]
  const M = W.shape[1] ?? 1
  const [n, m] = [Math.floor(cell / M), cell % M]
  return Array.from({ length: D }, (_, d) => term([arg(0, n * D + d), arg(1, d * M + m)]))
}

/**
 * How one gradient came about: upstream × local along every edge that the number left by, all added up;
 * for a weight Σₙ x·dout over the batch, for a bias Σₙ dout. Where an opened group sends what its parts have lost, it
 * is told as one node.
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
  const dout = (i: number): Factor => at('gradient', to, upstream, i)
  const args = reader.args.map(arg => forward.values.get(arg)!)
  const arg = (slot: number, i: number): Factor => at('value', reader.args[slot]!, args[slot]!, i)
  const { operation } = reader
  if (operation === 'dot' || operation === 'affine') {
    const [N, D] = matrixOf(args[0]!.shape)
    const M = args[1]!.shape[1] ?? 1
    const over = (count: number, make: (i: number) => readonly Factor[]): readonly Term[] => Array.from({ length: count }, (_, i) => term(make(i)))
    if (slot === 0) { // ∂X = ∂Y·Wᵀ
      const [n, d] = [Math.floor(cell / D), cell % D]
      return over(M, m => [dout(n * M + m), arg(1, d * M + m)])
    }
    if (slot === 1) { // ∂W = Xᵀ·∂Y
      const [d, m] = [Math.floor(cell / M), cell % M]
      return over(N, n => [arg(0, n * D + d), dout(n * M + m)])
    }
    return over(N, n => [dout(n * M + cell)]) // ∂B = Σₙ ∂Y
  }
  const slope = (value: number, cell: number): Factor => ({ of: 'local', node: to, cell, value })
  if (local && local.data.length === upstream.data.length) {
    const map = stretchMap(value.shape, local.shape)
    return local.data.flatMap((l, i) => (map ? map[i] : i) === cell ? [term([dout(i), slope(l, i)])] : [])
  }
  const [out, kept] = [forward.values.get(to)!, forward.kept.get(to) ?? {}]
  return readersOf(reader, args, slot, cell).map(i => term([dout(i), slope(slopeAlong(reader, { args, out, kept }, { slot, cell, i }), i)]))
}

/** The cells of a node that were made of one cell of an argument. */
function readersOf({ operation }: Reader, args: readonly Value[], slot: number, cell: number): readonly number[] {
  const shapes = args.map(({ shape }) => shape)
  const out = operations[operation].shape(shapes)!
  return Array.from({ length: sizeOf(out) }, (_, i) => i).filter(i => operations[operation].sources(shapes, slot, i).includes(cell))
}

/**
 * ∂out[i]/∂argument[cell] of a loss or a row's function: what would flow back if a 1 arrived at the one and nothing at
 * the others. What did arrive takes no part, so that the slope is true where that is 0.
 */
function slopeAlong({ operation }: Reader, made: Pick<Upstream, 'args' | 'out' | 'kept'>, { slot, cell, i }: { slot: number, cell: number, i: number }): number {
  const dout = mapValue(made.out, () => 0)
  const one = { shape: dout.shape, data: dout.data.with(i, 1) }
  return operations[operation].backward({ ...made, dout: one, round: x => x })[slot]!.value.data[cell]!
}
