import type { ArgOf, FromWorker, ResultOf, ToWorker, WorkerCommand } from '@contract'
import { fromWire } from '@contract'
import { LabError } from '@core'

/** The part of a worker_threads Worker that is used. */
export interface Thread {
  postMessage: (message: ToWorker) => void
  on: ((event: 'message', listener: (message: FromWorker) => void) => unknown)
    & ((event: 'error', listener: (error: Error) => void) => unknown)
    & ((event: 'exit', listener: (code: number) => void) => unknown)
  terminate: () => Promise<number>
}

interface Waiting {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: LabError) => void
  readonly timer: NodeJS.Timeout | undefined
}

/** A mini-batch of the largest network takes seconds; an epoch has no bound of its own. */
const answerMs = 60_000

/** One training thread: matches answers to requests, and notices when it dies. */
export class Supervisor {
  private readonly waiting = new Map<number, Waiting>()
  private nextId = 1
  private over = false

  /**
   * @param wanted shared with the thread: tells it that somebody waits
   * @param hear gets what the thread says by itself
   * @param died is called once, when the thread ended and nobody had asked it to
   */
  constructor(
    private readonly thread: Thread,
    private readonly wanted: Int32Array,
    hear: (message: FromWorker) => void,
    died: (error: LabError) => void,
  ) {
    const end = (cause: string) => {
      if (this.over) return
      const error = new LabError('worker.died', `the training thread ended: ${cause}`, { found: cause })
      this.finish(error)
      died(error)
    }
    thread.on('message', message => message.type === 'reply' ? this.settle(message) : hear(message))
    thread.on('error', error => end(error.message))
    thread.on('exit', code => end(`exit ${code}`))
  }

  /**
   * Asks the thread.
   * @throws LabError what it answered, worker.died, or worker.timeout
   */
  ask<K extends WorkerCommand>(command: K, arg: ArgOf<K>): Promise<ResultOf<K>> {
    if (this.over) return Promise.reject(new LabError('worker.died', 'the training thread has ended', { found: '–' }))
    const id = this.nextId++
    return new Promise((resolve, reject) => {
      const timer = command === 'step' ? undefined : setTimeout(() => this.expire(id, command), answerMs)
      this.waiting.set(id, { resolve: resolve as (value: unknown) => void, reject, timer })
      Atomics.add(this.wanted, 0, 1)
      this.thread.postMessage({ id, command, arg } as ToWorker)
    })
  }

  async stop(): Promise<void> {
    this.finish(new LabError('worker.died', 'the training thread was stopped', { found: '–' }))
    await this.thread.terminate()
  }

  private settle({ id, reply }: FromWorker & { type: 'reply' }): void {
    const waiting = this.waiting.get(id)
    if (!waiting) return // it came too late
    this.waiting.delete(id)
    clearTimeout(waiting.timer)
    if (reply.ok) waiting.resolve(reply.value)
    else waiting.reject(fromWire(reply.error))
  }

  private expire(id: number, command: WorkerCommand): void {
    const waiting = this.waiting.get(id)
    this.waiting.delete(id)
    waiting?.reject(new LabError('worker.timeout', `${command}: no answer in ${answerMs / 1000} s`, { found: command, seconds: answerMs / 1000 }))
  }

  private finish(error: LabError): void {
    this.over = true
    for (const { reject, timer } of this.waiting.values()) {
      clearTimeout(timer)
      reject(error)
    }
    this.waiting.clear()
  }
}
