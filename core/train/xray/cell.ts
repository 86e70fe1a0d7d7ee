import { unitImageAt } from '../../data/images'
import { LabError } from '../../errors'
import type { BlockNumbers, CellFactor, CellSum } from '../../layers/cell-sum'
import { type UpdateLine, updateLines } from '../../optim/update-lines'
import { planOf } from '../../network/shapes'
import type { LabelledImage } from '../probe'
import { blockAt, type Numbers, originOf, paramOf, partsOf, sizesOf } from './parts'
import type { XraySource } from './source'

/** A cell of a block's tensor; a vector has one row. */
export interface XrayAddress {
  /** 'affine1' */
  readonly block: string
  /** 'dW' */
  readonly part: string
  readonly row: number
  readonly column: number
}

/** A factor with the cell from which its number comes. */
export interface XrayFactor extends Omit<CellFactor, 'cell'> {
  readonly at: XrayAddress | null
}

export interface XrayTerm {
  readonly factors: readonly XrayFactor[]
  readonly value: number
  /** The image n, the input i or the output j that it belongs to; null: none */
  readonly index: number | null
}

/** One cell: its number, the sum that it is, and for a parameter what the update made of it. */
export interface XrayCell {
  readonly address: XrayAddress
  /** Where it is computed: x is the out of the block before, dout the dx of the block after */
  readonly origin: XrayAddress
  readonly shape: readonly number[]
  readonly value: number
  /** Null for what is given: a pixel, a weight, a target */
  readonly sum: {
    readonly formula: string
    readonly over: CellSum['over']
    readonly count: number
    readonly zeros: number
    /** The factors that make terms 0, by the number of such terms, largest first. If both factors of a term are 0, it counts for the first. */
    readonly zeroFactors: readonly { readonly symbol: string, /** Where they come from; null: computed of no cell */ readonly from: Pick<XrayAddress, 'block' | 'part'> | null, readonly count: number }[]
    /** Sum of all terms, in double precision */
    readonly total: number
    /** The largest terms, in descending order of magnitude */
    readonly terms: readonly XrayTerm[]
    readonly rest: { readonly count: number, readonly sum: number }
  } | null
  readonly update: XrayUpdate | null
  /** The images of the terms, or of the cell's row */
  readonly images: readonly (LabelledImage & { readonly row: number })[]
}

/** What the optimizer made of one parameter. */
export interface XrayUpdate {
  /** 'W' */
  readonly name: string
  readonly gradient: number
  readonly before: number
  readonly after: number
  readonly state: readonly { readonly name: string, readonly before: number, readonly after: number }[]
  readonly lines: readonly UpdateLine[]
}

/** Terms that are shown one by one. */
const shownTerms = 24

/** @throws LabError train.noTensor when there is no such cell */
export function xrayCell(source: XraySource, address: XrayAddress): XrayCell {
  const at = blockAt(source, address.block)
  const tensor = partsOf(source, at).find(({ part }) => part === address.part)?.tensor
  const { rows, columns } = tensor ? sizesOf(tensor) : { rows: 0, columns: 0 }
  if (!tensor || address.row >= rows || address.column >= columns) throw new LabError('train.noTensor', `the network has no ${address.block}.${address.part}[${address.row}, ${address.column}]`, { found: `${address.block}.${address.part}` })
  const index = address.row * columns + address.column
  const [origin, part] = originOf(source, at, address.part)
  const numbers = numbersOf(source, origin)
  const rule = source.model.definitions[origin]!.cells?.[part]
  const sum = rule ? summedUp(rule(numbers, index), factor => factorOf(source, origin, factor, numbers)) : null
  return {
    address, origin: { ...addressOf(source, origin, part, index, numbers) }, shape: tensor.shape, value: tensor.data[index]!,
    sum, update: updateOf(source, origin, part, index), images: imagesOf(source, address, tensor, sum),
  }
}

type BlockInStep = BlockNumbers & { tensor(part: string): Numbers }

