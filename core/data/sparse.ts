import { type Allocator, type Real, Tensor } from '../tensor'
import type { Split } from './dataset'

/** Images without their paper: of each row the pixels that are not 0, row after row. */
export interface SparseRows {
  /** Numbers in a full row */
  readonly width: number
  /** rows + 1: where each row begins */
  readonly starts: Uint32Array
  /** column · 65,536 + pixel, 1 to 255 */
  readonly entries: Uint32Array
  /** Of each pixel, 0 to 255, the number that it stands for: 0 to 1 */
  readonly shades: Float32Array
}

/** Below this share of ink the sparse way is the faster one, forward and backward. */
export const sparseBelow = 0.4

/** The share of pixels that are not 0, of a tenth of the images spread over all of them. */
export function densityOf({ images, count }: Split): number {
  const width = images.length / count
  let ink = 0
  let seen = 0
  for (let n = 0; n < count; n += 10) {
    for (let i = n * width; i < (n + 1) * width; i++) if (images[i] !== 0) ink++
    seen += width
  }
  return seen > 0 ? ink / seen : 1
}

/** @param allocator of the memory that the kernels see; left out: memory of its own */
export function sparseOf({ images, count }: Split, allocator?: Allocator): SparseRows {
  const width = images.length / count
  let size = 0
  for (let i = 0; i < images.length; i++) if (images[i] !== 0) size++
  const { starts, entries, shades } = memoryFor(count, size, allocator)
  let at = 0
  for (let n = 0; n < count; n++) {
    starts[n] = at
    const image = n * width
    for (let d = 0; d < width; d++) {
      const pixel = images[image + d]!
      if (pixel !== 0) entries[at++] = d << 16 | pixel
    }
  }
  starts[count] = at
  for (let pixel = 0; pixel < 256; pixel++) shades[pixel] = pixel / 255
  return { width, starts, entries, shades }
}

function memoryFor(count: number, size: number, allocator?: Allocator): Pick<SparseRows, 'starts' | 'entries' | 'shades'> {
  if (!allocator) return { starts: new Uint32Array(count + 1), entries: new Uint32Array(size), shades: new Float32Array(256) }
  const lent: number[] = []
  try { for (const numbers of [count + 1, size, 256]) lent.push(allocator.allocate(4 * numbers)) }
  catch (cause) {
    for (const at of lent) allocator.free(at)
    throw cause
  }
  const [starts, entries, shades] = lent as [number, number, number]
  const buffer = allocator.buffer as ArrayBuffer
  return { starts: new Uint32Array(buffer, starts, count + 1), entries: new Uint32Array(buffer, entries, size), shades: new Float32Array(buffer, shades, 256) }
}

/**
 * A mini-batch as a list of sparse rows. Whoever asks for its numbers gets them, filled in then, to be read only; an
 * operation that knows better works on the rows.
 */
export class SparseTensor extends Tensor {
  /** Null before the first mini-batch */
  rowsOf: SparseRows | null = null
  private dense = true

  /**
   * @param sourceOf a dataset's split as sparse rows
   * @param list of as many rows as the tensor has
   * @param memory for the numbers themselves, when somebody asks
   */
  constructor(readonly sourceOf: (split: Split) => SparseRows, readonly list: Uint32Array, memory: Real, shape: readonly number[]) {
    super(memory, shape)
  }

  /** @param indices which rows; `count` of them from position `from` */
  select(rows: SparseRows, indices: ArrayLike<number>, from: number, count: number): void {
    this.rowsOf = rows
    this.dense = false
    for (let n = 0; n < count; n++) this.list[n] = indices[from + n]!
  }

  override get data(): Real {
    const data = super.data
    if (!this.dense && this.rowsOf) {
      this.dense = true
      this.fill(data, this.rowsOf)
    }
    return data
  }

  private fill(data: Real, { width, starts, entries, shades }: SparseRows): void {
    data.fill(0)
    for (let n = 0; n < this.rows; n++) {
      const row = this.list[n]!
      for (let p = starts[row]!; p < starts[row + 1]!; p++) data[n * width + (entries[p]! >>> 16)] = shades[entries[p]! & 0xff]!
    }
  }
}
