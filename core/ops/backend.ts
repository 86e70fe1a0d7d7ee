import { type KernelMemory, pageBytes } from './heap'
import type { Kernels } from './kernel-list'
import { instantiate, type KernelModule } from './kernel-module'
import type { Ops } from './ops'
import { peakRate } from './peak-rate'
import { type Spawn, ThreadPool } from './pool'
import { createReferenceOps } from './reference'
import { isTrusted } from './trial'
import { createWasmOps, type KernelKind, type Pool } from './wasm'

/** The compiled modules, as the host's bundle carries them. */
export interface KernelBytes {
  /** SIMD128 */
  readonly simd: Uint8Array<ArrayBuffer>
  /** With relaxed multiply-adds: one rounding instead of two, about twice as fast */
  readonly relaxed: Uint8Array<ArrayBuffer>
  /** The same for an engine that joins pairs of four lanes to eight */
  readonly wide: Uint8Array<ArrayBuffer>
  /** Compiles as well as the engine can, joining or not; null or left out: it can't be told to */
  readonly compile?: (bytes: Uint8Array<ArrayBuffer>, join: boolean) => WebAssembly.Module | null
}

export const backends = ['wasm', 'reference'] as const
export type BackendName = (typeof backends)[number]

export interface BackendOptions {
  readonly bytes: KernelBytes
  /** 'wasm' falls back to the reference where there is no SIMD */
  readonly backend?: BackendName
  /** Threads that compute, this one among them; one when left out */
  readonly threads?: number
  /** Starts another thread; needed for more than one */
  readonly spawn?: Spawn
  /** Whether the wide module is taken; left out: when it gives the same bits, and was joined */
  readonly trial?: (wide: WebAssembly.Module, narrow: WebAssembly.Module) => boolean
}

/** A backend with what must be given back at its end. */
export interface Backend {
  readonly ops: Ops
  /** It was wanted, and this machine has no SIMD */
  readonly fellBack: boolean
  /** From the next operation on as many threads compute; the numbers are the same. Does nothing where one is all there is. */
  setThreads(threads: number): void
  /** What one thread can do at most, in operations a second; null without SIMD. @param forMs of measuring */
  peakRate(forMs: number): number | null
  dispose(): void
}

/** 2 GB: as much as a run and its dataset may take together, with room for a second run while the first is left. */
const maximumPages = 32_768
/** All that 32 bits can reach is set aside: what a kernel without checks of its own might touch is the lab's or nobody's. */
const reservedPages = 65_536
const initialPages = 16

/** @returns the fast backend where the machine has SIMD, else the reference in float32 */
export function createBackend({ bytes, backend = 'wasm', threads = 1, spawn, trial = isTrusted }: BackendOptions): Backend {
  const best = backend === 'wasm' ? bestModule(bytes, trial) : null
  if (!best) return { ops: createReferenceOps('float32'), fellBack: backend !== 'reference', setThreads: () => undefined, peakRate: () => null, dispose: () => undefined }
  const { module, kind } = best
  const memory = new WebAssembly.Memory({ initial: initialPages, maximum: reservedPages, shared: true })
  const kernels = instantiate({ module, memory })
  const team = spawn && new Team({ module, memory }, kernels, spawn)
  team?.resize(threads)
  const ops = createWasmOps({ memory: limited(memory), kernels, kind, ...team ? { pool: team } : {} })
  return { ops, fellBack: false, setThreads: threads => team?.resize(threads), peakRate: forMs => peakRate(kernels, kind, forMs), dispose: () => team?.resize(1) }
}

/** The fastest module that this machine takes; null when it has no SIMD. */
export function bestModule({ simd, relaxed, wide, compile }: KernelBytes, trial: NonNullable<BackendOptions['trial']> = isTrusted): { readonly module: WebAssembly.Module, readonly kind: KernelKind } | null {
  if (!WebAssembly.validate(relaxed)) return WebAssembly.validate(simd) ? { module: new WebAssembly.Module(simd), kind: 'simd' } : null
  const narrow = compile?.(relaxed, false) ?? new WebAssembly.Module(relaxed)
  const joined = compile?.(wide, true)
  return joined && trial(joined, narrow) ? { module: joined, kind: 'wide' } : { module: narrow, kind: 'relaxed' }
}

/** The memory, which grows no further than a run may. */
const limited = (memory: WebAssembly.Memory): KernelMemory => ({
  get buffer() { return memory.buffer },
  grow(pages) {
    if (memory.buffer.byteLength / pageBytes + pages > maximumPages) throw new RangeError(`a run may take ${maximumPages} pages of memory`)
    return memory.grow(pages)
  },
})

/** The threads that compute now: one pool after the other, on the same memory. */
class Team implements Pool {
  private threadPool: ThreadPool | null = null
  private pool: Pool | null = null

  constructor(private readonly module: KernelModule, private readonly kernels: Kernels, private readonly spawn: Spawn) {}

  get threads(): number { return this.pool?.threads ?? 1 }

  run(...[kernel, args, size, grain, count]: Parameters<Pool['run']>): void { this.pool?.run(kernel, args, size, grain, count) }

  resize(threads: number): void {
    if (threads === this.threads) return
    const next = threads > 1 ? new ThreadPool(threads, this.module, this.spawn) : null // may fail: then the threads stay as they were
    this.threadPool?.dispose()
    this.threadPool = next
    this.pool = this.threadPool?.with(this.kernels) ?? null
  }
}
