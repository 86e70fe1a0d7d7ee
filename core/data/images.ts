import type { Ops } from '../ops/ops'
import { maxSparseColumns, type SparseRows, SparseTensor } from '../ops/sparse-tensor'
import { type Allocator, type Arena, type Real, Slot, type Tensor } from '../tensor'
import { type Dataset, inputSize, largestByte, type Split, unitRange } from './dataset'
import { SharedRows } from './shared-rows'
import { densityOf } from './sparse'

class SparseImages extends SparseTensor {
  constructor(readonly rowsIn: (split: Split) => SparseRows, list: Uint32Array, memory: Real, shape: readonly number[], listAllocator: Allocator, density: number) {
    super(list, memory, shape, listAllocator, density)
  }
}

/** Whether the backend is faster with this dataset's images as sparse rows. */
export const takesSparse = ({ sparseBelow }: Pick<Ops, 'sparseBelow'>, { info, train }: Dataset): boolean =>
  sparseBelow > 0 && inputSize(info) <= maxSparseColumns && densityOf(train) < sparseBelow

/**
 * Input of the first layer for a dataset's images as sparse rows. Packs both splits at once, since a run allocates all of
 * its memory before the first step; arenas on the same memory share them.
 * @param capacity N, the rows of the largest batch
 * @returns undefined when the backend is faster with dense rows
 * @throws RangeError when the arena's memory is too small
 */
export function sparseInput(ops: Pick<Ops, 'sparseBelow'>, dataset: Dataset, capacity: number, arena: Arena): Slot | undefined {
  if (!takesSparse(ops, dataset) || !arena.allocator) return undefined
  const { train, test } = dataset
  const rowsIn = SharedRows.onMemory(arena.allocator).forArena(arena)
  for (const split of [train, test]) rowsIn(split)
  const D = inputSize(dataset.info)
  const { buffer, byteOffset } = arena.numbers(capacity)
  const list = new Uint32Array(buffer as ArrayBuffer, byteOffset, capacity)
  return new Slot(new SparseImages(rowsIn, list, new Float32Array(capacity * D), [capacity, D], arena.allocator, densityOf(train)), null)
}

/**
 * Fills a network's input: one normalized image per row.
 * @param x (N,D), at least `count` rows
 * @param indices of the images; `count` of them from position `from`
 */
export function fillImages(x: Tensor, split: Split, indices: ArrayLike<number>, from: number, count: number): void {
  if (x instanceof SparseImages) return x.select(x.rowsIn(split), indices, from, count)
  const { images, normalization: { divideBy } } = split
  const { data, columns: D } = x
  for (let n = 0; n < count; n++) {
    const image = indices[from + n]! * D
    const row = n * D
    for (let d = 0; d < D; d++) data[row + d] = images[image + d]! / divideBy
  }
}

/** One image as the network's input, (D). */
export function imageAt({ images, count, normalization: { divideBy } }: Split, index: number): Float32Array {
  const D = images.length / count
  const image = new Float32Array(D)
  // A loop, since a view shows a hundred images ten times a second: `from` with a function takes twenty times as long.
  for (let d = 0; d < D; d++) image[d] = images[index * D + d]! / divideBy
  return image
}

/** An image's bytes as numbers. @param bytes 0 (paper) to 255 (ink) @returns 0 to 1 */
export function unitImageOf(bytes: Uint8Array): Float32Array {
  const image = new Float32Array(bytes.length)
  for (let d = 0; d < image.length; d++) image[d] = bytes[d]! / largestByte
  return image
}

/** An image as bytes, as in a dataset. @param pixels 0 (paper) to 1 (ink) */
export const imageBytes = (pixels: ArrayLike<number>): Uint8Array => Uint8Array.from(pixels, pixel => Math.round(largestByte * pixel))

/** One image for display and drawing: rows × columns, from 0 (paper) to 1 (ink). */
export const unitImageAt = (split: Split, index: number): Float32Array => imageAt({ ...split, normalization: unitRange }, index)

/**
 * Fills a loss's target with the images' classes.
 * @param t (N) for class indices, (N,M) for 1 at the class and 0 elsewhere; at least `count` rows
 */
export function fillTarget({ data, shape, columns: M }: Tensor, { labels }: Pick<Split, 'labels'>, indices: ArrayLike<number>, from: number, count: number): void {
  const oneHot = shape.length > 1
  if (oneHot) data.fill(0, 0, count * M)
  for (let n = 0; n < count; n++) {
    const label = labels[indices[from + n]!]!
    if (oneHot) data[n * M + label] = 1
    else data[n] = label
  }
}
