import { LabError } from '../errors'
import { Arena, type Tensor } from '../tensor'
import { Heap, type KernelMemory } from './heap'
import { type ArgumentsBeforeRange, callKernel, type Kernel, type Kernels, maxArgs, sharedKernels } from './kernel-list'
import type { Ops } from './ops'
import { checkShapes, invalidClass } from './shapes'
import { typicalDensity, SparseTensor } from './sparse-tensor'

/** Splits a kernel's output range over threads. */
export interface Pool {
  readonly threads: number
  /**
   * Runs a kernel over [0, size), one part per thread, and waits for all of them.
   * @param args the arguments before the range
   * @param grain parts begin at multiples of it
   * @param count number of arguments before the range; left out: all
   * @throws LabError worker.died, worker.timeout
   */
  run(kernel: Kernel, args: ArrayLike<number>, size: number, grain: number, count?: number): void
}

/** simd: multiply-adds on four lanes with two roundings; relaxed: with one rounding; wide: on eight lanes with one. The last two are bit-identical. */
export type KernelKind = 'simd' | 'relaxed' | 'wide'
const names: Readonly<Record<KernelKind, string>> = { simd: 'wasm-simd', relaxed: 'wasm-relaxed-simd', wide: 'wasm-wide-simd' }

/** Provided by the host: core loads nothing itself. */
export interface WasmHost {
  readonly memory: KernelMemory
  /** The module's instance on `memory` */
  readonly kernels: Kernels
  readonly kind: KernelKind
  /** Left out: one thread */
  readonly pool?: Pool
}

/** With at most this many rows, packing w into panels takes longer than the product. */
const fewRows = 4
/** With a smaller share of nonzero numbers, sparse rows are faster than dense ones, forward and backward. */
const sparseBelow = 0.4
/** A sparse entry stores the column in two bytes. */
const maxSparseColumns = 65_536

// These types check each call against its kernel's arguments; the functions behind them take plain numbers.
/** @param work approximate multiply-adds @param args the kernel's arguments before the range */
type Share = <K extends Kernel>(kernel: K, size: number, grain: number, work: number, ...args: ArgumentsBeforeRange<K>) => void
/** @param cost per number, in multiply-adds @param args after w @returns whether all of w is finite afterwards */
type Update = <K extends 'sgd' | 'momentum' | 'adagrad' | 'rmsprop' | 'adam'>(kernel: K, w: Tensor, cost: number, ...args: ArgumentsBeforeRange<K> extends [number, ...infer Rest] ? Rest : never) => boolean

/** With fewer multiply-adds, waking another thread takes longer than it saves. */
export const worthSharing = 150_000
/** Cost per number in multiply-adds: for elementwise operations; for updates with a square root and a division, or scattered writes */
const costPerElement = 8
const costPerUpdate = 24

/** With fewer columns per thread, threads share rows instead: when they share columns, each one reads every row's list. */
const minColumnsPerThread = 64
/** Shared ranges begin at a cache line (64 bytes) and at a panel. */
const floatsPerCacheLine = 16

