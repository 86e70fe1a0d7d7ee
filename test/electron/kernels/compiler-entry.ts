import { createHash } from 'node:crypto'
import { isMainThread, Worker, workerData } from 'node:worker_threads'
import { fastestModule, compute, type ComputeStart, createBackend, isJoined, type KernelBytes, sameBits, Trainer } from '@core'
import { kernelBytes } from '../../../electron/kernels'
import { smallDataset } from '../../fixtures/small-dataset'
import { runConfig } from '../../fixtures/run-config'

// Compiles the wide module in another runtime for compiler.spec.ts and prints the result as one line of JSON.

function trained(bytes: KernelBytes, threads: number, trial = () => true): readonly [string, number, string] {
  const spawn = (start: ComputeStart) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: start })
    worker.unref()
    return () => { void worker.terminate() }
  }
  const { ops, dispose } = createBackend({ bytes, threads, spawn, trial })
  // Layers that are wide enough to be shared among threads, with odd sizes
  const trainer = new Trainer(runConfig({ layers: [12, 517, 261, 6], batchSize: 37, optimizer: 'adam', learningRate: 0.001 }), smallDataset(), { ops })
  const hash = createHash('sha256')
  for (let i = 0; i < 100; i++) hash.update(String(trainer.learn()))
  for (const { slot } of trainer.model.params) hash.update(new Float32Array(slot.value.data))
  trainer.dispose()
  const result = [ops.name, ops.threads, hash.digest('hex')] as const
  dispose()
  return result
}

if (isMainThread) {
  const { relaxed, wide, compile } = kernelBytes
  const [one, other] = [compile?.(wide, true), compile?.(relaxed, false)]
  process.stdout.write(`${JSON.stringify({
    tried: compile !== undefined,
    kind: fastestModule(kernelBytes)?.kind,
    joined: one && other ? Array.from({ length: 20 }, () => isJoined(one, other)) : [],
    same: one && other ? sameBits(one, other) : false,
    weights: [...[1, 2, 8].map(threads => trained(kernelBytes, threads)), trained({ ...kernelBytes, compile: bytes => new WebAssembly.Module(bytes) }, 1, () => false)],
  })}\n`)
  process.exit(0)
}
else compute(workerData as ComputeStart)
