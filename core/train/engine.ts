import { LabError } from '../errors'
import { type Backend, type BackendName, createBackend, type KernelBytes } from '../ops/backend'
import type { Ops } from '../ops/ops'
import type { ComputeStart } from '../ops/pool'
import { threadsFor } from './threads'

/** The methods of a worker_threads Worker that are used. */
export interface ComputeThread {
  once(event: 'error', listener: (error: Error) => void): unknown
  once(event: 'exit', listener: (code: number) => void): unknown
  unref(): void
  terminate(): Promise<number>
}

export interface EngineOptions {
  readonly bytes: KernelBytes
  /** Left out: the WebAssembly backend */
  readonly backend?: BackendName
  /** The user's setting; 'auto': as many threads as have enough work, with one core left free */
  readonly threads: number | 'auto'
  /** Number of the machine's cores; the upper limit for threads */
  readonly cores: number
  /** Starts a thread that calls `compute` with the given data */
  readonly startThread: (start: ComputeStart) => ComputeThread
  /** Called when a thread ends unexpectedly; computation continues on one thread. */
  readonly lost: (cause: LabError) => void
}

/** A backend for the lifetime of its host; its number of threads fits the current run. */
export class Engine {
  private readonly backend: Backend
  private threadSetting: number | 'auto'
  private work = 0

  constructor({ bytes, backend = 'wasm', threads, cores, startThread, lost }: EngineOptions) {
    this.threadSetting = threads
    const lose = (found: string): void => {
      if (this.ops.threads === 1) return
      this.setThreads(1) // safe here: errors arrive between operations, when no result is half written
      lost(new LabError('worker.computeLost', `a compute thread ended: ${found}`, { found }))
    }
    this.backend = createBackend({
      bytes, backend, spawn: start => watchThread(startThread(start), lose),
      threadsFor: work => threadsFor(work, this.threadSetting, this.threadSetting === 'auto' ? cores - 1 : cores),
    })
  }

  get ops(): Ops { return this.backend.ops }

  /** A warning about this machine, or null. */
  get notice(): LabError | null {
    return this.backend.fellBack ? new LabError('worker.noSimd', `no SIMD on this machine: ${this.ops.name} computes`, { found: this.ops.name }) : null
  }

  /** Sets the number of threads for a run. @param work multiply-adds of its largest product */
  prepareFor(work: number): void {
    this.work = work
    this.backend.setThreads(this.ops.threadsFor(work))
  }

  /** Changes the setting, also for the current run; results do not depend on the number of threads. */
  setThreads(threads: number | 'auto'): void {
    this.threadSetting = threads
    this.prepareFor(this.work)
  }

  /** Peak rate of one thread in operations per second; null without SIMD. @param forMs duration of the measurement */
  peakRate(forMs: number): number | null { return this.backend.peakRate(forMs) }

  dispose(): void { this.backend.dispose() }
}

/** @param lose called with the reason when the thread ends unexpectedly @returns a function that ends the thread */
function watchThread(thread: ComputeThread, lose: (found: string) => void): () => void {
  let over = false
  const end = (found: string): void => {
    if (!over) lose(found)
    over = true
  }
  thread.once('error', error => end(error.message))
  thread.once('exit', code => end(`exit ${code}`))
  thread.unref() // the thread does not keep the process alive
  return () => {
    over = true
    void thread.terminate()
  }
}
