import { availableParallelism } from 'node:os'
import { parentPort, Worker, workerData } from 'node:worker_threads'
import { compute, type ComputeStart, type KernelBytes, LabError } from '@core'
import type { ToWorker, WorkerStart } from '@contract'
import { relaxed, simd } from 'virtual:kernels'
import { TrainingThread } from './thread'

// The entry of the training thread, and of the threads that it shares its work with. It ends when main terminates it.
if (!parentPort) throw new LabError('internal', 'this file is started as a worker thread')
const start = workerData as WorkerStart | ComputeStart
if (start.role === 'compute') compute(start)
else train(start, parentPort)

function train(start: WorkerStart, port: NonNullable<typeof parentPort>): void {
  const decoded = (base64: string): Uint8Array<ArrayBuffer> => Uint8Array.from(Buffer.from(base64, 'base64'))
  const bytes: KernelBytes = { simd: decoded(simd), relaxed: decoded(relaxed) }
  const thread = new TrainingThread(start, (message, transfer) => port.postMessage(message, transfer), {
    bytes, cores: availableParallelism(), startThread: start => new Worker(new URL(import.meta.url), { workerData: start }),
    fail: (cause) => { throw cause },
  })
  port.on('message', (message: ToWorker) => { thread.take(message) })
  port.postMessage({ type: 'ready' })
  thread.greet()
}
