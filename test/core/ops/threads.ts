import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { KernelBytes, Kernels, Spawn } from '@core'
import { build } from 'vite'
import { alias } from '../../../alias.config'
import { instantiate, type KernelModule } from '../../../core/ops/kernel-module'
import { ThreadPool } from '../../../core/ops/pool'

export const sleep = (ms: number): Promise<void> => new Promise(done => setTimeout(done, ms))

/** Starts real compute threads. */
export class Threads {
  readonly workers: Worker[] = []
  private constructor(private readonly folder: string) {}

  static async make(): Promise<Threads> {
    const folder = await mkdtemp(join(tmpdir(), 'backprop-lab-compute-'))
    await build({
      configFile: false,
      logLevel: 'error',
      resolve: { alias },
      ssr: { noExternal: true },
      build: { ssr: resolve(import.meta.dirname, 'compute-entry.ts'), outDir: folder, target: 'node20.18', rolldownOptions: { output: { entryFileNames: 'compute.mjs' } } },
    })
    return new Threads(folder)
  }

  readonly spawn: Spawn = (start) => {
    const worker = new Worker(join(this.folder, 'compute.mjs'), { workerData: start })
    this.workers.push(worker)
    return () => { void worker.terminate() }
  }

  /** Creates a pool on memory of its own and waits until all its threads are ready. */
  async pool(bytes: Uint8Array<ArrayBuffer>, threads: number, patienceMs?: number): Promise<{ pool: ThreadPool, kernels: Kernels, memory: WebAssembly.Memory }> {
    const module: KernelModule = { module: new WebAssembly.Module(bytes), memory: new WebAssembly.Memory({ initial: 16, maximum: 8192, shared: true }) }
    const pool = new ThreadPool(threads, module, this.spawn, patienceMs)
    while (!pool.ready) await sleep(2)
    return { pool, kernels: instantiate(module), memory: module.memory as WebAssembly.Memory }
  }

  async remove(): Promise<void> {
    await Promise.all(this.workers.map(worker => worker.terminate()))
    await rm(this.folder, { recursive: true, force: true })
  }
}

/** The better of the two modules that this machine supports. */
export const bestOf = ({ simd, relaxed }: KernelBytes): Uint8Array<ArrayBuffer> => WebAssembly.validate(relaxed) ? relaxed : simd

/**
 * Kills the process when it hangs: a blocked thread runs no timers, including those of the test runner.
 * @returns a function that cancels this
 */
export function watchdog(ms: number): () => void {
  const dog = new Worker(`setTimeout(() => process.kill(${process.pid}, 'SIGKILL'), ${ms})`, { eval: true })
  dog.unref()
  return () => { void dog.terminate() }
}
