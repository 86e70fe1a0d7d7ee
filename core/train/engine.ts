import { LabError } from '../errors'
import { type Backend, type BackendName, createBackend, type KernelBytes } from '../ops/backend'
import type { Ops } from '../ops/ops'
import type { ComputeStart } from '../ops/pool'
import { threadsFor } from './threads'

/** The part of a worker_threads Worker that is used. */
export interface ComputeThread {
  once(event: 'error', listener: (error: Error) => void): unknown
  once(event: 'exit', listener: (code: number) => void): unknown
  unref(): void
  terminate(): Promise<number>
}

export interface EngineOptions {
  readonly bytes: KernelBytes
  /** Left out: the fast one */
  readonly backend?: BackendName
  /** A person's setting; 'auto': as many as have enough work, with one core left free */
  readonly threads: number | 'auto'
  /** The machine's; the upper limit of the threads */
  readonly cores: number
  /** Starts a thread that calls `compute` with this */
  readonly startThread: (start: ComputeStart) => ComputeThread
  /** Called when a thread ended unexpectedly; work continues on one thread. */
  readonly lost: (cause: LabError) => void
}

/** A backend for the life of its host, whose thread count fits the current run. */
export class Engine {
  private readonly backend: Backend
  private readonly cores: number
  private wanted: number | 'auto'
  private work = 0

  constructor({ bytes, backend = 'wasm', threads, cores, startThread, lost }: EngineOptions) {
    this.wanted = threads
    this.cores = cores
    const lose = (found: string): void => {
      if (this.ops.threads === 1) return
      this.want(1) // between two operations, so no result is half written
      lost(new LabError('worker.computeLost', `a compute thread ended: ${found}`, { found }))
    }
    this.backend = createBackend({ bytes, backend, spawn: start => watched(startThread(start), lose) })
  }

  get ops(): Ops { return this.backend.ops }

  /** A warning about this machine; null when all is well. */
  get notice(): LabError | null {
    return this.backend.fellBack ? new LabError('worker.noSimd', `no SIMD on this machine: ${this.ops.name} computes`, { found: this.ops.name }) : null
  }

  /** Fits the thread count to a run. @param work multiply-adds of its largest product */
  serve(work: number): void {
    this.work = work
    this.backend.setThreads(threadsFor(work, this.wanted, this.wanted === 'auto' ? this.cores - 1 : this.cores))
  }

  /** Changes the thread count, also of the current run: results are the same with any number of threads. */
  want(threads: number | 'auto'): void {
    this.wanted = threads
    this.serve(this.work)
  }

  /** One thread's peak rate in operations a second; null without SIMD. @param forMs how long to measure */
  peakRate(forMs: number): number | null { return this.backend.peakRate(forMs) }

  dispose(): void { this.backend.dispose() }
}

/** @param lose called with the reason when the thread ends unexpectedly @returns a function that ends the thread */
function watched(thread: ComputeThread, lose: (found: string) => void): () => void {
  let over = false
  const end = (found: string): void => {
    if (!over) lose(found)
    over = true
  }
  thread.once('error', error => end(error.message))
  thread.once('exit', code => end(`exit ${code}`))
  thread.unref() // it does not keep the process alive
  return () => {
    over = true
    void thread.terminate()
  }
}
