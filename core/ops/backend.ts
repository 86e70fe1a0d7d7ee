import { type KernelMemory, pageBytes } from './heap'
import type { Kernels } from './kernel-list'
import { instantiate, type KernelModule } from './kernel-module'
import type { Ops } from './ops'
import { peakRate } from './peak-rate'
import { type Spawn, ThreadPool } from './pool'
import { createReferenceOps } from './reference'
import { isTrusted } from './trial'
import { createWasmOps } from './wasm'
import type { KernelKind, Pool } from './wasm/host'

/** The compiled kernel modules, from the host's bundle. */
export interface KernelBytes {
  /** With SIMD128 */
  readonly simd: Uint8Array<ArrayBuffer>
  /** With relaxed multiply-adds: one rounding instead of two, about twice as fast */
  readonly relaxed: Uint8Array<ArrayBuffer>
  /** Like relaxed, for engines that join two vectors of four lanes into one of eight */
  readonly wide: Uint8Array<ArrayBuffer>
  /** Compiles a module with the engine's best settings, with or without joined lanes. Null or left out: the engine has no such settings */
  readonly compile?: (bytes: Uint8Array<ArrayBuffer>, join: boolean) => WebAssembly.Module | null
}

export const backends = ['wasm', 'reference'] as const
export type BackendName = (typeof backends)[number]

export interface BackendOptions {
  readonly bytes: KernelBytes
  /** 'wasm' falls back to the reference without SIMD */
  readonly backend?: BackendName
  /** Number of compute threads, including this one; left out: one */
  readonly threads?: number
  /** Starts another thread; required for more than one */
  readonly spawn?: Spawn
  /** Number of threads that a run gets, by the multiply-adds of its largest product; left out: the number at that moment */
  readonly threadsFor?: (work: number) => number
  /** Whether to use the wide module; left out: if its results are bit-identical and its lanes were joined */
  readonly trial?: (wide: WebAssembly.Module, narrow: WebAssembly.Module) => boolean
}

/** A backend; its owner must dispose it. */
export interface Backend {
  readonly ops: Ops
  /** Whether the fast backend was requested, but this machine has no SIMD */
  readonly fellBack: boolean
  /**
   * Changes the number of threads from the next operation on; results do not depend on it. Keeps the old number when the memory
   * is too small for the working memory of more threads. Without `spawn` it does nothing.
   */
  setThreads(threads: number): void
  /** Peak rate of one thread in operations per second; null without SIMD. @param forMs duration of the measurement */
  peakRate(forMs: number): number | null
  dispose(): void
}

/** 2 GB: the limit for a run and its dataset, with room for a second run that replaces the first. */
const maximumPages = 32_768
/** The whole 32-bit address space is reserved: a kernel compiled without bounds checks cannot touch other memory. */
const reservedPages = 65_536
const initialPages = 16

/** @returns the fast backend if the machine has SIMD, else the reference in float32 */
export function createBackend({ bytes, backend = 'wasm', threads = 1, spawn, threadsFor, trial = isTrusted }: BackendOptions): Backend {
  const fastest = backend === 'wasm' ? fastestModule(bytes, trial) : null
  if (!fastest) return { ops: createReferenceOps('float32'), fellBack: backend !== 'reference', setThreads: () => undefined, peakRate: () => null, dispose: () => undefined }
  const { module, kind } = fastest
  const memory = new WebAssembly.Memory({ initial: initialPages, maximum: reservedPages, shared: true })
  const kernels = instantiate({ module, memory })
  const pool = spawn && new SwappablePool({ module, memory }, kernels, spawn)
  pool?.resize(threads)
  const ops = createWasmOps({ memory: withLimit(memory), kernels, kind, ...pool && { pool, ...threadsFor && { threadsFor } } })
  return { ops, fellBack: false, setThreads: threads => pool && resize(pool, threads, ops), peakRate: forMs => peakRate(kernels, kind, forMs), dispose: () => pool?.resize(1) }
}

/** The fastest module that this machine can run; null when it has no SIMD. */
export function fastestModule({ simd, relaxed, wide, compile }: KernelBytes, trial: NonNullable<BackendOptions['trial']> = isTrusted): { readonly module: WebAssembly.Module, readonly kind: KernelKind } | null {
  if (!WebAssembly.validate(relaxed)) return WebAssembly.validate(simd) ? { module: new WebAssembly.Module(simd), kind: 'simd' } : null
  const narrow = compile?.(relaxed, false) ?? new WebAssembly.Module(relaxed)
  const joined = compile?.(wide, true)
  return joined && trial(joined, narrow) ? { module: joined, kind: 'wide' } : { module: narrow, kind: 'relaxed' }
}

/** Changes the number of threads and reserves the working memory for that number, before the next step. */
function resize(pool: SwappablePool, threads: number, ops: Ops): void {
  const before = pool.threads
  pool.resize(threads)
  try { ops.reserve() }
  catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    pool.resize(before)
  }
}

/** Shared memory with a limit on its growth. */
const withLimit = (memory: WebAssembly.Memory): KernelMemory => ({
  get buffer() { return memory.buffer },
  grow(pages) {
    if (memory.buffer.byteLength / pageBytes + pages > maximumPages) throw new RangeError(`the memory is limited to ${maximumPages} pages`)
    return memory.grow(pages)
  },
})

/** The current thread pool, replaced when the thread count changes; all pools use the same memory. */
class SwappablePool implements Pool {
  private threadPool: ThreadPool | null = null
  private pool: Pool | null = null

  constructor(private readonly module: KernelModule, private readonly kernels: Kernels, private readonly spawn: Spawn) {}

  get threads(): number { return this.pool?.threads ?? 1 }

  run(...[kernel, args, size, grain, count]: Parameters<Pool['run']>): void { this.pool?.run(kernel, args, size, grain, count) }

  resize(threads: number): void {
    if (threads === this.threads) return
    const next = threads > 1 ? new ThreadPool(threads, this.module, this.spawn) : null // may throw: then the old pool stays
    this.threadPool?.dispose()
    this.threadPool = next
    this.pool = this.threadPool?.runningWith(this.kernels) ?? null
  }
}
