import type { Ops } from '../ops/ops'
import { type SparseRows, SparseTensor } from '../ops/sparse-tensor'
import { type Arena, type Real, Slot, type Tensor } from '../tensor'
import type { Dataset, Split } from './dataset'
import { SharedRows } from './shared-rows'
import { densityOf } from './sparse'

class SparseImages extends SparseTensor {
  constructor(readonly rowsIn: (split: Split) => SparseRows, list: Uint32Array, memory: Real, shape: readonly number[]) {
    super(list, memory, shape)
  }
}

/** Whether the backend is faster with this dataset's images as sparse rows. */
export const takesSparse = ({ sparseBelow }: Pick<Ops, 'sparseBelow'>, { train }: Dataset): boolean => sparseBelow > 0 && densityOf(train) < sparseBelow

/**
 * Input of the first layer for a dataset's images as sparse rows. Packs both splits at once, since a run allocates all of
 * its memory before the first step; arenas on the same memory share them.
 * @param capacity N, the rows of the largest batch
 * @returns undefined when the backend is faster with dense rows
 * @throws RangeError when the arena's memory is too small
 */
export function sparseInput(ops: Pick<Ops, 'sparseBelow'>, dataset: Dataset, capacity: number, arena: Arena): Slot | undefined {
  if (!takesSparse(ops, dataset) || !arena.allocator) return undefined
  const { train, test, rows, columns } = dataset
  const rowsIn = SharedRows.onMemory(arena.allocator).forArena(arena)
  for (const split of [train, test]) rowsIn(split)
  const D = rows * columns
  const { buffer, byteOffset } = arena.numbers(capacity)
  const list = new Uint32Array(buffer as ArrayBuffer, byteOffset, capacity)
  return new Slot(new SparseImages(rowsIn, list, new Float32Array(capacity * D), [capacity, D]), null)
}

/**
 * Fills a network's input: one image per row, scaled to 0…1.
 * @param x (N,D), at least `count` rows
 * @param indices of the images; `count` of them from position `from`
 */
export function fillImages(x: Tensor, split: Split, indices: ArrayLike<number>, from: number, count: number): void {
  if (x instanceof SparseImages) return x.select(x.rowsIn(split), indices, from, count)
  const { images } = split
  const { data, columns: D } = x
  for (let n = 0; n < count; n++) {
    const image = indices[from + n]! * D
    const row = n * D
    for (let d = 0; d < D; d++) data[row + d] = images[image + d]! / 255
  }
}

/**
 * Fills the target of SoftmaxWithLoss with class indices.
 * @param t (N), at least `count` rows
 */
export function fillLabels(t: Tensor, { labels }: Split, indices: ArrayLike<number>, from: number, count: number): void {
  for (let n = 0; n < count; n++) t.data[n] = labels[indices[from + n]!]!
}
