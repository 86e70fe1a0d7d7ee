import { availableParallelism } from 'node:os'
import { parentPort, Worker, workerData } from 'node:worker_threads'
import { compute, type ComputeStart, createBackend, LabError } from '@core'
import type { MeasureStart, ToWorker, WorkerStart } from '@contract'
import { kernelBytesWith } from '@kernels'
import { measureAll } from './measuring'
import { TrainingThread } from './thread'

// Entry of the training thread, of its compute threads, and of the thread that recomputes the certificate. Main terminates them.
if (!parentPort) throw new LabError('internal', 'this file is started as a worker thread')
const start = workerData as WorkerStart | ComputeStart | MeasureStart
if (start.role === 'compute') compute(start)
else if (start.role === 'measure') measure(start, parentPort)
else train(start, parentPort)

/** Without compute threads, because a training run may be active in parallel. */
function measure({ dataset, compiling }: MeasureStart, port: NonNullable<typeof parentPort>): void {
  const { ops } = createBackend({ bytes: kernelBytesWith(compiling) })
  measureAll(dataset, { ops, prepareFor: () => undefined }, message => port.postMessage(message))
}

function train(start: WorkerStart, port: NonNullable<typeof parentPort>): void {
  const thread = new TrainingThread(start, (message, transfer) => port.postMessage(message, transfer), {
    bytes: kernelBytesWith(start.compiling), cores: availableParallelism(), startThread: start => new Worker(new URL(import.meta.url), { workerData: start }),
    fail: (cause) => { throw cause },
  })
  port.on('message', (message: ToWorker) => { thread.receive(message) })
  port.postMessage({ type: 'ready' })
  thread.postNotice()
}
