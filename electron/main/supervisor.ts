import type { ArgOf, FromWorker, ResultOf, ToWorker, WorkerCommand } from '@contract'
import { type Architecture, countParameters, LabError } from '@core'
import { fromWire } from '@contract'

/** The members of a worker_threads Worker that are used. */
export interface Thread {
  postMessage: (message: ToWorker) => void
  on: ((event: 'message', listener: (message: FromWorker) => void) => unknown)
    & ((event: 'error' | 'messageerror', listener: (error: Error) => void) => unknown)
    & ((event: 'exit', listener: (code: number) => void) => unknown)
  terminate: () => Promise<number>
}

interface Waiting {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: LabError) => void
  timer: NodeJS.Timeout | undefined
}

export interface SupervisorOptions {
  /** Shared with the thread: number of waiting requests */
  readonly wanted: Int32Array
  /** How long the thread may take for a request before it counts as dead, in milliseconds */
  readonly patienceMs: () => number
  /** Gets the thread's messages that are not replies. */
  readonly hear: (message: Exclude<FromWorker, { type: 'reply' }>) => void
  /** Called once, when the thread ends or hangs without having been stopped. */
  readonly died: (error: LabError) => void
}

/** One training thread: matches replies to requests and detects its death. */
export class Supervisor {
  private readonly waiting = new Map<number, Waiting>()
  private nextId = 1
  private end: LabError | null = null

  constructor(private readonly thread: Thread, private readonly options: SupervisorOptions) {
    thread.on('message', (message) => {
      if (message.type === 'reply') this.settle(message)
      else if (!this.end) options.hear(message)
    })
    thread.on('error', error => this.die(diedOf(error.message)))
    thread.on('messageerror', error => this.die(diedOf(error.message)))
    thread.on('exit', code => this.die(diedOf(`exit ${code}`)))
  }

  /**
   * Sends a request to the thread.
   * @throws LabError the thread's error, worker.died, worker.timeout, or ipc.schema for an argument that cannot be sent
   */
  ask<K extends WorkerCommand>(command: K, arg: ArgOf<K>): Promise<ResultOf<K>> {
    if (this.end) return Promise.reject(this.end)
    const id = this.nextId++
    return new Promise((resolve, reject) => {
      const waiting: Waiting = { resolve: resolve as (value: unknown) => void, reject, timer: undefined }
      this.waiting.set(id, waiting)
      if (!lasting(command, arg)) this.await(waiting, command)
      Atomics.add(this.options.wanted, 0, 1)
      try { this.thread.postMessage({ id, command, arg } as ToWorker) }
      catch (cause) { this.takeBack(id, waiting, new LabError('ipc.schema', `${command} could not be sent: ${String(cause)}`, { found: command })) }
    })
  }

  /** Removes a request that could not be sent: its count would make the thread end each slice after one mini-batch. */
  private takeBack(id: number, { reject, timer }: Waiting, error: LabError): void {
    Atomics.sub(this.options.wanted, 0, 1)
    this.waiting.delete(id)
    clearTimeout(timer)
    reject(error)
  }

  /** Stops the thread; pending requests are rejected with worker.died. */
  async stop(): Promise<void> {
    this.finish(diedOf('stopped'))
    await this.thread.terminate()
  }

  /** Two timers in sequence: after the computer has slept, the first expires at once, and the thread still has the second. */
  private await(waiting: Waiting, command: WorkerCommand): void {
    const halfMs = this.options.patienceMs() / 2
    waiting.timer = setTimeout(() => {
      waiting.timer = setTimeout(() => this.silent(command, 2 * halfMs), halfMs)
    }, halfMs)
  }

  private silent(command: WorkerCommand, ms: number): void {
    this.die(new LabError('worker.timeout', `${command}: no answer in ${ms} ms`, { found: command, seconds: ms / 1000 }))
    void this.thread.terminate()
  }

  private settle({ id, reply }: FromWorker & { type: 'reply' }): void {
    const waiting = this.waiting.get(id)
    if (!waiting) return
    this.waiting.delete(id)
    clearTimeout(waiting.timer)
    if (reply.ok) waiting.resolve(reply.value)
    else waiting.reject(fromWire(reply.error))
  }

  private die(error: LabError): void {
    if (this.end) return
    this.finish(error)
    this.options.died(error)
  }

  private finish(error: LabError): void {
    this.end ??= error
    for (const { reject, timer } of this.waiting.values()) {
      clearTimeout(timer)
      reject(error)
    }
    this.waiting.clear()
  }
}

/** Timeout in milliseconds. A mini-batch cannot be interrupted, so this includes its three matrix products per layer at 0.2 GFLOPS. */
export const patienceFor = (architecture: Architecture, batchSize: number, atRestMs = 60_000): number => atRestMs + 6 * countParameters(architecture) * batchSize / 2e5

/** An epoch has no time limit; the thread answers other requests meanwhile. */
const lasting = (command: WorkerCommand, arg: unknown): boolean => command === 'run:step' && (arg as ArgOf<'run:step'>).unit === 'epoch'

const diedOf = (found: string): LabError => new LabError('worker.died', `the training thread ended: ${found}`, { found })
