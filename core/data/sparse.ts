import { maxSparseColumns, type SparseRows } from '../ops/sparse-tensor'
import type { Allocator } from '../tensor'
import type { Split } from './dataset'

/** Estimated once for each split: its images do not change */
const densities = new WeakMap<Split['images'], number>()

/** Share of nonzero pixels, estimated from every tenth image. */
export function densityOf(split: Split): number {
  const density = densities.get(split.images) ?? estimatedDensity(split)
  densities.set(split.images, density)
  return density
}

function estimatedDensity({ images, count }: Split): number {
  const width = images.length / count
  let ink = 0
  let seen = 0
  for (let n = 0; n < count; n += 10) {
    for (let i = n * width; i < (n + 1) * width; i++) if (images[i] !== 0) ink++
    seen += width
  }
  return seen > 0 ? ink / seen : 1
}

/** Numbers of nonzero pixels, counted once for each split: its images do not change */
const counted = new WeakMap<Split['images'], number>()

function nonzeroPixels({ images }: Split): number {
  let size = counted.get(images)
  if (size === undefined) {
    size = 0
    for (let i = 0; i < images.length; i++) if (images[i] !== 0) size++
    counted.set(images, size)
  }
  return size
}

/** Size in bytes of a split's sparse rows. */
export const sparseBytes = (split: Split): number => 4 * (split.count + 1 + nonzeroPixels(split) + pixelBytes)

/** Number of values of a pixel's byte */
const pixelBytes = 256

/**
 * Packs the nonzero pixels.
 * @param allocator of the kernels' memory; when left out, the rows get memory of their own
 * @throws RangeError for more columns than an entry can store, or when the memory is too small
 */
export function sparseOf(split: Split, allocator?: Allocator): SparseRows {
  const { images, count, normalization: { divideBy } } = split
  const width = images.length / count
  if (width > maxSparseColumns) throw new RangeError(`${width} columns, at most ${maxSparseColumns}`)
  const { starts, entries, pixelValues } = memoryFor(count, nonzeroPixels(split), allocator)
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
  for (let pixel = 0; pixel < pixelBytes; pixel++) pixelValues[pixel] = pixel / divideBy
  return { width, starts, entries, pixelValues, allocator }
}

function memoryFor(count: number, size: number, allocator?: Allocator): Pick<SparseRows, 'starts' | 'entries' | 'pixelValues'> {
  if (!allocator) return { starts: new Uint32Array(count + 1), entries: new Uint32Array(size), pixelValues: new Float32Array(pixelBytes) }
  const blocks: number[] = []
  try { for (const numbers of [count + 1, size, pixelBytes]) blocks.push(allocator.allocate(4 * numbers)) }
  catch (cause) {
    for (const at of blocks) allocator.free(at)
    throw cause
  }
  const [starts, entries, pixelValues] = blocks as [number, number, number]
  const buffer = allocator.buffer as ArrayBuffer
  return { starts: new Uint32Array(buffer, starts, count + 1), entries: new Uint32Array(buffer, entries, size), pixelValues: new Float32Array(buffer, pixelValues, pixelBytes) }
}
