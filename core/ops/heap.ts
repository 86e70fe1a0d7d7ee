import type { Allocator } from '../tensor'

/** A WebAssembly memory, as much of it as is needed here. It must be shared: then its views outlive its growth. */
export interface KernelMemory {
  readonly buffer: ArrayBufferLike
  grow(pages: number): number
}

export const pageBytes = 65_536
/** Kernels read four numbers at a time, beyond the last one of a tensor, too. */
const slackBytes = 16

interface Part { at: number, bytes: number }

/** Lends parts of a WebAssembly memory, first fit, and grows it when nothing fits. */
export class Heap implements Allocator {
  /** Free parts by their place, no two of them side by side */
  private readonly holes: Part[] = []
  private readonly lent = new Map<number, number>()
  private top: number

  /** @param base where the kernels' own constants end */
  constructor(private readonly memory: KernelMemory, base: number) {
    this.top = aligned(base)
  }

  get buffer(): ArrayBufferLike { return this.memory.buffer }
  /** Bytes that are lent now. */
  get bytes(): number { return [...this.lent.values()].reduce((sum, bytes) => sum + bytes, 0) }

  /** @returns a multiple of 64, where a line of the caches begins @throws RangeError when the memory cannot grow any more */
  allocate(wanted: number): number {
    const bytes = aligned(wanted + slackBytes)
    const hole = this.holes.findIndex(part => part.bytes >= bytes)
    const at = hole < 0 ? this.extend(bytes) : this.cut(hole, bytes)
    this.lent.set(at, bytes)
    return at
  }

  free(at: number): void {
    const bytes = this.lent.get(at)
    if (bytes === undefined) return
    this.lent.delete(at)
    const next = this.holes.findIndex(part => part.at > at)
    const index = next < 0 ? this.holes.length : next
    this.holes.splice(index, 0, { at, bytes })
    this.join(index)
    this.join(index - 1)
    this.lower()
  }

  /**
   * Grows the memory so far that parts can be lent, in this order, once others are given back.
   * @throws RangeError when it cannot grow so far; what is lent stays lent in any case
   */
  reserve(wanted: readonly number[], freed: readonly number[]): void {
    const later = new Heap(this.memory, this.top)
    later.holes.push(...this.holes.map(part => ({ ...part })))
    for (const [at, bytes] of this.lent) later.lent.set(at, bytes)
    for (const at of freed) later.free(at)
    for (const bytes of wanted) later.allocate(bytes)
  }

  private cut(index: number, bytes: number): number {
    const hole = this.holes[index]!
    const { at } = hole
    hole.at += bytes
    hole.bytes -= bytes
    if (hole.bytes === 0) this.holes.splice(index, 1)
    return at
  }

  private extend(bytes: number): number {
    const missing = this.top + bytes - this.memory.buffer.byteLength
    if (missing > 0) this.memory.grow(Math.ceil(missing / pageBytes))
    const at = this.top
    this.top += bytes
    return at
  }

  /** A hole at the end is none: the next part that fits nowhere begins there, and does not leave it behind. */
  private lower(): void {
    const last = this.holes.at(-1)
    if (!last || last.at + last.bytes !== this.top) return
    this.top = last.at
    this.holes.pop()
  }

  /** Makes one hole of two that touch. */
  private join(index: number): void {
    const [left, right] = [this.holes[index], this.holes[index + 1]]
    if (!left || !right || left.at + left.bytes !== right.at) return
    left.bytes += right.bytes
    this.holes.splice(index + 1, 1)
  }
}

/** Eight lanes that cross a line of the caches are read twice. */
const aligned = (bytes: number): number => Math.ceil(bytes / 64) * 64