// One function in one file, although over 200 lines: all operations share the same memory, argument array and helpers, and a call
// across files would be one more indirection per operation.
/** The fast backend: float32 on a WebAssembly module with SIMD; results are bit-identical with any number of threads. */
export function createWasmOps({ memory, kernels, kind, pool }: WasmHost): Ops {
  const heap = new Heap(memory, kernels.heapBase.value)
  const panelScratch = new Scratch(heap)
  /** Size of one thread's panels; it only grows, so that the threads' offsets never move back */
  let panelBytesPerThread = 0
  const sparseScratch = new Scratch(heap)

  /** Set to 1 by an update on any thread when a weight becomes NaN or infinite */
  const nonFinite = new Int32Array(memory.buffer, heap.allocate(4), 1)

  /** Arguments of the current call: one array for all calls, so that no step allocates */
  const args = new Float64Array(maxArgs)
  const argumentCounts = Object.fromEntries(sharedKernels.map(kernel => [kernel, kernels[kernel].length - 2])) as Readonly<Record<Kernel, number>>
  /**
   * Runs a kernel over [0, size), on several threads if that is faster. Written without rest parameters, which would allocate
   * an array per call.
   */
  function run(kernel: Kernel, size: number, grain: number, work: number, a: number, b: number, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0, i = 0, j = 0, k = 0): void {
    args[0] = a
    args[1] = b
    args[2] = c
    args[3] = d
    args[4] = e
    args[5] = f
    args[6] = g
    args[7] = h
    args[8] = i
    args[9] = j
    args[10] = k
    const count = argumentCounts[kernel]
    if (pool && pool.threads > 1 && work >= worthSharing) pool.run(kernel, args, size, grain, count)
    else callKernel(kernels, kernel, args, count, 0, size)
  }
  const share = run as Share
  /**
   * Whether threads share a product's columns, so that each packs only its own columns of B. Otherwise they share rows: for many
   * rows, or when writing dominates. The next operation is also shared by rows, so each thread finds its rows in its cache.
   */
  const sharesColumns = (I: number, K: number, J: number): boolean => pool !== undefined && pool.threads > 1 && J >= minColumnsPerThread * pool.threads && J > I && K >= minColumnsPerThread
  const threads = (): number => pool?.threads ?? 1
  /** Size of one thread's panels for a product (I,K)·(K,J) */
  function panelBytes(I: number, K: number, J: number): number {
    const across = sharesColumns(I, K, J)
    return Math.ceil(kernels.panelBytes(across ? I : I / threads() + 6, K, across ? J / threads() + floatsPerCacheLine : J) / 64) * 64
  }
  /** y (I,J) = a (I,K) · b (K,J) @param transpose 'a': a is stored as (K,I), 'b': b is stored as (J,K) */
  function multiply(y: number, a: number, b: number, I: number, K: number, J: number, transpose: 'none' | 'a' | 'b'): void {
    const across = sharesColumns(I, K, J)
    const bytesPerThread = Math.max(panelBytesPerThread, panelBytes(I, K, J))
    const panelsOffset = panelScratch.reserve(bytesPerThread * threads()) // may throw: then the old size stays
    panelBytesPerThread = bytesPerThread
    share('multiply', across ? J : I, across ? floatsPerCacheLine : 6, I * K * J, y, a, b, panelsOffset, bytesPerThread, I, K, J, transposeCodes[transpose], Number(across))
  }
  /** y (N,M) = N sparse rows · w (D,M) */
  function gather(y: number, w: number, N: number, D: number, M: number, density: number, starts: number, entries: number, table: number, tableStep: number, list: number): void {
    const across = sharesColumns(N, D, M)
    share('gather', across ? M : N, across ? floatsPerCacheLine : 1, N * D * M * density, y, w, starts, entries, table, tableStep, list, M, N, Number(across))
  }
  function runUpdate(kernel: Kernel, w: Tensor, cost: number, b: number, c: number, d: number, e = 0, f = 0, g = 0, h = 0, i = 0, j = 0, k = 0): boolean {
    nonFinite[0] = 0
    run(kernel, w.size, floatsPerCacheLine, w.size * cost, offsetOf(w), b, c, d, e, f, g, h, i, j, k)
    return nonFinite[0] === 0
  }
  const update = runUpdate as Update
  /** The same product for a few rows of a, such as one drawn digit: packs a's rows instead of b */
  function multiplyFewRows(y: number, a: number, b: number, I: number, K: number, J: number): void {
    const starts = sparseScratch.reserve(4 * (2 + I + K))
    const list = starts + 8
    const entries = list + 4 * I
    kernels.listDense(starts, entries, list, K, I)
    gather(y, b, I, K, J, 1, starts, entries, a, 4 * K, list)
  }

  return {
    name: names[kind],
    get threads() { return threads() },
    arena: () => new Arena('float32', heap),

    sparseBelow,
    productBytes: (I, K, J) => panelBytes(I, K, J) * threads(),

    matmul(y, x, w) {
      const { rows: N, columns: D } = x
      const { columns: M } = w
      checkShapes(w.rows === D && y.rows === N && y.columns === M, 'matmul', y, x, w)
      const sparse = sparseRows(x)
      if (!sparse && N <= fewRows && D <= maxSparseColumns) return multiplyFewRows(offsetOf(y), offsetOf(x), offsetOf(w), N, D, M)
      if (!sparse) return multiply(offsetOf(y), offsetOf(x), offsetOf(w), N, D, M, 'none')
      const { starts, entries, pixelValues } = sparse.rowsOf!
      gather(offsetOf(y), offsetOf(w), N, D, M, typicalDensity, starts.byteOffset, entries.byteOffset, pixelValues.byteOffset, 0, sparse.rowIndices.byteOffset)
    },

    matmulTN(dw, x, dy) {
      const { rows: N, columns: D } = x
      const { columns: M } = dy
      checkShapes(dy.rows === N && dw.rows === D && dw.columns === M, 'matmulTN', dw, x, dy)
      const sparse = sparseRows(x)
      if (!sparse) return multiply(offsetOf(dw), offsetOf(x), offsetOf(dy), D, N, M, 'a')
      const { starts, entries, pixelValues } = sparse.rowsOf!
      const transposed = sparseScratch.reserve(12 * D + 4 * D * kernels.room(N))
      share('transpose', D, 1, N * D * costPerUpdate * typicalDensity, transposed, starts.byteOffset, entries.byteOffset, sparse.rowIndices.byteOffset, D, N)
      gather(offsetOf(dw), offsetOf(dy), D, N, M, typicalDensity, transposed, 0, pixelValues.byteOffset, 0, transposed + 8 * D)
    },

    matmulNT(dx, dy, w) {
      const { rows: N, columns: M } = dy
      const { rows: D } = w
      checkShapes(w.columns === M && dx.rows === N && dx.columns === D, 'matmulNT', dx, dy, w)
      multiply(offsetOf(dx), offsetOf(dy), offsetOf(w), N, M, D, 'b')
    },

    addRow(y, b) {
      checkShapes(y.columns === b.size, 'addRow', y, b)
      share('addRow', y.rows, 1, y.size * costPerElement, offsetOf(y), offsetOf(b), b.size)
    },
    sumRows(db, dy) {
      checkShapes(dy.columns === db.size, 'sumRows', db, dy)
      share('sumRows', db.size, floatsPerCacheLine, dy.size * costPerElement, offsetOf(db), offsetOf(dy), dy.rows, db.size)
    },
    relu(y, x) {
      checkShapes(y.size === x.size, 'relu', y, x)
      share('relu', y.size, floatsPerCacheLine, y.size * costPerElement, offsetOf(y), offsetOf(x))
    },
    reluBackward(dx, dy, x) {
      checkShapes(dx.size === dy.size && dx.size === x.size, 'reluBackward', dx, dy, x)
      share('reluBackward', dx.size, floatsPerCacheLine, dx.size * costPerElement, offsetOf(dx), offsetOf(dy), offsetOf(x))
    },
    sigmoid(y, x) {
      checkShapes(y.size === x.size, 'sigmoid', y, x)
      share('sigmoid', y.size, floatsPerCacheLine, y.size * costPerElement, offsetOf(y), offsetOf(x))
    },
    sigmoidBackward(dx, dy, y) {
      checkShapes(dx.size === dy.size && dx.size === y.size, 'sigmoidBackward', dx, dy, y)
      share('sigmoidBackward', dx.size, floatsPerCacheLine, dx.size * costPerElement, offsetOf(dx), offsetOf(dy), offsetOf(y))
    },
    softmax(y, x) {
      checkShapes(y.size === x.size, 'softmax', y, x)
      kernels.softmax(offsetOf(y), offsetOf(x), x.columns, 0, x.rows)
    },
    softmaxLoss(y, x, t) {
      const { rows: N, columns: M } = x
      checkShapes(y.size === x.size && t.size === N, 'softmaxLoss', y, x, t)
      const wrong = kernels.wrongClass(offsetOf(t), N, M)
      if (wrong >= 0) throw invalidClass(t.data[wrong]!, M)
      return kernels.softmaxLoss(offsetOf(y), offsetOf(x), offsetOf(t), N, M) / N
    },
    softmaxLossBackward(dx, y, t) {
      checkShapes(dx.size === y.size && t.size === y.rows, 'softmaxLossBackward', dx, y, t)
      kernels.softmaxLossBackward(offsetOf(dx), offsetOf(y), offsetOf(t), y.rows, y.columns)
    },
    squaredLoss(y, t) {
      checkShapes(y.size === t.size, 'squaredLoss', y, t)
      return kernels.squaredLoss(offsetOf(y), offsetOf(t), y.size) / y.rows
    },
    squaredLossBackward(dx, y, t) {
      checkShapes(dx.size === y.size && dx.size === t.size, 'squaredLossBackward', dx, y, t)
      kernels.squaredLossBackward(offsetOf(dx), offsetOf(y), offsetOf(t), y.rows, y.size)
    },

    sgd(w, dw, learningRate, before = w) {
      checkShapes(w.size === dw.size, 'sgd', w, dw)
      return update('sgd', w, costPerElement, offsetOf(dw), offsetOf(before), nonFinite.byteOffset, learningRate)
    },
    momentum(w, dw, v, { learningRate, momentum }, before = w) {
      checkShapes(w.size === dw.size && w.size === v.size, 'momentum', w, dw, v)
      return update('momentum', w, costPerElement, offsetOf(dw), offsetOf(v), offsetOf(before), nonFinite.byteOffset, learningRate, momentum)
    },
    adagrad(w, dw, h, { learningRate, epsilon }, before = w) {
      checkShapes(w.size === dw.size && w.size === h.size, 'adagrad', w, dw, h)
      return update('adagrad', w, costPerUpdate, offsetOf(dw), offsetOf(h), offsetOf(before), nonFinite.byteOffset, learningRate, epsilon)
    },
    rmsprop(w, dw, h, { learningRate, decay, epsilon }, before = w) {
      checkShapes(w.size === dw.size && w.size === h.size, 'rmsprop', w, dw, h)
      return update('rmsprop', w, costPerUpdate, offsetOf(dw), offsetOf(h), offsetOf(before), nonFinite.byteOffset, learningRate, decay, epsilon)
    },
    adam(w, dw, m, v, { learningRate, beta1, beta2, epsilon, step }, before = w) {
      checkShapes(w.size === dw.size && w.size === m.size && w.size === v.size, 'adam', w, dw, m)
      const rate = learningRate / (1 - beta1 ** step)
      return update('adam', w, costPerUpdate, offsetOf(dw), offsetOf(m), offsetOf(v), offsetOf(before), nonFinite.byteOffset, rate, beta1, beta2, epsilon, 1 / Math.sqrt(1 - beta2 ** step))
    },

    copy(to, from) {
      checkShapes(to.size === from.size, 'copy', to, from)
      share('copy', to.size, floatsPerCacheLine, to.size * costPerElement, offsetOf(to), offsetOf(from))
    },
  }
}

/** Codes of the kernels for transposes */
const transposeCodes = { none: 0, a: 1, b: 2 } as const

/** A tensor's byte offset in the kernels' memory */
const offsetOf = ({ memory }: Tensor): number => memory.byteOffset

/** x as a sparse tensor, or null. @throws LabError before its first mini-batch */
function sparseRows(x: Tensor): SparseTensor | null {
  if (!(x instanceof SparseTensor)) return null
  if (!x.rowsOf) throw new LabError('internal', 'no mini-batch has been selected yet', { found: 'no images' }) // its expanded rows are not in the kernels' memory
  return x
}

/** Working memory that grows to the largest size requested. */
class Scratch {
  private at = 0
  private bytes = 0
  constructor(private readonly heap: Heap) {}

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
