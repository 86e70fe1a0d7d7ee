import { type Real, Tensor } from '../tensor'

/** Share of a sparse row's numbers that are not 0, for estimates of work: about that of MNIST's digits */
export const inkDensity = 0.2

/** Rows of bytes, most of them 0, packed: only the bytes that are not 0, row after row. */
export interface SparseRows {
  /** Numbers in a full row */
  readonly width: number
  /** rows + 1: where each row's entries begin */
  readonly starts: Uint32Array
  /** column · 65,536 + byte, 1 to 255 */
  readonly entries: Uint32Array
  /** The number that each byte, 0 to 255, stands for: 0 to 1 */
  readonly shades: Float32Array
}

/** A mini-batch as a list of row numbers. Operations that take sparse rows read them in place; `data` expands them, to be read only. */
export class SparseTensor extends Tensor {
  /** Null before the first mini-batch */
  rowsOf: SparseRows | null = null
  /** Whether `memory` holds the selected rows */
  private expanded = true

  /**
   * @param list row numbers, one for each row of the tensor
   * @param memory for the expanded rows
   */
  constructor(readonly list: Uint32Array, memory: Real, shape: readonly number[]) {
    super(memory, shape)
  }

  /** @param indices which rows; `count` of them from position `from` */
  select(rows: SparseRows, indices: ArrayLike<number>, from: number, count: number): void {
    this.rowsOf = rows
    this.expanded = false
    for (let n = 0; n < count; n++) this.list[n] = indices[from + n]!
  }

  override get data(): Real {
    const data = super.data
    if (!this.expanded && this.rowsOf) {
      this.expanded = true
      this.expand(data, this.rowsOf)
    }
    return data
  }

  private expand(data: Real, { width, starts, entries, shades }: SparseRows): void {
    data.fill(0)
    for (let n = 0; n < this.rows; n++) {
      const row = this.list[n]!
      for (let p = starts[row]!; p < starts[row + 1]!; p++) data[n * width + (entries[p]! >>> 16)] = shades[entries[p]! & 0xff]!
    }
  }
}
