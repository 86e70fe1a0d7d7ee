import { LabError } from '../errors'
import type { Kernels } from './kernel-list'
import type { Ops } from './ops'
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
  /** The one whose pairs of four lanes the engine may join to eight, compiled so that it does; null or left out: it can't be told to */
  readonly wide?: () => WebAssembly.Module | null
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
  dispose(): void
}

/** 2 GB: as much as a run and its dataset may take together, with room for a second run while the first is left. */
const maximumPages = 32_768
const initialPages = 16

/** @returns the fast backend where the machine has SIMD, else the reference in float32 */
export function createBackend({ bytes, backend = 'wasm', threads = 1, spawn, trial = isTrusted }: BackendOptions): Backend {
  const best = backend === 'wasm' ? bestModule(bytes, trial) : null
  if (!best) return { ops: createReferenceOps('float32'), fellBack: backend !== 'reference', setThreads: () => undefined, dispose: () => undefined }
  const { module, kind } = best
  const memory = new WebAssembly.Memory({ initial: initialPages, maximum: maximumPages, shared: true })
  const kernels = instantiate({ module, memory })
  const team = spawn && new Team({ module, memory }, kernels, spawn)
  team?.resize(threads)
  const ops = createWasmOps({ memory, kernels, kind, ...team ? { pool: team } : {} })
  return { ops, fellBack: false, setThreads: threads => team?.resize(threads), dispose: () => team?.resize(1) }
}

/** The fastest module that this machine takes; null when it has no SIMD. */
export function bestModule({ simd, relaxed, wide }: KernelBytes, trial: NonNullable<BackendOptions['trial']> = isTrusted): { readonly module: WebAssembly.Module, readonly kind: KernelKind } | null {
  if (!WebAssembly.validate(relaxed)) return WebAssembly.validate(simd) ? { module: new WebAssembly.Module(simd), kind: 'simd' } : null
  const narrow = new WebAssembly.Module(relaxed)
  const joined = wide?.()
  return joined && trial(joined, narrow) ? { module: joined, kind: 'wide' } : { module: narrow, kind: 'relaxed' }
}

/** The threads that compute now: one pool after the other, on the same memory. */
class Team implements Pool {
  private threadPool: ThreadPool | null = null
  private pool: Pool | null = null

  constructor(private readonly module: KernelModule, private readonly kernels: Kernels, private readonly spawn: Spawn) {}

  get threads(): number { return this.pool?.threads ?? 1 }

  run(...[kernel, args, size, grain, count]: Parameters<Pool['run']>): void { this.pool?.run(kernel, args, size, grain, count) }

  resize(threads: number): void {
    if (threads === this.threads) return
    this.threadPool?.dispose()
    this.threadPool = threads > 1 ? new ThreadPool(threads, this.module, this.spawn) : null
    this.pool = this.threadPool?.with(this.kernels) ?? null
  }
}

/** What another thread needs to compute in the same memory. */
export interface KernelModule { readonly module: WebAssembly.Module, readonly memory: WebAssembly.Memory }

export function instantiate({ module, memory }: KernelModule): Kernels {
  const abort = (): never => { throw new LabError('internal', 'a kernel gave up', { found: 'abort' }) }
  return new WebAssembly.Instance(module, { env: { memory, abort } }).exports as unknown as Kernels
}
