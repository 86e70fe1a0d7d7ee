import { EventEmitter } from 'node:events'
import type { FromWorker, ToWorker, WorkerStart } from '@contract'
import type { Thread } from '../../../electron/main/supervisor'
import { type Clock, realClock } from '../../../electron/worker/clock'
import { TrainingThread } from '../../../electron/worker/thread'
import { kernelBytes } from '../../fixtures/fast-ops'

/** A training thread that learns, beside the test instead of in a thread of its own; messages are copied as between threads. */
export class LearningThread extends EventEmitter implements Thread {
  readonly asked: string[] = []
  terminated = false
  private readonly thread: TrainingThread

  constructor(readonly start: Omit<WorkerStart, 'compiling'>) {
    super()
    const unlessOver = (work: () => void) => () => { if (!this.terminated) work() }
    const clock: Clock = { now: () => realClock.now(), soon: work => realClock.soon(unlessOver(work)), later: (work, ms) => realClock.later(unlessOver(work), ms) }
    this.thread = new TrainingThread({ ...start, compiling: new Int32Array(new SharedArrayBuffer(4)) }, (message) => { this.send(structuredClone(message)) }, {
      bytes: kernelBytes, cores: 1, startThread: () => { throw new Error('one thread computes') }, fail: (cause) => { this.die(cause) },
    }, { clock })
  }

  postMessage(message: ToWorker): void {
    this.asked.push(message.command)
    const copy = structuredClone(message)
    setImmediate(() => { if (!this.terminated) this.thread.receive(copy) })
  }

  terminate(): Promise<number> {
    this.terminated = true
    setImmediate(() => this.emit('exit', 1))
    return Promise.resolve(1)
  }

  /** Ends as after a fault. */
  die(cause: Error = new Error('broken')): void {
    this.terminated = true
    this.emit('error', cause)
  }

  private send(message: FromWorker): void { setImmediate(() => { if (!this.terminated) this.emit('message', message) }) }
}
