import { LabError } from '../errors'
import { Arena, type Tensor } from '../tensor'
import { Heap, type KernelMemory } from './heap'
import { call, type Kernel, type Kernels, maxArgs } from './kernel-list'
import type { Ops } from './ops'
import { SparseTensor } from './sparse-tensor'

/** Shares one kernel's output range among threads. */
export interface Pool {
  readonly threads: number
  /**
   * Runs a kernel over [0, size), each thread a part of it, and waits for all of them.
   * @param args all but the range, which comes last
   * @param grain parts begin at multiples of it
   * @param count of the args that the kernel takes; left out: all
   * @throws LabError worker.died, worker.timeout
   */
  run(kernel: Kernel, args: ArrayLike<number>, size: number, grain: number, count?: number): void
}

/** Multiply-adds of four lanes with two roundings; with one (relaxed SIMD); of eight with one. The last two give the same bits. */
export type KernelKind = 'simd' | 'relaxed' | 'wide'
const names: Readonly<Record<KernelKind, string>> = { simd: 'wasm-simd', relaxed: 'wasm-relaxed-simd', wide: 'wasm-wide-simd' }

/** What the host hands over: core loads nothing by itself. */
export interface WasmHost {
  readonly memory: KernelMemory
  /** The module's functions, on that memory */
  readonly kernels: Kernels
  /** Which module they are of */
  readonly kind: KernelKind
  /** Left out: one thread */
  readonly pool?: Pool
}

/** With so few rows at most, copying all of w into panels takes longer than the sums. */
const fewRows = 4
/** Below this share of numbers that are not 0, sparse rows are faster than dense ones, forward and backward. */
const sparseBelow = 0.4
/** Of a sparse row's numbers about a fifth are not 0: MNIST's ink. */
const ink = 0.2
/** A column's number has two bytes where rows are listed. */
const maxListed = 65_536

/** Below this many multiply-adds, waking another thread takes longer than it saves. */
export const worthSharing = 150_000
/** What one number takes of an elementwise operation, in multiply-adds; of an update with a root and a division, or to be put elsewhere */
const touch = 8
const root = 24

/** Columns for each thread, below which rows are shared instead: a row's list is read by all threads that have columns of it. */
const wide = 64
/** Shared columns begin with a line of the caches, of 64 bytes, and with a panel. */
const line = 16

