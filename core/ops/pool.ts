import { LabError } from '../errors'
import { callKernel, type Kernel, type Kernels, maxArgs, sharedKernels } from './kernel-list'
import { instantiate, type KernelModule } from './kernel-module'
import type { Pool } from './wasm/host'

/** A compute thread's start-up data. */
export interface ComputeStart extends KernelModule {
  readonly role: 'compute'
  readonly control: SharedArrayBuffer
  /** The thread's index, 1 to threads − 1; the calling thread is 0 */
  readonly threadIndex: number
  readonly threads: number
}
/** Starts a thread that calls `compute`. @returns a function that ends it */
export type Spawn = (start: ComputeStart) => () => void

// The control block: the current job and its progress. Words that threads poll get a cache line (64 bytes) of their own, to
// avoid false sharing.
const generationWord = 0
const pendingWord = 16
const kernelWord = 32
const sizeWord = 33
const grainWord = 34
const argCountWord = 35
const stoppedWord = 36
const failedWord = 37
const readyWord = 38
const argsOffset = 192
/** Indices into the control block, for tests that act as a thread */
export const controlWords = { generation: generationWord, pending: pendingWord, failed: failedWord, ready: readyWord } as const
const controlBytes = argsOffset + 8 * maxArgs

/** The time-out is divided into this many waits, so that a sleeping computer uses up only one of them. */
const waitCount = 20

/** Number of polls before a thread sleeps, about 0.125 ms: the next operation of a step follows within microseconds, whereas waking a thread takes 80. */
const maxPolls = 50_000

/** Start of a thread's part of the output, which is the end of the previous thread's part. */
const rangeStart = (threadIndex: number, threads: number, whole: number, grain: number): number =>
  Math.min(whole, Math.floor(Math.ceil(whole / grain) * threadIndex / threads) * grain)

/** Threads on one shared memory; they sleep between jobs. */
export class ThreadPool {
  private readonly control = new SharedArrayBuffer(controlBytes)
  private readonly state = new Int32Array(this.control, 0, argsOffset / 4)
  private readonly args = new Float64Array(this.control, argsOffset, maxArgs)
  /** The arguments for the calling thread's own part */
  private readonly ownArgs = new Float64Array(maxArgs)
  private readonly endThreads: readonly (() => void)[]
  /** Set once a thread has failed. It may still be writing, so the pool must not be used again */
  private failure: LabError | null = null

  /** @param timeoutMs time-out for a thread that does not respond */
  constructor(private readonly threads: number, module: KernelModule, spawn: Spawn, private readonly timeoutMs = 10_000) {
    const ends: (() => void)[] = []
    try { for (let threadIndex = 1; threadIndex < threads; threadIndex++) ends.push(spawn({ role: 'compute', control: this.control, threadIndex, threads, ...module })) }
    catch (cause) {
      for (const end of ends) end()
      throw cause
    }
    this.endThreads = ends
  }

  /** @param kernels the calling thread's instance, which computes part 0 */
  runningWith(kernels: Kernels): Pool {
    return { threads: this.threads, run: (kernel, args, whole, step, taken) => this.run(kernels, kernel, args, whole, step, taken) }
  }

  /** Whether all threads have started; until then the calling thread computes alone. */
  get ready(): boolean { return Atomics.load(this.state, readyWord) === this.threads - 1 }

  dispose(): void {
    Atomics.store(this.state, stoppedWord, 1)
    this.wakeThreads()
    for (const end of this.endThreads) end()
  }

  private run(kernels: Kernels, name: Kernel, args: ArrayLike<number>, size: number, grain: number, argCount = args.length): void {
    const { state, ownArgs, threads } = this
    if (this.failure) throw this.failure
    ownArgs.set(args)
    // while threads are starting, one thread computes everything, with the same result
    if (!this.ready) return callKernel(kernels, name, ownArgs, argCount, 0, size)
    state[kernelWord] = sharedKernels.indexOf(name)
    state[sizeWord] = size
    state[grainWord] = grain
    state[argCountWord] = argCount
    this.args.set(args)
    Atomics.store(state, pendingWord, threads - 1)
    this.wakeThreads()
    try { callKernel(kernels, name, ownArgs, argCount, 0, rangeStart(1, threads, size, grain)) }
    finally { this.waitForThreads() } // wait also after an error in this part, since the other threads are still writing
    if (Atomics.load(state, failedWord) !== 0) throw this.failure = new LabError('worker.died', 'a compute thread failed', { found: name })
  }

  private wakeThreads(): void {
    Atomics.add(this.state, generationWord, 1)
    Atomics.notify(this.state, generationWord)
  }

  private waitForThreads(): void {
    const { state } = this
    for (let i = 0; i < maxPolls; i++) if (Atomics.load(state, pendingWord) === 0) return
    let timedOutWaits = 0
    for (let left = Atomics.load(state, pendingWord); left !== 0; left = Atomics.load(state, pendingWord)) {
      if (Atomics.wait(state, pendingWord, left, this.timeoutMs / waitCount) === 'timed-out') timedOutWaits++
      if (timedOutWaits >= waitCount && Atomics.load(state, pendingWord) !== 0) throw this.failure = new LabError('worker.timeout', 'a compute thread did not finish', { found: `${this.timeoutMs / 1000} s` })
    }
  }
}

/** The main loop of a compute thread: waits for jobs and computes its parts until it is stopped. */
export function compute({ control, threadIndex, threads, ...module }: ComputeStart): void {
  const state = new Int32Array(control, 0, argsOffset / 4)
  const args = new Float64Array(control, argsOffset, maxArgs)
  const own = new Float64Array(maxArgs)
  const kernels = instantiate(module)
  kernels.part.value = threadIndex
  let seen = Atomics.load(state, generationWord)
  Atomics.add(state, readyWord, 1)
  for (;;) {
    seen = nextGeneration(state, seen)
    if (Atomics.load(state, stoppedWord) !== 0) return
    own.set(args)
    const [from, to] = [rangeStart(threadIndex, threads, state[sizeWord]!, state[grainWord]!), rangeStart(threadIndex + 1, threads, state[sizeWord]!, state[grainWord]!)]
    try { if (from < to) callKernel(kernels, sharedKernels[state[kernelWord]!]!, own, state[argCountWord]!, from, to) }
    catch { Atomics.store(state, failedWord, 1) } // a trap; the calling thread reports it
    if (Atomics.sub(state, pendingWord, 1) === 1) Atomics.notify(state, pendingWord)
  }
}

/** Waits for the next job, signalled by a new generation; a wake-up without one is ignored. @returns the new generation */
function nextGeneration(state: Int32Array, seen: number): number {
  for (;;) {
    for (let i = 0; i < maxPolls; i++) {
      const now = Atomics.load(state, generationWord)
      if (now !== seen) return now
    }
    Atomics.wait(state, generationWord, seen)
  }
}
