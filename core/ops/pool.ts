import { LabError } from '../errors'
import { call, type Kernel, type Kernels, maxArgs, sharedKernels } from './kernel-list'
import { instantiate, type KernelModule } from './kernel-module'
import type { Pool } from './wasm/host'

/** A compute thread's start-up data. */
export interface ComputeStart extends KernelModule {
  readonly role: 'compute'
  readonly control: SharedArrayBuffer
  /** The thread's index, 1 to threads − 1; the calling thread is 0 */
  readonly part: number
  readonly threads: number
}
/** Starts a thread that calls `compute`. @returns a function that ends it */
export type Spawn = (start: ComputeStart) => () => void

// The control block: the current job and its progress. Words that threads poll get a cache line (64 bytes) of their own, to
// avoid false sharing.
const generation = 0
const pending = 16
const kernelIndex = 32
const size = 33
const grain = 34
const count = 35
const stopped = 36
const failed = 37
const ready = 38
const argsAt = 192
/** Indices into the control block, for tests that act as a thread */
export const controlWords = { generation, pending, failed, ready } as const
const controlBytes = argsAt + 8 * maxArgs

/** The time-out is divided into this many waits, so that a sleeping computer uses up only one of them. */
const waits = 20

/** Number of polls before a thread sleeps, about 0.125 ms: the next operation of a step follows within microseconds, whereas waking a thread takes 80. */
const maxPolls = 50_000

/** Start of a thread's part of the output, which is the end of the previous thread's part. */
const edge = (part: number, threads: number, whole: number, grain: number): number =>
  Math.min(whole, Math.floor(Math.ceil(whole / grain) * part / threads) * grain)

/** Threads on one shared memory; they sleep between jobs. */
export class ThreadPool {
  private readonly control = new SharedArrayBuffer(controlBytes)
  private readonly state = new Int32Array(this.control, 0, argsAt / 4)
  private readonly args = new Float64Array(this.control, argsAt, maxArgs)
  /** The arguments for the calling thread's own part */
  private readonly own = new Float64Array(maxArgs)
  private readonly ends: readonly (() => void)[]
  /** Set once a thread has failed. It may still be writing, so the pool must not be used again */
  private failure: LabError | null = null

  /** @param patienceMs time-out for a thread that does not respond */
  constructor(private readonly threads: number, module: KernelModule, spawn: Spawn, private readonly patienceMs = 10_000) {
    const ends: (() => void)[] = []
    try { for (let part = 1; part < threads; part++) ends.push(spawn({ role: 'compute', control: this.control, part, threads, ...module })) }
    catch (cause) {
      for (const end of ends) end()
      throw cause
    }
    this.ends = ends
  }

  /** @param kernels the calling thread's instance, which computes part 0 */
  with(kernels: Kernels): Pool {
    return { threads: this.threads, run: (kernel, args, whole, step, taken) => this.run(kernels, kernel, args, whole, step, taken) }
  }

  /** Whether all threads have started; until then the calling thread computes alone. */
  get ready(): boolean { return Atomics.load(this.state, ready) === this.threads - 1 }

  dispose(): void {
    Atomics.store(this.state, stopped, 1)
    this.begin()
    for (const end of this.ends) end()
  }

  private run(kernels: Kernels, name: Kernel, args: ArrayLike<number>, whole: number, step: number, taken = args.length): void {
    const { state, own, threads } = this
    if (this.failure) throw this.failure
    own.set(args)
    // while threads are starting, one thread computes everything, with the same result
    if (!this.ready) return call(kernels, name, own, taken, 0, whole)
    state[kernelIndex] = sharedKernels.indexOf(name)
    state[size] = whole
    state[grain] = step
    state[count] = taken
    this.args.set(args)
    Atomics.store(state, pending, threads - 1)
    this.begin()
    try { call(kernels, name, own, taken, 0, edge(1, threads, whole, step)) }
    finally { this.wait() } // wait also after an error in this part, since the other threads are still writing
    if (Atomics.load(state, failed) !== 0) throw this.failure = new LabError('worker.died', 'a compute thread failed', { found: name })
  }

  private begin(): void {
    Atomics.add(this.state, generation, 1)
    Atomics.notify(this.state, generation)
  }

  private wait(): void {
    const { state } = this
    for (let i = 0; i < maxPolls; i++) if (Atomics.load(state, pending) === 0) return
    let turns = 0
    for (let left = Atomics.load(state, pending); left !== 0; left = Atomics.load(state, pending)) {
      if (Atomics.wait(state, pending, left, this.patienceMs / waits) === 'timed-out') turns++
      if (turns >= waits && Atomics.load(state, pending) !== 0) throw this.failure = new LabError('worker.timeout', 'a compute thread did not finish', { found: `${this.patienceMs / 1000} s` })
    }
  }
}

/** The main loop of a compute thread: waits for jobs and computes its parts until it is stopped. */
export function compute({ control, part, threads, ...module }: ComputeStart): void {
  const state = new Int32Array(control, 0, argsAt / 4)
  const args = new Float64Array(control, argsAt, maxArgs)
  const own = new Float64Array(maxArgs)
  const kernels = instantiate(module)
  kernels.part.value = part
  let seen = Atomics.load(state, generation)
  Atomics.add(state, ready, 1)
  for (;;) {
    seen = next(state, seen)
    if (Atomics.load(state, stopped) !== 0) return
    own.set(args)
    const [from, to] = [edge(part, threads, state[size]!, state[grain]!), edge(part + 1, threads, state[size]!, state[grain]!)]
    try { if (from < to) call(kernels, sharedKernels[state[kernelIndex]!]!, own, state[count]!, from, to) }
    catch { Atomics.store(state, failed, 1) } // a trap; the calling thread reports it
    if (Atomics.sub(state, pending, 1) === 1) Atomics.notify(state, pending)
  }
}

/** Waits for the next job, signalled by a new generation; a wake-up without one is ignored. @returns the new generation */
function next(state: Int32Array, seen: number): number {
  for (;;) {
    for (let i = 0; i < maxPolls; i++) {
      const now = Atomics.load(state, generation)
      if (now !== seen) return now
    }
    Atomics.wait(state, generation, seen)
  }
}
