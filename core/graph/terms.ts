import type { Contribution, Trace, Value } from './types'
import { matrixOf, stretchMap } from './values'

/** A number that is multiplied: where it stands, or, for a local derivative, only what it is. */
export interface Factor {
  /** 'value' and 'gradient' stand in a cell of `node`; 'local' is the derivative of `node` at that cell */
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
  if (node?.kind !== 'operation') return { value, terms: null }
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
 * for a weight Σₙ x·dout over the batch, for a bias Σₙ dout.
 */
export function gradientTerms(trace: Trace, id: string, cell: number): CellTerms | null {
  const gradient = trace.backward.gradients.get(id)
  if (!gradient || cell >= gradient.data.length) return null
  const contributions = trace.backward.contributions.get(id)
  const terms = contributions?.flatMap(contribution => edgeTerms(trace, contribution, cell)) ?? null
  return { value: gradient.data[cell]!, terms }
}

function edgeTerms({ graph, forward }: Trace, { edge: { to, slot }, upstream, local, value }: Contribution, cell: number): readonly Term[] {
  const reader = graph.byId.get(to)
  if (reader?.kind !== 'operation') return []
  const dout = (i: number): Factor => at('gradient', to, upstream, i)
  const arg = (slot: number, i: number): Factor => at('value', reader.args[slot]!, forward.values.get(reader.args[slot]!)!, i)
  const { operation } = reader
  if (operation === 'dot' || operation === 'affine') {
    const [N, D] = matrixOf(forward.values.get(reader.args[0]!)!.shape)
    const M = forward.values.get(reader.args[1]!)!.shape[1] ?? 1
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
  // A loss or a row's function: upstream times what is left of it
  const from = upstream.data.length === value.data.length ? cell : upstream.data.length === 1 ? 0 : Math.floor(cell * upstream.data.length / value.data.length)
  const { data } = upstream
  return [term([dout(from), slope(data[from] === 0 ? 0 : value.data[cell]! / data[from]!, cell)])]
}
