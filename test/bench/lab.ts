import { join } from 'node:path'
import { isMainThread, Worker, workerData } from 'node:worker_threads'
import { type BackendName, compute, type ComputeStart } from '@core'
import { loadMnist } from '@files'
import { kernelBytes } from '@kernels'
import { answer } from './answer'
import { LabPast } from './lab-past'
import { LabRunner } from './lab-runner'
import { LabThread } from './lab-thread'

// The lab as a child of the bench: `lab.js FOLDER THREADS BACKEND`. Its compute threads run the same file.

function spawn(start: ComputeStart): () => void {
  const worker = new Worker(new URL(import.meta.url), { workerData: start })
  return () => { void worker.terminate() }
}

if (isMainThread) {
  const [folder = '', threads = '1', backend = 'wasm'] = process.argv.slice(2)
  const mnist = await loadMnist(folder)
  const runner = new LabRunner(mnist, { bytes: kernelBytes, threads: Number(threads), backend: backend as BackendName, spawn })
  let thread: LabThread | undefined
  let past: LabPast | undefined
  await answer(runner.about, async (request) => {
    if (request.work === 'record' || request.work === 'visits') {
      past ??= new LabPast(join(import.meta.dirname, 'training-thread.mjs'), mnist)
      if (request.work === 'record') return past.burst(request.network, request.seconds, request.recording)
      return { count: 0, steps: request.steps, seconds: 0, cpu: 0, visits: await past.visits(request.network, request.steps, request.visits, request.seconds) }
    }
    if (request.work !== 'thread') return runner.work(request)
    thread ??= new LabThread(join(import.meta.dirname, 'training-thread.mjs'), mnist, Number(threads))
    return thread.burst(request.network, request.seconds, request.asked)
  })
  thread?.dispose()
  await past?.dispose()
  runner.dispose()
}
else compute(workerData as ComputeStart)
