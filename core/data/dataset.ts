import type { Tensor } from '../tensor'
import { SparseTensor } from './sparse'

/** Images with their labels, one byte a pixel, as MNIST keeps them. */
export interface Split {
  readonly count: number
  /** count × rows × columns, 0 (paper) to 255 (ink) */
  readonly images: Uint8Array
  /** count classes, from 0 */
  readonly labels: Uint8Array
}

export interface Dataset {
  /** 'mnist' */
  readonly id: string
  readonly classes: number
  /** Height and width of an image, in pixels */
  readonly rows: number
  readonly columns: number
  readonly train: Split
  readonly test: Split
}

/**
 * Writes images as a network takes them: one row each, 0 to 1.
 * @param x (N,D), at least `count` rows
 * @param indices which images; `count` of them from position `from`
 */
export function fillImages(x: Tensor, split: Split, indices: ArrayLike<number>, from: number, count: number): void {
  if (x instanceof SparseTensor) return x.select(x.sourceOf(split), indices, from, count)
  const { images } = split
  const { data, columns: D } = x
  for (let n = 0; n < count; n++) {
    const image = indices[from + n]! * D
    const row = n * D
    for (let d = 0; d < D; d++) data[row + d] = images[image + d]! / 255
  }
}

/**
 * Writes labels as SoftmaxWithLoss takes them: class indices.
 * @param t (N), at least `count` rows
 */
export function fillLabels(t: Tensor, { labels }: Split, indices: ArrayLike<number>, from: number, count: number): void {
  for (let n = 0; n < count; n++) t.data[n] = labels[indices[from + n]!]!
}