// One function of over 100 lines: every operation of the interface beside the others, on the same memory and the same few helpers.
/** The fast backend: float32 on a WebAssembly module with SIMD, one thread or several, bit for bit alike. */
export function createWasmOps({ memory, kernels, kind, pool }: WasmHost): Ops {
  const heap = new Heap(memory, kernels.heapBase.value)
  const panels = new Scratch(heap)
  /** Bytes of the panels that a thread has had at most: so each thread's memory stays where it is */
  let each = 0
  const lists = new Scratch(heap)

  /** Set by an update, by whichever thread, that leaves a weight NaN or infinite */
  const bad = new Int32Array(memory.buffer, heap.allocate(4), 1)

  /** What kernels are called with, one array for all calls: nothing is allocated per step. */
  const args = new Float64Array(maxArgs)
  /** Hands the work out when it is worth it. @param work multiply-adds, about @param a and the others: all but the range */
  function share(kernel: Kernel, size: number, grain: number, work: number, a: number, b: number, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0, i = 0, j = 0, k = 0): void {
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
    const count = kernels[kernel].length - 2
    if (pool && pool.threads > 1 && work >= worthSharing) pool.run(kernel, args, size, grain, count)
    else call(kernels, kernel, args, count, 0, size)
  }
  /**
   * Whether threads share a product's columns, and copy only their own of B. Where C is high, or most of the work is to
   * write it, they share its rows: what comes after does too, and each finds what it wrote in its own cache.
   */
  const isShallow = (I: number, K: number, J: number): boolean => pool !== undefined && pool.threads > 1 && J >= wide * pool.threads && J > I && K >= wide
  const threads = (): number => pool?.threads ?? 1
  /** Of one thread, for a product (I,K)·(K,J) */
  function panelBytes(I: number, K: number, J: number): number {
    const across = isShallow(I, K, J)
    return Math.ceil(kernels.panelBytes(across ? I : I / threads() + 6, K, across ? J / threads() + line : J) / 64) * 64
  }
  /** y (I,J) = a (I,K) · b (K,J) @param turned 1: a lies as (K,I), 2: b as (J,K) */
  function multiply(y: number, a: number, b: number, I: number, K: number, J: number, turned: number): void {
    const across = isShallow(I, K, J)
    const wanted = Math.max(each, panelBytes(I, K, J))
    const own = panels.of(wanted * threads())
    each = wanted // had, not only asked for
    share('multiply', across ? J : I, across ? line : 6, I * K * J, y, a, b, own, each, I, K, J, turned, Number(across))
  }
  /** y (N,M) = n listed rows · w */
  function gather(y: number, w: number, N: number, D: number, M: number, density: number, starts: number, entries: number, table: number, tableStep: number, list: number): void {
    const across = isShallow(N, D, M)
    share('gather', across ? M : N, across ? line : 1, N * D * M * density, y, w, starts, entries, table, tableStep, list, M, N, Number(across))
  }
  /** Changes w. @param each what a number takes, in multiply-adds @returns whether all of w are finite after it */
  function update(kernel: Kernel, w: Tensor, each: number, b: number, c: number, d: number, e = 0, f = 0, g = 0, h = 0, i = 0, j = 0, k = 0): boolean {
    bad[0] = 0
    share(kernel, w.size, line, w.size * each, at(w), b, c, d, e, f, g, h, i, j, k)
    return bad[0] === 0
  }
  /** The same as `multiply` for a few rows of a: one drawn digit */
  function multiplyFew(y: number, a: number, b: number, I: number, K: number, J: number): void {
    const starts = lists.of(4 * (2 + I + K))
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
      check(w.rows === D && y.rows === N && y.columns === M, 'matmul', y, x, w)
      const sparse = sparseRows(x)
      if (!sparse && N <= fewRows && D <= maxListed) return multiplyFew(at(y), at(x), at(w), N, D, M)
      if (!sparse) return multiply(at(y), at(x), at(w), N, D, M, 0)
      const { starts, entries, shades } = sparse.rowsOf!
      gather(at(y), at(w), N, D, M, ink, starts.byteOffset, entries.byteOffset, shades.byteOffset, 0, sparse.list.byteOffset)
    },

    matmulTN(dw, x, dy) {
      const { rows: N, columns: D } = x
      const { columns: M } = dy
      check(dy.rows === N && dw.rows === D && dw.columns === M, 'matmulTN', dw, x, dy)
      const sparse = sparseRows(x)
      if (!sparse) return multiply(at(dw), at(x), at(dy), D, N, M, 1)
      const { starts, entries, shades } = sparse.rowsOf!
      const turned = lists.of(12 * D + 4 * D * kernels.room(N))
      share('transpose', D, 1, N * D * root * ink, turned, starts.byteOffset, entries.byteOffset, sparse.list.byteOffset, D, N)
      gather(at(dw), at(dy), D, N, M, ink, turned, 0, shades.byteOffset, 0, turned + 8 * D)
    },

    matmulNT(dx, dy, w) {
      const { rows: N, columns: M } = dy
      const { rows: D } = w
      check(w.columns === M && dx.rows === N && dx.columns === D, 'matmulNT', dx, dy, w)
      multiply(at(dx), at(dy), at(w), N, M, D, 2)
    },

    addRow(y, b) {
      check(y.columns === b.size, 'addRow', y, b)
      share('addRow', y.rows, 1, y.size * touch, at(y), at(b), b.size)
    },
    sumRows(db, dy) {
      check(dy.columns === db.size, 'sumRows', db, dy)
      share('sumRows', db.size, line, dy.size * touch, at(db), at(dy), dy.rows, db.size)
    },
    relu(y, x) {
      check(y.size === x.size, 'relu', y, x)
      share('relu', y.size, line, y.size * touch, at(y), at(x))
    },
    reluBackward(dx, dy, x) {
      check(dx.size === dy.size && dx.size === x.size, 'reluBackward', dx, dy, x)
      share('reluBackward', dx.size, line, dx.size * touch, at(dx), at(dy), at(x))
    },
    sigmoid(y, x) {
      check(y.size === x.size, 'sigmoid', y, x)
      share('sigmoid', y.size, line, y.size * touch, at(y), at(x))
    },
    sigmoidBackward(dx, dy, y) {
      check(dx.size === dy.size && dx.size === y.size, 'sigmoidBackward', dx, dy, y)
      share('sigmoidBackward', dx.size, line, dx.size * touch, at(dx), at(dy), at(y))
    },
    softmax(y, x) {
      check(y.size === x.size, 'softmax', y, x)
      kernels.softmax(at(y), at(x), x.columns, 0, x.rows)
    },
    softmaxLoss(y, x, t) {
      const { rows: N, columns: M } = x
      check(y.size === x.size && t.size === N, 'softmaxLoss', y, x, t)
      const wrong = kernels.wrongClass(at(t), N, M)
      if (wrong >= 0) throw new LabError('internal', `softmaxLoss: classes are 0 to ${M - 1}, found ${t.data[wrong]!}`, { found: t.data[wrong]! })
      return kernels.softmaxLoss(at(y), at(x), at(t), N, M) / N
    },
    softmaxLossBackward(dx, y, t) {
      check(dx.size === y.size && t.size === y.rows, 'softmaxLossBackward', dx, y, t)
      kernels.softmaxLossBackward(at(dx), at(y), at(t), y.rows, y.columns)
    },
    squaredLoss(y, t) {
      check(y.size === t.size, 'squaredLoss', y, t)
      return kernels.squaredLoss(at(y), at(t), y.size) / y.rows
    },
    squaredLossBackward(dx, y, t) {
      check(dx.size === y.size && dx.size === t.size, 'squaredLossBackward', dx, y, t)
      kernels.squaredLossBackward(at(dx), at(y), at(t), y.rows, y.size)
    },

    sgd(w, dw, learningRate, before = w) {
      check(w.size === dw.size, 'sgd', w, dw)
      return update('sgd', w, touch, at(dw), at(before), bad.byteOffset, learningRate)
    },
    momentum(w, dw, v, { learningRate, momentum }, before = w) {
      check(w.size === dw.size && w.size === v.size, 'momentum', w, dw, v)
      return update('momentum', w, touch, at(dw), at(v), at(before), bad.byteOffset, learningRate, momentum)
    },
    adagrad(w, dw, h, { learningRate, epsilon }, before = w) {
      check(w.size === dw.size && w.size === h.size, 'adagrad', w, dw, h)
      return update('adagrad', w, root, at(dw), at(h), at(before), bad.byteOffset, learningRate, epsilon)
    },
    rmsprop(w, dw, h, { learningRate, decay, epsilon }, before = w) {
      check(w.size === dw.size && w.size === h.size, 'rmsprop', w, dw, h)
      return update('rmsprop', w, root, at(dw), at(h), at(before), bad.byteOffset, learningRate, decay, epsilon)
    },
    adam(w, dw, m, v, { learningRate, beta1, beta2, epsilon, step }, before = w) {
      check(w.size === dw.size && w.size === m.size && w.size === v.size, 'adam', w, dw, m)
      const rate = learningRate / (1 - beta1 ** step)
      return update('adam', w, root, at(dw), at(m), at(v), at(before), bad.byteOffset, rate, beta1, beta2, epsilon, 1 / Math.sqrt(1 - beta2 ** step))
    },

    copy(to, from) {
      check(to.size === from.size, 'copy', to, from)
      share('copy', to.size, line, to.size * touch, at(to), at(from))
    },
  }
}

