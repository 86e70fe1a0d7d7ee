import type { KernelMemory } from '../heap'
import type { Kernel, Kernels } from '../kernel-list'

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

/** Names of the backends that compute with these modules */
export const backendNames: Readonly<Record<KernelKind, string>> = { simd: 'wasm-simd', relaxed: 'wasm-relaxed-simd', wide: 'wasm-wide-simd' }

const singleRounding = [backendNames.relaxed, backendNames.wide]

/**
 * Whether two backends compute the same bits on processors of the same family.
 * @param one name of a backend, possibly of another version
 */
export const computesSameBits = (one: string, other: string): boolean => one === other || (singleRounding.includes(one) && singleRounding.includes(other))

/** Provided by the host: core loads nothing itself. */
export interface WasmHost {
  readonly memory: KernelMemory
  /** The module's instance on `memory` */
  readonly kernels: Kernels
  readonly kind: KernelKind
  /** Left out: one thread */
  readonly pool?: Pool
  /** Number of threads that a run gets, by its work; left out: the number at this moment */
  readonly threadsFor?: (work: number) => number
}
