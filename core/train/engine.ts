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
  /** Wanted by a person; 'auto': as many as are kept busy, with one core left free */
  readonly threads: number | 'auto'
  /** The machine's, as many threads at most */
  readonly cores: number
  /** Starts a thread that calls `compute` with this */
  readonly startThread: (start: ComputeStart) => ComputeThread
  /** Told of a thread that ended by itself; the others' work goes on in one. */
  readonly lost: (cause: LabError) => void
}

/** A backend for the life of its host, with as many threads as the run at work is worth. */
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
      this.want(1) // between two operations: nothing is half done
      lost(new LabError('worker.computeLost', `a compute thread ended: ${found}`, { found }))
    }
    this.backend = createBackend({ bytes, backend, spawn: start => watched(startThread(start), lose) })
  }

  get ops(): Ops { return this.backend.ops }

  /** What a person should know of this machine; null when all is well. */
  get notice(): LabError | null {
    return this.backend.fellBack ? new LabError('worker.noSimd', `no SIMD on this machine: ${this.ops.name} computes`, { found: this.ops.name }) : null
  }

  /** @param work of the run that begins: multiply-adds of its largest product */
  serve(work: number): void {
    this.work = work
    this.backend.setThreads(threadsFor(work, this.wanted, this.wanted === 'auto' ? this.cores - 1 : this.cores))
  }

  /** Holds for the run at work, too: the numbers are the same with any number of threads. */
  want(threads: number | 'auto'): void {
    this.wanted = threads
    this.serve(this.work)
  }

  /** What one thread of this machine can do at most, in operations a second; null without SIMD. @param forMs of measuring */
  peakRate(forMs: number): number | null { return this.backend.peakRate(forMs) }

  dispose(): void { this.backend.dispose() }
}

/** @param lose told why, when the thread ended without having been asked to @returns what ends it */
function watched(thread: ComputeThread, lose: (found: string) => void): () => void {
  let over = false
  const end = (found: string): void => {
    if (!over) lose(found)
    over = true
  }
  thread.once('error', error => end(error.message))
  thread.once('exit', code => end(`exit ${code}`))
  thread.unref() // it never holds up the end of the one that gives it work
  return () => {
    over = true
    void thread.terminate()
  }
}
