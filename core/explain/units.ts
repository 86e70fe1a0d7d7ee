import type { Affine } from '../layers/affine'
import type { Layer } from '../layers/layer'
import { backpropagate, type ExplainedNetwork, inputGradient, inputPerPixel } from './explained'

/** The outputs of one hidden layer with its activation, or the logits. */
export interface UnitRow {
  /** The affine layer that computes the units' sums: 'affine1' */
  readonly layer: string
  /** The last layer before the next affine one or the loss, whose outputs these are: 'relu1' */
  readonly shown: string
  /** Kinds of the layers from the affine one to the shown one */
  readonly kinds: readonly string[]
  readonly values: Float64Array
}

/** Every layer of units of the latest answer, from the first hidden one to the logits. */
export function unitRows({ model: { layers } }: Pick<ExplainedNetwork, 'model'>): readonly UnitRow[] {
  return affineIndices(layers).map((at, i, all) => {
    const end = (all[i + 1] ?? layers.length - 1) - 1
    return { layer: layers[at]!.name, shown: layers[end]!.name, kinds: layers.slice(at, end + 1).map(({ kind }) => kind), values: Float64Array.from(layers[end]!.out.data) }
  })
}

/** How one unit came to its output in the latest answer. */
export interface UnitTrace {
  readonly layer: string
  readonly unit: number
  /** Its inputs (D), and its weights (D) */
  readonly x: Float64Array
  readonly W: Float64Array
  /** The layer whose outputs x are; null: the network's input */
  readonly from: string | null
  readonly b: number
  /** Σ x·W + b */
  readonly sum: number
  /** What the layers after it make of the sum, in order: 'relu1' */
  readonly after: readonly { readonly layer: string, readonly kind: string, readonly value: number }[]
  /** Derivatives of the sum by the pixels of the image; the weights themselves in a first layer on unscaled pixels */
  readonly pixels: Float64Array
}

/**
 * @param layer 'affine1'
 * @returns null when there is no such unit
 */
export function unitTrace({ model, ops, normalization }: ExplainedNetwork, layer: string, unit: number): UnitTrace | null {
  const { layers } = model
  const at = layers.findIndex(({ name, kind }) => name === layer && kind === 'affine')
  const affine = layers[at] as Affine | undefined
  if (!affine || !(unit >= 0 && unit < affine.units)) return null
  const { rows: D, columns: M } = affine.W
  const dx = inputGradient(model)
  affine.dout.data.fill(0)
  affine.dout.data[unit] = 1
  backpropagate({ model, ops }, at)
  const scale = inputPerPixel(normalization)
  const end = layers.findIndex(({ kind }, i) => i > at && kind === 'affine')
  return {
    layer, unit, from: layers[at - 1]?.name ?? null,
    x: Float64Array.from(affine.x.data),
    W: Float64Array.from({ length: D }, (_, i) => affine.W.data[i * M + unit]!),
    b: affine.b.data[unit]!,
    sum: affine.out.data[unit]!,
    after: layers.slice(at + 1, end < 0 ? layers.length - 1 : end).map(({ name, kind, out }) => ({ layer: name, kind, value: out.data[unit]! })),
    pixels: Float64Array.from(dx.data, dx => dx * scale),
  }
}

const affineIndices = (layers: readonly Layer[]): readonly number[] => layers.flatMap(({ kind }, i) => kind === 'affine' ? [i] : [])
