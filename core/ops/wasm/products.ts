import { LabError } from '../../errors'
import type { Tensor } from '../../tensor'
import type { Heap } from '../heap'
import type { Ops } from '../ops'
import { checkShapes } from '../shapes'
import { SparseTensor } from '../sparse-tensor'
import { type Calls, costPerUpdate, floatsPerCacheLine } from './calls'
import { isFew, type WorkingMemory } from './working-memory'

/** Codes of the kernels for transposes */
const transposeCodes = { none: 0, a: 1, b: 2 } as const

/** Matrix products, dense or of sparse rows. */
export function products({ offsetOf, kernels, share }: Calls, memory: WorkingMemory, heap: Heap): Pick<Ops, 'matmul' | 'matmulNT' | 'matmulTN'> {
  /** y (I,J) = a (I,K) · b (K,J) @param transpose 'a': a is stored as (K,I), 'b': b is stored as (J,K) */
  function multiply(y: number, a: number, b: number, I: number, K: number, J: number, transpose: 'none' | 'a' | 'b'): void {
    const across = memory.sharesColumns(I, K, J)
    const panels = memory.panelsFor(I, K, J)
    share('multiply', across ? J : I, across ? floatsPerCacheLine : 6, I * K * J, y, a, b, panels, memory.panelBytes, I, K, J, transposeCodes[transpose], Number(across))
  }
  /** y (N,M) = N sparse rows · w (D,M) */
  function gather(y: number, w: number, N: number, D: number, M: number, density: number, starts: number, entries: number, table: number, tableStep: number, list: number): void {
    const across = memory.sharesColumns(N, D, M)
    share('gather', across ? M : N, across ? floatsPerCacheLine : 1, N * D * M * density, y, w, starts, entries, table, tableStep, list, M, N, Number(across))
  }
  /** The same product for a few rows of a, such as one drawn digit: packs a's rows instead of b */
  function multiplyFewRows(y: number, a: number, b: number, I: number, K: number, J: number): void {
    const starts = memory.listsForFew(I, K)
    const list = starts + 8
    const entries = list + 4 * I
    kernels.listDense(starts, entries, list, K, I)
    gather(y, b, I, K, J, 1, starts, entries, a, 4 * K, list)
  }
  /** x as a sparse tensor, or null. @throws LabError before its first mini-batch, and for rows in another memory */
  function sparseRows(x: Tensor): SparseTensor | null {
    if (!(x instanceof SparseTensor)) return null
    if (!x.rowsOf) throw new LabError('internal', 'no mini-batch has been selected yet', { found: 'no images' })
    if (x.listAllocator !== heap || x.rowsOf.allocator !== heap) throw new LabError('internal', 'sparse rows of another memory', { found: 'another memory' })
    return x
  }

  return {
    matmul(y, x, w) {
      const { rows: N, columns: D } = x
      const { columns: M } = w
      checkShapes(w.rows === D && y.rows === N && y.columns === M, 'matmul', y, x, w)
      const sparse = sparseRows(x)
      if (!sparse && isFew(N, D)) return multiplyFewRows(offsetOf(y), offsetOf(x), offsetOf(w), N, D, M)
      if (!sparse) return multiply(offsetOf(y), offsetOf(x), offsetOf(w), N, D, M, 'none')
      const { starts, entries, pixelValues } = sparse.rowsOf!
      gather(offsetOf(y), offsetOf(w), N, D, M, sparse.density, starts.byteOffset, entries.byteOffset, pixelValues.byteOffset, 0, sparse.rowIndices.byteOffset)
    },

    matmulTN(dw, x, dy) {
      const { rows: N, columns: D } = x
      const { columns: M } = dy
      checkShapes(dy.rows === N && dw.rows === D && dw.columns === M, 'matmulTN', dw, x, dy)
      const sparse = sparseRows(x)
      if (!sparse) return multiply(offsetOf(dw), offsetOf(x), offsetOf(dy), D, N, M, 'a')
      const { starts, entries, pixelValues } = sparse.rowsOf!
      const transposed = memory.listsForTransposed(N, D)
      share('transpose', D, 1, N * D * costPerUpdate * sparse.density, transposed, starts.byteOffset, entries.byteOffset, sparse.rowIndices.byteOffset, D, N)
      gather(offsetOf(dw), offsetOf(dy), D, N, M, sparse.density, transposed, 0, pixelValues.byteOffset, 0, transposed + 8 * D)
    },

    matmulNT(dx, dy, w) {
      const { rows: N, columns: M } = dy
      const { rows: D } = w
      checkShapes(w.columns === M && dx.rows === N && dx.columns === D, 'matmulNT', dx, dy, w)
      multiply(offsetOf(dx), offsetOf(dy), offsetOf(w), N, M, D, 'b')
    },
  }
}
