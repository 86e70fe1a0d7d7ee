import type { Affine } from '../layers/affine'
import { backpropagate, type ExplainedClass, type ExplainedNetwork, lastAffine, logitOf, seed } from './explained'

/** How a logit is a sum: one product h·W for each unit of the last hidden layer, and the bias. */
export interface Ledger {
  readonly class: number
  readonly over: number | null
  /** The affine layer that adds them up: 'affine2' */
  readonly layer: string
  /** The layer whose outputs h are added up: 'relu1'; null: they are the network's input */
  readonly units: string | null
  /** Outputs of the units (D) */
  readonly h: Float64Array
  /** Their weights W[j, class], minus W[j, over] with another class (D) */
  readonly W: Float64Array
  /** h·W (D) */
  readonly products: Float64Array
  readonly b: number
  /** What layers after the affine one add; otherwise only the rounding of float32 */
  readonly rest: number
  /** Products, b and rest add up to it */
  readonly logit: number
}

/**
 * Writes a logit of the latest answer as a sum over the units of the last hidden layer. A layer between the sum and the logit
 * counts by its slope.
 * @returns null for a network without an affine layer
 */
export function ledger({ model, ops }: Pick<ExplainedNetwork, 'model' | 'ops'>, explained: ExplainedClass): Ledger | null {
  const { layers } = model
  const at = lastAffine(layers)
  if (at < 0) return null
  const affine = layers[at] as Affine
  const slopes = slopesAfter({ model, ops }, at, explained)
  const { rows: D, columns: M } = affine.W
  const h = Float64Array.from(affine.x.data)
  const W = new Float64Array(D)
  for (let k = 0; k < M; k++) {
    if (slopes[k] === 0) continue
    for (let j = 0; j < D; j++) W[j]! += affine.W.data[j * M + k]! * slopes[k]!
  }
  const products = h.map((h, j) => h * W[j]!)
  const b = slopes.reduce((sum, slope, k) => sum + slope * affine.b.data[k]!, 0)
  const logit = logitOf(model, explained)
  const rest = logit - products.reduce((sum, product) => sum + product, b)
  return { class: explained.class, over: explained.over ?? null, layer: affine.name, units: layers[at - 1]?.name ?? null, h, W, products, b, rest, logit }
}

/** Derivatives of the explained number by the outputs of a layer. */
function slopesAfter({ model, ops }: Pick<ExplainedNetwork, 'model' | 'ops'>, at: number, explained: ExplainedClass): Float64Array {
  const { layers } = model
  const last = layers.length - 2
  seed(layers[last]!.dout.data, explained)
  backpropagate({ model, ops }, last, at + 1)
  return Float64Array.from(layers[at]!.dout.data)
}

/** The entries of a ledger that are shown one by one, in descending order, and the sum of the others. */
export interface LedgerEntries {
  readonly strongest: readonly { readonly unit: number, readonly value: number }[]
  readonly others: { readonly count: number, readonly sum: number, /** Units with h = 0 */ readonly silent: number }
}

/** @param most number of units with the largest magnitudes that are shown one by one */
export function entriesOf({ products, h }: Pick<Ledger, 'products' | 'h'>, most: number): LedgerEntries {
  const order = Array.from(products.keys()).sort((i, j) => Math.abs(products[j]!) - Math.abs(products[i]!)) // of equal ones the first
  const count = products.length <= most + 1 ? products.length : most // "the other one" says less than the unit itself
  const others = order.slice(count)
  return {
    strongest: order.slice(0, count).filter(unit => h[unit] !== 0).map(unit => ({ unit, value: products[unit]! })).sort((a, b) => b.value - a.value),
    others: { count: others.length + order.slice(0, count).filter(unit => h[unit] === 0).length, sum: others.reduce((sum, unit) => sum + products[unit]!, 0), silent: order.filter(unit => h[unit] === 0).length },
  }
}
