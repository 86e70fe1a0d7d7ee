import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { configOf, readWeights, Trainer } from '@core'
import { loadMnist, weightsSha256 } from '@files'
import { expect, test } from 'vitest'
import { mnist } from './bundle'
import { runConfig } from '../../fixtures/run-config'

const assets = resolve(import.meta.dirname, '../../../electron/assets')
const weights = readWeights(readFileSync(resolve(assets, 'sample.safetensors')), 'sample.safetensors')

test('the sample weights say how they were made', () => {
  expect(weights.step).toBe(10_000)
  expect(weights.config).toEqual(runConfig({ layers: [784, 50, 10], activation: 'relu', init: 'he', optimizer: 'sgd', learningRate: 0.1, batchSize: 100, seed: 1 }))
  expect(readFileSync(resolve(assets, 'README.md'), 'utf8')).toContain(weightsSha256(weights))
})

test('the sample weights classify 96 of 100 test images', async () => {
  const dataset = await loadMnist(mnist)
  const evaluator = new Trainer(configOf(weights), dataset, { weights }).createEvaluator()
  evaluator.begin({ test: 10_000 })
  let accuracy = evaluator.advance()
  while (!accuracy) accuracy = evaluator.advance()
  expect(accuracy.test.images).toBe(10_000)
  expect(accuracy.test.accuracy).toBeGreaterThanOrEqual(0.96)
  expect(accuracy.test.accuracy).toBeCloseTo(weights.metrics.testAccuracy!, 3) // rounding may change the result for one or two images on other machines
})
