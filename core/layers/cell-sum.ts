import type { LayerSpec } from '../config'
import type { Pass } from './layer'

/** A number in a product: a cell of one of the block's tensors, a function of a cell, or a constant. */
export interface CellFactor {
  /** As in the formulas: 'x', 'dout', 'y (1 − y)', '1 / N' */
  readonly symbol: string
  readonly value: number
  /** The cell that it is or is computed from; left out: none */
  readonly cell?: { readonly part: string, readonly index: number }
}

/** One product of a sum. */
export interface CellTerm {
  readonly factors: readonly CellFactor[]
  /** The image n, the input i or the output j that it belongs to; left out: none, as for a bias */
  readonly index?: number
}

/** The sum of products that one cell of a tensor is. */
export interface CellSum {
  /** With this cell's indices: 'dW[300, 7] = Σₙ x[n, 300] · dout[n, 7]' */
  readonly formula: string
  /** What the index of the terms counts; null: the sum has a fixed number of terms */
  readonly over: 'images' | 'inputs' | 'outputs' | null
  readonly terms: readonly CellTerm[]
}

/** The numbers of a block in one step. */
export interface BlockNumbers {
  /** Name of the block: 'dropout1' */
  readonly name: string
  /** Settings of the layer; those of a loss are empty */
  readonly spec: LayerSpec
  readonly pass: Pass
  /** Number of rows N */
  readonly rows: number
  /** Number of elements per row of a tensor */
  columns(part: string): number
  /** @param index row-major; the target of a classification is one-hot */
  at(part: string, index: number): number
}

/** Writes a cell as a sum of products. @param index row-major */
export type CellRule = (block: BlockNumbers, index: number) => CellSum

/** A cell of a tensor as a factor. */
export const cellFactor = (block: BlockNumbers, part: string, index: number, symbol = part): CellFactor => ({ symbol, value: block.at(part, index), cell: { part, index } })

/** Row and column of an index. */
export const placeIn = (block: BlockNumbers, part: string, index: number): readonly [row: number, column: number] => {
  const columns = block.columns(part)
  return [Math.floor(index / columns), index % columns]
}

/** One term for each of `count` indices. */
export const termsOf = (count: number, factors: (index: number) => readonly CellFactor[]): readonly CellTerm[] => Array.from({ length: count }, (_, index) => ({ index, factors: factors(index) }))

/** A function of one number, and its derivative. */
interface Pointwise {
  /** 'max(0, x)' */
  readonly symbol: string
  readonly value: (x: number) => number
  /** Its derivative, computed from the cell of `from` */
  readonly slope: { readonly symbol: string, readonly from: 'x' | 'out', readonly value: (number: number) => number }
}

/** The rules of a layer that applies one function to each number: out = f(x), dx = dout · f′. */
export const pointwiseRules = ({ symbol, value, slope }: Pointwise): Readonly<Record<'out' | 'dx', CellRule>> => ({
  out: (block, index) => {
    const at = placeIn(block, 'out', index).join(', ')
    return { formula: `out[${at}] = ${symbol.replace(/\bx\b/, `x[${at}]`)}`, over: null, terms: [{ factors: [{ symbol, value: value(block.at('x', index)), cell: { part: 'x', index } }] }] }
  },
  dx: (block, index) => {
    const at = placeIn(block, 'out', index).join(', ')
    return {
      formula: `dx[${at}] = dout[${at}] · ${slope.symbol}`, over: null,
      terms: [{ factors: [cellFactor(block, 'dout', index), { symbol: slope.symbol, value: slope.value(block.at(slope.from, index)), cell: { part: slope.from, index } }] }],
    }
  },
})

/** The gradient of both losses: dx = (y − t) / N. */
export const differenceRule: CellRule = (block, index) => {
  const at = placeIn(block, 'y', index).join(', ')
  const share = { symbol: '1 / N', value: 1 / block.rows }
  return {
    formula: `dx[${at}] = (y[${at}] − t[${at}]) / ${block.rows}`, over: null,
    terms: [{ factors: [cellFactor(block, 'y', index), share] }, { factors: [{ symbol: '−t', value: -block.at('t', index), cell: { part: 't', index } }, share] }],
  }
}
