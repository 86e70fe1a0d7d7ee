import type { Model } from '../network/model'
import type { Tensor } from '../tensor'
import type { WeightPlace } from './weight-place'

/**
 * Why a weight has no gradient on a batch: its input x is 0 in all rows, a pixel's or a unit's; the ReLU's unit behind it fires in
 * none; or in each row one of both.
 */
export type ZeroCause
  = | { readonly of: 'pixel' | 'input', readonly input: number }
    | { readonly of: 'unit', readonly layer: string, readonly unit: number }
    | { readonly of: 'either', readonly input: number, readonly layer: string, readonly unit: number }

/** Finds in the latest forward pass why the gradient of a weight is 0. @returns null when it has another cause */
export function zeroCause({ layers, definitions }: Pick<Model, 'layers' | 'definitions'>, { path, row, column }: WeightPlace): ZeroCause | null {
  const at = layers.findIndex(({ params }) => params.some(param => param.path === path))
  const { x, params } = layers[at]!
  const isMatrix = (tensor: Tensor): boolean => tensor.shape.length > 1
  // a bias has no input: it is as if it were 1 in all rows
  const hasInput = params.some(param => param.path === path && isMatrix(param.slot.value))
  const rows = Array.from({ length: x.rows }, (_, n) => n)
  const isBlank = (n: number): boolean => hasInput && x.data[n * x.columns + row] === 0
  if (rows.every(isBlank)) return { of: at === 0 ? 'pixel' : 'input', input: row }

  // dropout and batch normalization in between keep the units' places
  const matrix = layers.findIndex(({ params }, i) => i > at && params.some(({ slot }) => isMatrix(slot.value)))
  const behind = layers.findIndex((_, i) => i > at && (matrix < 0 || i < matrix) && definitions[i]!.units !== undefined)
  if (behind < 0 || !('fires' in definitions[behind]!.units!)) return null
  const { name, x: inputs } = layers[behind]!
  const isSilent = (n: number): boolean => !(inputs.data[n * inputs.columns + column]! > 0)
  if (rows.every(isSilent)) return { of: 'unit', layer: name, unit: column }
  const mixes = definitions.some(({ mixesRows }, i) => mixesRows && i > at && i < behind)
  return !mixes && rows.every(n => isBlank(n) || isSilent(n)) ? { of: 'either', input: row, layer: name, unit: column } : null
}
