import type { Heap } from '../heap'
import type { Kernels } from '../kernel-list'
import type { ProductSize } from '../ops'
import { maxSparseColumns } from '../sparse-tensor'
import { floatsPerCacheLine } from './calls'

/** With at most this many rows, packing w into panels takes longer than the product. */
const fewRows = 4
/** Whether the dense rows of a product (I,K)·(K,J) are listed as sparse ones, which takes no panels. */
export const isFew = (I: number, K: number): boolean => I <= fewRows && K <= maxSparseColumns
/** With fewer columns per thread, threads share rows instead: when they share columns, each one reads every row's list. */
const minColumnsPerThread = 64

/** Memory that all products use one after the other: panels for each thread, and lists of sparse rows. */
export class WorkingMemory {
  private readonly panelScratch: Scratch
  private readonly sparseScratch: Scratch
  private reserved: readonly ProductSize[] = []
  /** Size of one thread's panels. Smaller products do not reduce it, so that each thread's panels stay in their place. */
  panelBytes = 0

  constructor(heap: Heap, private readonly kernels: Pick<Kernels, 'panelBytes' | 'room'>, private readonly threads: () => number) {
    this.panelScratch = new Scratch(heap)
    this.sparseScratch = new Scratch(heap)
  }

  /**
   * Whether threads share a product's columns, so that each packs only its own columns of B. Otherwise they share rows: for many
   * rows, or when writing dominates. The next operation is also shared by rows, so each thread finds its rows in its cache.
   */
  sharesColumns(I: number, K: number, J: number, threads = this.threads()): boolean {
    return threads > 1 && J >= minColumnsPerThread * threads && J > I && K >= minColumnsPerThread
  }

  /** Panels of all threads for a product (I,K)·(K,J). @returns their offset; each thread has `panelBytes` */
  panelsFor(I: number, K: number, J: number): number {
    const threads = this.threads()
    const bytes = Math.max(this.panelBytes, this.bytesPerThread(I, K, J, threads))
    const at = this.panelScratch.reserve(bytes * threads) // may throw: then the old size stays
    this.panelBytes = bytes
    return at
  }

  /** Lists of a product of a few dense rows, (I,K)·(K,J): one row start, the list of rows, one entry per column */
  listsForFew(I: number, K: number): number { return this.sparseScratch.reserve(bytesForFew(I, K)) }

  /** Lists of N sparse rows of D columns, transposed. */
  listsForTransposed(N: number, D: number): number { return this.sparseScratch.reserve(this.bytesForTransposed(N, D)) }

  /** Sizes in bytes of both blocks for these products, 0 if none of them needs that block */
  blocks(products: readonly ProductSize[], threads: number): readonly [panels: number, lists: number] {
    const largest = (bytes: (product: ProductSize) => number): number => products.reduce((most, product) => Math.max(most, bytes(product)), 0)
    return [largest(product => this.largestPanels(product, threads)) * threads, largest(product => this.largestLists(product))]
  }

  /** Sizes in bytes of those blocks that these products need and that are not large enough yet */
  missing(products: readonly ProductSize[], threads: number): readonly number[] {
    const [panels, lists] = this.blocks(products, threads)
    return [...this.panelScratch.holds(panels) ? [] : [panels], ...this.sparseScratch.holds(lists) ? [] : [lists]]
  }

  /** Allocates both blocks. @param products left out: those of the latest call @throws RangeError when the memory is full */
  reserve(products = this.reserved): void {
    const threads = this.threads()
    const [panels, lists] = this.blocks(products, threads)
    this.panelScratch.reserve(panels)
    this.sparseScratch.reserve(lists)
    this.reserved = products
    this.panelBytes = panels / threads
  }

  private bytesPerThread(I: number, K: number, J: number, threads: number): number {
    const across = this.sharesColumns(I, K, J, threads)
    return Math.ceil(this.kernels.panelBytes(across ? I : I / threads + 6, K, across ? J / threads + floatsPerCacheLine : J) / 64) * 64
  }

  /** Size of a thread's panels for a product of this many rows */
  private panelsOf({ form, D, M }: ProductSize, rows: number, threads: number): number {
    if (form === 'matmulNT') return this.bytesPerThread(rows, M, D, threads)
    if (form === 'matmulTN') return this.bytesPerThread(D, rows, M, threads)
    return isFew(rows, D) ? 0 : this.bytesPerThread(rows, D, M, threads)
  }

  /**
   * Size of a thread's largest panels for 1 to N rows. Fewer rows can need more, if threads share the product in the other way:
   * fewer rows than columns, or fewer than `minColumnsPerThread` where they are the inner dimension.
   */
  private largestPanels(product: ProductSize, threads: number): number {
    const { form, N, D, M, sparse } = product
    if (sparse) return 0
    const columns = form === 'matmulNT' ? D : M
    return Math.max(...[N, columns - 1, minColumnsPerThread - 1].map(rows => this.panelsOf(product, Math.max(1, Math.min(N, rows)), threads)))
  }

  private largestLists({ form, N, D, sparse }: ProductSize): number {
    if (form === 'matmul' && !sparse && isFew(1, D)) return bytesForFew(Math.min(N, fewRows), D)
    return form === 'matmulTN' && sparse ? this.bytesForTransposed(N, D) : 0
  }

  private bytesForTransposed(N: number, D: number): number { return 12 * D + 4 * D * this.kernels.room(N) }
}

const bytesForFew = (I: number, K: number): number => 4 * (2 + I + K)

/** A block that grows to the largest size requested. */
class Scratch {
  private at = 0
  private bytes = 0
  constructor(private readonly heap: Heap) {}

  holds(bytes: number): boolean { return bytes <= this.bytes }

  reserve(bytes: number): number {
    if (bytes > this.bytes) {
      if (this.bytes > 0) this.heap.free(this.at)
      this.bytes = 0 // allocate may throw; the old memory is already freed then
      this.at = this.heap.allocate(bytes)
      this.bytes = bytes
    }
    return this.at
  }
}
