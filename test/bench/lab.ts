import { isMainThread, Worker, workerData } from 'node:worker_threads'
import { type BackendName, compute, type ComputeStart } from '@core'
import { loadMnist } from '@files'
import { kernelBytes } from '@kernels'
import { answer } from './answer'
import { LabRunner } from './lab-runner'

// The lab as a child of the bench: `lab.js FOLDER THREADS BACKEND`. Its compute threads run the same file.

function spawn(start: ComputeStart): () => void {
  const worker = new Worker(new URL(import.meta.url), { workerData: start })
  return () => { void worker.terminate() }
}

if (isMainThread) {
  const [folder = '', threads = '1', backend = 'wasm'] = process.argv.slice(2)
  const runner = new LabRunner(await loadMnist(folder), { bytes: kernelBytes, threads: Number(threads), backend: backend as BackendName, spawn })
  await answer(runner.about, request => runner.work(request))
  runner.dispose()
}
else compute(workerData as ComputeStart)
