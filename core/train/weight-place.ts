import type { Tensor } from '../tensor'
import { sizesOf } from './xray/parts'

/** An element of a trained tensor; one of a vector is in row 0. */
export interface WeightPlace {
  /** 'affine1.W' */
  readonly path: string
  readonly row: number
  readonly column: number
}

/** @param index row-major */
export function placeAt(path: string, tensor: Pick<Tensor, 'shape' | 'data'>, index: number): WeightPlace {
  const { columns } = sizesOf(tensor)
  return { path, row: Math.floor(index / columns), column: index % columns }
}

/** The row-major index of an element; null outside of the tensor. */
export function indexAt(tensor: Pick<Tensor, 'shape' | 'data'>, { row, column }: WeightPlace): number | null {
  const { rows, columns } = sizesOf(tensor)
  return row >= 0 && column >= 0 && row < rows && column < columns ? row * columns + column : null
}
