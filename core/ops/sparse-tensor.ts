import { LabError } from '../errors'
import { type Allocator, type Real, Tensor } from '../tensor'
import { shapeOf } from './shapes'

/** A sparse entry stores the column in two bytes. */
export const maxSparseColumns = 65_536

/** Rows of mostly zero bytes, packed: only the nonzero bytes, row after row. */
export interface SparseRows {
  /** Number of columns */
  readonly width: number
  /** rows + 1 numbers: start of each row's entries */
  readonly starts: Uint32Array
  /** column · 65,536 + byte, 1 to 255 */
  readonly entries: Uint32Array
  /** Maps each byte, 0 to 255, to its number, 0 to 1 */
  readonly pixelValues: Float32Array
  /** Allocator of the three arrays; undefined: they have memory of their own */
  readonly allocator: Allocator | undefined
}

/** A mini-batch as a list of row numbers. Operations on sparse rows read them in place; `data` is an expanded copy, only for reading. */
export class SparseTensor extends Tensor {
  /** Null before the first mini-batch */
  rowsOf: SparseRows | null = null
  /** Whether `memory` holds the selected rows */
  private expanded = true

  /**
   * @param rowIndices row numbers, one per row of the tensor
   * @param memory for the expanded rows
   * @param listAllocator allocator of the list; undefined: it has memory of its own
   * @param density share of nonzero numbers, for estimates of work
   */
  constructor(readonly rowIndices: Uint32Array, memory: Real, shape: readonly number[], readonly listAllocator: Allocator | undefined, readonly density: number) {
    super(memory, shape)
  }

  /** Selects a mini-batch. @param indices row numbers; `count` of them from position `from` */
  select(rows: SparseRows, indices: ArrayLike<number>, from: number, count: number): void {
    this.rowsOf = rows
    this.expanded = false
    for (let n = 0; n < count; n++) this.rowIndices[n] = indices[from + n]!
  }

  override get data(): Real {
    const data = super.data
    if (!this.expanded && this.rowsOf) {
      this.expanded = true
      this.expand(data, this.rowsOf)
    }
    return data
  }

  private expand(data: Real, { width, starts, entries, pixelValues }: SparseRows): void {
    data.fill(0)
    for (let n = 0; n < this.rows; n++) {
      const row = this.rowIndices[n]!
      for (let p = starts[row]!; p < starts[row + 1]!; p++) data[n * width + (entries[p]! >>> 16)] = pixelValues[entries[p]! & 0xff]!
    }
  }
}

/** Error for sparse rows given to an operation that takes dense tensors only. */
export const sparseRefused = (x: SparseTensor): LabError =>
  new LabError('internal', `only matmul and matmulTN take sparse rows, as x: found ${shapeOf(x)}`, { found: shapeOf(x) })
