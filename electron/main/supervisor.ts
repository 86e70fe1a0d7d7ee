import type { ArgOf, FromWorker, ResultOf, ToWorker, WorkerCommand } from '@contract'
import { type Architecture, countParameters, LabError, maxRunBytes } from '@core'
import { fromWire } from '@contract'

/** The members of a worker_threads Worker that are used. */
export interface Thread {
  postMessage: (message: ToWorker) => void
  on: ((event: 'message', listener: (message: FromWorker) => void) => unknown)
    & ((event: 'error' | 'messageerror', listener: (error: Error) => void) => unknown)
    & ((event: 'exit', listener: (code: number) => void) => unknown)
  terminate: () => Promise<number>
}

interface PendingRequest {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: LabError) => void
  timer: NodeJS.Timeout | undefined
}

export interface SupervisorOptions {
  /** Shared with the thread: number of waiting requests */
  readonly pendingRequests: Int32Array
  /** How long the thread may take for a request before it counts as dead, in milliseconds */
  readonly timeoutMs: () => number
  /** Gets the thread's messages that are not replies. */
  readonly onMessage: (message: Exclude<FromWorker, { type: 'reply' }>) => void
  /** Called once, when the thread ends or hangs without having been stopped. */
  readonly onDeath: (error: LabError) => void
}

/** One training thread: matches replies to requests and detects its death. */
export class Supervisor {
  private readonly requests = new Map<number, PendingRequest>()
  private nextId = 1
  private endError: LabError | null = null
  private maxBytes = maxRunBytes
  /** Whether it was stopped, and has not died */
  isStopped = false

  constructor(private readonly thread: Thread, private readonly options: SupervisorOptions) {
    thread.on('message', (message) => {
      if (message.type === 'reply') this.receiveReply(message)
      else if (!this.endError) options.onMessage(message)
    })
    thread.on('error', error => this.die(deathError(error.message)))
    thread.on('messageerror', error => this.die(deathError(error.message)))
    thread.on('exit', code => this.die(deathError(`exit ${code}`)))
  }

  /**
   * Sends a request to the thread.
   * @throws LabError the thread's error, worker.died, worker.timeout, or ipc.schema for an argument that cannot be sent
   */
  ask<K extends WorkerCommand>(command: K, arg: ArgOf<K>): Promise<ResultOf<K>> {
    if (this.endError) return Promise.reject(this.endError)
    const id = this.nextId++
    return new Promise((resolve, reject) => {
      const waiting: PendingRequest = { resolve: resolve as (value: unknown) => void, reject, timer: undefined }
      this.requests.set(id, waiting)
      if (!hasNoTimeout(command, arg)) this.startTimer(waiting, command)
      Atomics.add(this.options.pendingRequests, 0, 1)
      try { this.thread.postMessage({ id, command, arg } as ToWorker) }
      catch (cause) { this.withdraw(id, waiting, new LabError('ipc.schema', `${command} could not be sent: ${String(cause)}`, { found: command })) }
    })
  }

  /** Tells the thread how much memory it may take, if that has changed. */
  limit(maxBytes: number): void {
    if (maxBytes === this.maxBytes) return
    this.maxBytes = maxBytes
    void this.ask('limit', { maxBytes }).catch(() => undefined) // its death is reported
  }

  /** Removes a request that could not be sent: its count would make the thread end each slice after one mini-batch. */
  private withdraw(id: number, { reject, timer }: PendingRequest, error: LabError): void {
    Atomics.sub(this.options.pendingRequests, 0, 1)
    this.requests.delete(id)
    clearTimeout(timer)
    reject(error)
  }

  /** Stops the thread; pending requests are rejected with worker.died. */
  async stop(): Promise<void> {
    this.isStopped = true
    this.finish(deathError('stopped'))
    await this.thread.terminate()
  }

  /**
   * Two timers in sequence: after the computer has slept, the first expires at once, and the thread still has the second. The
   * second knows of a larger mini-batch that an earlier request has brought about.
   */
  private startTimer(waiting: PendingRequest, command: WorkerCommand): void {
    const halfMs = this.options.timeoutMs() / 2
    waiting.timer = setTimeout(() => {
      const restMs = Math.max(halfMs, this.options.timeoutMs() - halfMs)
      waiting.timer = setTimeout(() => this.timeOut(command, halfMs + restMs), restMs)
    }, halfMs)
  }

  private timeOut(command: WorkerCommand, ms: number): void {
    this.die(new LabError('worker.timeout', `${command}: no answer in ${ms} ms`, { found: command, seconds: ms / 1000 }))
    void this.thread.terminate()
  }

  private receiveReply({ id, reply }: FromWorker & { type: 'reply' }): void {
    const waiting = this.requests.get(id)
    if (!waiting) return
    this.requests.delete(id)
    clearTimeout(waiting.timer)
    if (reply.ok) waiting.resolve(reply.value)
    else waiting.reject(fromWire(reply.error))
  }

  private die(error: LabError): void {
    if (this.endError) return
    this.finish(error)
    this.options.onDeath(error)
  }

  private finish(error: LabError): void {
    this.endError ??= error
    for (const { reject, timer } of this.requests.values()) {
      clearTimeout(timer)
      reject(error)
    }
    this.requests.clear()
  }
}

/** Timeout in milliseconds. A mini-batch cannot be interrupted, so this includes its three matrix products per layer at 0.2 GFLOPS. */
export const timeoutFor = (architecture: Architecture, batchSize: number, baseMs = 60_000): number => baseMs + 6 * countParameters(architecture) * batchSize / 2e5

/** An epoch, an evaluation, the loss over two weights, and learning the past again have no time limit; the thread answers other requests meanwhile. */
const unlimited: readonly WorkerCommand[] = ['run:mistakes', 'visit', 'reach', 'teach', 'continued', 'lookAtUnit', 'find', 'trace', 'health', 'path', 'readImages', 'measure:plane']
const hasNoTimeout = (command: WorkerCommand, arg: unknown): boolean => unlimited.includes(command) || (command === 'run:step' && (arg as ArgOf<'run:step'>).unit === 'epoch')

const deathError = (found: string): LabError => new LabError('worker.died', `the training thread ended: ${found}`, { found })
