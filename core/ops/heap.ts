import type { Allocator } from '../tensor'

/** The part of WebAssembly.Memory that is used here. It must be shared: then views stay valid when the memory grows. */
export interface KernelMemory {
  readonly buffer: ArrayBufferLike
  grow(pages: number): number
}

export const pageBytes = 65_536
/** Kernels load four numbers at a time and may read past a tensor's last one. */
const slackBytes = 16

interface Block { at: number, bytes: number }

/** A first-fit allocator on a WebAssembly memory, which it grows when no free block fits. */
export class Heap implements Allocator {
  /** Free blocks by offset; adjacent ones are merged */
  private readonly freeBlocks: Block[] = []
  /** Bytes of each allocated block, by offset */
  private readonly allocated = new Map<number, number>()
  private top: number

  /** @param base first byte after the kernels' constants */
  constructor(private readonly memory: KernelMemory, base: number) {
    this.top = aligned(base)
  }

  get buffer(): ArrayBufferLike { return this.memory.buffer }
  /** Number of bytes currently allocated. */
  get bytes(): number { return [...this.allocated.values()].reduce((sum, bytes) => sum + bytes, 0) }

  /** @returns the offset, a multiple of 64 (a cache line) @throws RangeError when the memory cannot grow any more */
  allocate(wanted: number): number {
    const bytes = aligned(wanted + slackBytes)
    const index = this.freeBlocks.findIndex(block => block.bytes >= bytes)
    const at = index < 0 ? this.extend(bytes) : this.takeFromFree(index, bytes)
    this.allocated.set(at, bytes)
    return at
  }

  free(at: number): void {
    const bytes = this.allocated.get(at)
    if (bytes === undefined) return
    this.allocated.delete(at)
    const next = this.freeBlocks.findIndex(block => block.at > at)
    const index = next < 0 ? this.freeBlocks.length : next
    this.freeBlocks.splice(index, 0, { at, bytes })
    this.mergeWithNext(index)
    this.mergeWithNext(index - 1)
    this.lowerTop()
  }

  /**
   * Grows the memory until blocks of these sizes can be allocated in this order after other blocks are freed. Runs on a copy of
   * the allocator's state, so nothing is allocated or freed here.
   * @throws RangeError when the memory cannot grow so far
   */
  reserve(wanted: readonly number[], freed: readonly number[]): void {
    const simulated = new Heap(this.memory, this.top)
    simulated.freeBlocks.push(...this.freeBlocks.map(block => ({ ...block })))
    for (const [at, bytes] of this.allocated) simulated.allocated.set(at, bytes)
    for (const at of freed) simulated.free(at)
    for (const bytes of wanted) simulated.allocate(bytes)
  }

  /** Allocates from the beginning of a free block. */
  private takeFromFree(index: number, bytes: number): number {
    const block = this.freeBlocks[index]!
    const { at } = block
    block.at += bytes
    block.bytes -= bytes
    if (block.bytes === 0) this.freeBlocks.splice(index, 1)
    return at
  }

  /** Allocates above all other blocks. */
  private extend(bytes: number): number {
    const missing = this.top + bytes - this.memory.buffer.byteLength
    if (missing > 0) this.memory.grow(Math.ceil(missing / pageBytes))
    const at = this.top
    this.top += bytes
    return at
  }

  /** A free block at the end is returned to the top. */
  private lowerTop(): void {
    const last = this.freeBlocks.at(-1)
    if (!last || last.at + last.bytes !== this.top) return
    this.top = last.at
    this.freeBlocks.pop()
  }

  /** Merges a free block with the next one when they are adjacent. */
  private mergeWithNext(index: number): void {
    const [left, right] = [this.freeBlocks[index], this.freeBlocks[index + 1]]
    if (!left || !right || left.at + left.bytes !== right.at) return
    left.bytes += right.bytes
    this.freeBlocks.splice(index + 1, 1)
  }
}

/** Rounded up to whole cache lines: an access to eight lanes that crosses a line takes twice as long. */
const aligned = (bytes: number): number => Math.ceil(bytes / 64) * 64