const at = ({ memory }: Tensor): number => memory.byteOffset

/** A mini-batch that was chosen from sparse rows; a tensor that is none: null. @throws LabError before the first was chosen */
function sparseRows(x: Tensor): SparseTensor | null {
  if (!(x instanceof SparseTensor)) return null
  if (!x.rowsOf) throw new LabError('internal', 'no images were chosen yet', { found: 'no images' }) // its numbers are not in the kernels' memory
  return x
}

/** Memory for the panels of A and B, as large as the largest so far: the first step of a run finds out. */
class Scratch {
  private place = 0
  private bytes = 0
  constructor(private readonly heap: Heap) {}

  of(bytes: number): number {
    if (bytes > this.bytes) {
      if (this.bytes > 0) this.heap.free(this.place)
      this.bytes = 0 // no more is to be had: what was given back is not its own any longer
      this.place = this.heap.allocate(bytes)
      this.bytes = bytes
    }
    return this.place
  }
}

function check(fits: boolean, op: string, a: Tensor, b: Tensor, c?: Tensor): void {
  if (fits) return
  const shapes = [a, b, ...c ? [c] : []].map(({ shape }) => `(${shape.join(',')})`).join(' ')
  throw new LabError('internal', `${op}: shapes do not fit: ${shapes}`, { found: shapes })
}
