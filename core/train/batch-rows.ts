import { unitImageAt } from '../data/images'
import type { Trainer } from './trainer'

/** An image of the latest mini-batch with the network's answer, as it was before the update. */
export interface BatchRow {
  /** Of the training image */
  readonly index: number
  readonly label: number
  /** The class with the largest output */
  readonly predicted: number
  readonly loss: number
  /** 0 (paper) to 1 (ink) */
  readonly pixels: Float32Array
  /** Output for each class */
  readonly y: Float32Array
}

/** A part of the latest mini-batch. */
export interface BatchRows {
  /** Images in the whole mini-batch */
  readonly total: number
  /** By descending loss */
  readonly items: readonly BatchRow[]
}

/** Which images: `count` of them from position `first` on, by descending loss. */
export interface BatchWindow { readonly first: number, readonly count: number }

/** Images of the latest mini-batch, those with the largest loss first. @returns null before the first mini-batch */
export function batchRows({ model, latestImages, dataset: { train } }: Pick<Trainer, 'model' | 'latestImages' | 'dataset'>, { first, count }: BatchWindow): BatchRows | null {
  if (!latestImages) return null
  const { data, columns: M } = model.out.value
  const losses = Float64Array.from(latestImages, (_, row) => model.lossOf(row))
  // A loss that is not a number ranks above all others; equal losses keep the order of the mini-batch.
  const rank = (row: number) => Number.isNaN(losses[row]) ? Infinity : losses[row]!
  const order = Array.from(losses, (_, row) => row).sort((a, b) => rank(a) === rank(b) ? a - b : rank(b) - rank(a))
  return {
    total: latestImages.length,
    items: order.slice(first, first + count).map((row) => {
      const index = latestImages[row]!
      const y = Float32Array.from(data.subarray(row * M, (row + 1) * M))
      return { index, label: train.labels[index]!, predicted: y.reduce((best, value, i) => value > y[best]! ? i : best, 0), loss: losses[row]!, pixels: unitImageAt(train, index), y }
    }),
  }
}
