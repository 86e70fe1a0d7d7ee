import { unitImageAt } from '../data/images'
import { predictedClass } from './split-counter'
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
  /** How many of them are answered wrongly */
  readonly wrong: number
  /** By descending loss */
  readonly items: readonly BatchRow[]
}

/** Which images: `count` of them from position `first` on, by descending loss. */
export interface BatchWindow { readonly first: number, readonly count: number }

/** Images of the latest mini-batch, those with the largest loss first. @returns null before the first mini-batch */
export function batchRows({ model, latestImages, dataset: { train } }: Pick<Trainer, 'model' | 'latestImages' | 'dataset'>, { first, count }: BatchWindow): BatchRows | null {
  if (!latestImages) return null
  const { value: y } = model.out // (N,M)
  const rows = Array.from(latestImages, (index, row) => ({ row, index, label: train.labels[index]!, predicted: predictedClass(y, row), loss: model.lossOf(row) }))
  // A loss that is not a number ranks above all others; equal losses keep the order of the mini-batch.
  const rank = ({ loss }: { readonly loss: number }) => Number.isNaN(loss) ? Infinity : loss
  const sorted = rows.toSorted((a, b) => rank(a) === rank(b) ? a.row - b.row : rank(b) - rank(a))
  return {
    total: rows.length,
    wrong: rows.filter(({ label, predicted }) => label !== predicted).length,
    items: sorted.slice(first, first + count).map(({ row, ...answer }) => ({
      ...answer, pixels: unitImageAt(train, answer.index), y: Float32Array.from(y.data.subarray(row * y.columns, (row + 1) * y.columns)),
    })),
  }
}
