import { parentPort, workerData } from 'node:worker_threads'
import { LabError } from '@core'
import type { ToWorker, WorkerStart } from '@contract'
import { TrainingThread } from './thread'

// The training thread's entry. It ends when main terminates it.
if (!parentPort) throw new LabError('internal', 'this file is started as a worker thread')
const port = parentPort
const thread = new TrainingThread(workerData as WorkerStart, (message, transfer) => port.postMessage(message, transfer))
port.on('message', (message: ToWorker) => { thread.take(message) })
port.postMessage({ type: 'ready' })