function numbersOf(source: XraySource, at: number): BlockInStep {
  const { model: { architecture, registry, layers }, pass } = source
  const tensors = new Map(partsOf(source, at).flatMap(({ part, tensor }) => tensor ? [[part, tensor] as const] : []))
  const { name } = layers[at]!
  return {
    name, pass, spec: planOf(architecture, registry)[at]?.spec ?? { kind: layers[at]!.kind }, rows: source.images.length,
    tensor: part => tensors.get(part)!,
    columns: part => sizesOf(tensors.get(part)!).columns,
    at: (part, index) => tensors.get(part)!.data[index]!,
  }
}

/** The address at which a tensor's cell is computed. */
function addressOf({ model }: XraySource, at: number, part: string, index: number, { columns }: BlockNumbers): XrayAddress {
  return { block: model.layers[at]!.name, part, row: Math.floor(index / columns(part)), column: index % columns(part) }
}

function factorOf(source: XraySource, at: number, { symbol, value, cell }: CellFactor, numbers: BlockNumbers): XrayFactor {
  if (!cell) return { symbol, value, at: null }
  const [origin, part] = originOf(source, at, cell.part)
  return { symbol, value, at: { ...addressOf(source, at, cell.part, cell.index, numbers), block: source.model.layers[origin]!.name, part } }
}

function summedUp({ formula, over, terms }: CellSum, factorOf: (factor: CellFactor) => XrayFactor): NonNullable<XrayCell['sum']> {
  const all = terms.map(({ factors, index = null }) => ({ factors, index, value: factors.reduce((product, { value }) => product * value, 1) }))
  const size = (value: number): number => Number.isNaN(value) ? Infinity : Math.abs(value)
  const sorted = over === null ? all : [...all].sort((a, b) => size(b.value) - size(a.value) || 0) // ∞ − ∞ is NaN: they stay in order
  const sumOf = (terms: readonly { readonly value: number }[]): number => terms.reduce((sum, { value }) => sum + value, 0)
  const rest = sorted.slice(shownTerms)
  const zero = new Map<string, { readonly factor: CellFactor, readonly count: number }>()
  for (const { factors, value } of all) {
    const factor = value === 0 && factors.find(({ value }) => value === 0)
    if (factor) zero.set(factor.symbol, { factor, count: (zero.get(factor.symbol)?.count ?? 0) + 1 })
  }
  return {
    formula, over, count: all.length, zeros: all.filter(({ value }) => value === 0).length,
    zeroFactors: [...zero.values()].sort((a, b) => b.count - a.count).map(({ factor, count }) => ({ symbol: factor.symbol, from: factorOf(factor).at, count })),
    total: sumOf(all),
    terms: sorted.slice(0, shownTerms).map(({ factors, ...term }) => ({ ...term, factors: factors.map(factorOf) })),
    rest: { count: rest.length, sum: sumOf(rest) },
  }
}

function updateOf({ model, optimizer }: XraySource, at: number, part: string, index: number): XrayUpdate | null {
  const param = paramOf(model.layers[at]!, part)
  if (!param?.slot.before || !optimizer?.has(param.path)) return null
  const { path, slot: { value, grad, before }, decay } = param
  const { spec, weightDecay, update } = optimizer
  const state = [...optimizer.before].flatMap(([name, data]) => name.startsWith(`${path}.`) ? [{ name: name.slice(path.length + 1), before: data[index]!, after: optimizer.after.get(name)![index]! }] : [])
  const given = { weight: before.data[index]!, gradient: grad.data[index]!, state: state.map(({ before }) => before), update }
  return {
    name: path.slice(model.layers[at]!.name.length + 1), gradient: given.gradient, before: given.weight, after: value.data[index]!, state,
    lines: updateLines(spec, given, decay ? weightDecay : 0),
  }
}

function imagesOf(source: XraySource, { row, part, block }: XrayAddress, { shape }: Numbers, sum: XrayCell['sum']): XrayCell['images'] {
  const { images, split, model } = source
  const ofBatch = shape.length > 1 && !paramOf(model.layers[blockAt(source, block)]!, part)
  const rows = sum?.over === 'images' ? sum.terms.map(({ index }) => index!) : ofBatch ? [row] : []
  return rows.map(row => ({ row, label: split.labels[images[row]!]!, pixels: unitImageAt(split, images[row]!) }))
}
