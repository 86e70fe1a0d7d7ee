import { LabError } from '../../errors'
import type { Tensor } from '../../tensor'
import type { Heap } from '../heap'
import { type ArgumentsBeforeRange, callKernel, type Kernel, type Kernels, maxArgs, sharedKernels } from '../kernel-list'
import { shapeOf } from '../shapes'
import { SparseTensor, sparseRefused } from '../sparse-tensor'
import type { Pool } from './host'

// These types check each call against its kernel's arguments; the functions behind them take plain numbers.
/** @param work approximate multiply-adds @param args the kernel's arguments before the range */
type Share = <K extends Kernel>(kernel: K, size: number, grain: number, work: number, ...args: ArgumentsBeforeRange<K>) => void
/** @param cost per number, in multiply-adds @param args after w @returns whether all of w is finite afterwards */
type Update = <K extends 'sgd' | 'momentum' | 'adagrad' | 'rmsprop' | 'adam'>(kernel: K, w: Tensor, cost: number, ...args: ArgumentsBeforeRange<K> extends [number, ...infer Rest] ? Rest : never) => boolean

/** Calls kernels for tensors in one memory. */
export interface Calls {
  readonly kernels: Kernels
  /** Number of threads at this moment */
  readonly threads: () => number
  /** A tensor's byte offset. @throws LabError internal for sparse rows, and for a tensor of another memory */
  readonly offsetOf: (tensor: Tensor) => number
  /** Runs a kernel over [0, size), on several threads if that is faster. */
  readonly share: Share
  /** Runs an optimizer's update. */
  readonly update: Update
  /** Byte offset of the flag for non-finite weights, which updates set */
  readonly nonFinite: number
}

/** With fewer multiply-adds, waking another thread takes longer than it saves. */
export const worthSharing = 150_000
/** Cost per number in multiply-adds: for elementwise operations; for updates with a square root and a division, or scattered writes */
export const costPerElement = 8
export const costPerUpdate = 24
/** Shared ranges begin at a cache line (64 bytes) and at a panel. */
export const floatsPerCacheLine = 16

export function createCalls(kernels: Kernels, heap: Heap, pool: Pool | undefined): Calls {
  /** Set to 1 by an update on any thread when a weight becomes NaN or infinite */
  const nonFinite = new Int32Array(heap.buffer, heap.allocate(4), 1)
  /** Arguments of the current call: one array for all calls, so that no step allocates */
  const args = new Float64Array(maxArgs)
  const argumentCounts = Object.fromEntries(sharedKernels.map(kernel => [kernel, kernels[kernel].length - 2])) as Readonly<Record<Kernel, number>>

  /** Written without rest parameters, which would allocate an array per call. */
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

  function runUpdate(kernel: Kernel, w: Tensor, cost: number, b: number, c: number, d: number, e = 0, f = 0, g = 0, h = 0, i = 0, j = 0, k = 0): boolean {
    nonFinite[0] = 0
    run(kernel, w.size, floatsPerCacheLine, w.size * cost, offsetOf(w), b, c, d, e, f, g, h, i, j, k)
    return nonFinite[0] === 0
  }

  function offsetOf(tensor: Tensor): number {
    if (tensor.allocator !== heap) throw refused(tensor)
    return tensor.memory.byteOffset
  }

  return { kernels, threads: () => pool?.threads ?? 1, offsetOf, share: run as Share, update: runUpdate as Update, nonFinite: nonFinite.byteOffset }
}

/** Error for a tensor that is not in the kernels' memory: at its byte offset, other data stands there. */
const refused = (tensor: Tensor): LabError => tensor instanceof SparseTensor
  ? sparseRefused(tensor)
  : new LabError('internal', `a tensor of another memory: ${shapeOf(tensor)}`, { found: shapeOf(tensor) })
