import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createBackend, type Dataset, inputSize, type OptimizerName, type RunConfig, Trainer, wholeSize } from '@core'
import { describe, expect, test } from 'vitest'
import { smallDataset } from '../../fixtures/small-dataset'
import { inkyDataset } from '../data/inky'
import { kernelBytes } from './kernels'
import { runConfig } from '../../fixtures/run-config'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

// 230 images in batches of 37: every seventh batch is short
const datasets: readonly (readonly [name: string, dataset: Dataset])[] = [
  ['sparse', inkyDataset({ rows: 7, columns: 5, classes: 6, train: 230 })], ['dense', smallDataset()],
]
const cases = datasets.flatMap(([name, dataset]) => (['sgd', 'adam'] satisfies OptimizerName[]).map(optimizer => [name, optimizer, dataset] as const))

/** Bytes that the heap and array buffers have grown by after some work, garbage aside. */
function growthOf(work: () => void): { readonly heap: number, readonly arrays: number } {
  collect()
  const before = process.memoryUsage()
  work()
  collect()
  const after = process.memoryUsage()
  return { heap: after.heapUsed - before.heapUsed, arrays: after.arrayBuffers - before.arrayBuffers }
}

/** A run after warm-up, when all code is compiled. */
function warm(optimizer: OptimizerName, dataset: Dataset): (steps: number) => void {
  const config: RunConfig = runConfig({ layers: [inputSize(dataset.info), 20, 10, 6], batchSize: 37, optimizer, learningRate: 0.01 })
  const trainer = new Trainer(config, dataset, { ops: createBackend({ bytes: kernelBytes }).ops })
  const learn = (steps: number): void => { for (let i = 0; i < steps; i++) trainer.learn() }
  learn(3000)
  return learn
}

describe.each(cases)('training on %s images by %s', (_, optimizer, dataset) => {
  test('keeps the heap flat over 10,000 steps', () => {
    const learn = warm(optimizer, dataset)
    const grown = Array.from({ length: 3 }, () => growthOf(() => learn(10_000)))
    // One retained number per step would add at least 160,000 bytes in each of the three rounds; the engine's own metadata, usually
    // 10,000 bytes and up to 100,000 on a busy machine, is allocated only once.
    expect(Math.min(...grown.map(({ heap }) => heap))).toBeLessThan(100_000)
    expect(Math.min(...grown.map(({ arrays }) => arrays))).toBeLessThanOrEqual(0)
  })

  // Argument arrays spread into each call, and new views for each short batch, took 16,000 bytes per step. What remains are boxed
  // numbers of 16 bytes where the engine creates them: 200 (sgd) to 1,900 bytes (adam, not yet optimized).
  test('allocates less than 4,000 temporary bytes per step', () => {
    const learn = warm(optimizer, dataset)
    const bytes = Array.from({ length: 7 }, () => {
      collect()
      const before = process.memoryUsage().heapUsed
      learn(100) // too few for a garbage collection in between, which would hide earlier allocations
      return (process.memoryUsage().heapUsed - before) / 100
    })
    expect(bytes.sort((a, b) => a - b)[3]).toBeLessThan(4000)
  })
})

describe.each(datasets)('an evaluation of %s images', (_, dataset) => {
  test('allocates less than 1,000 temporary bytes per batch, and retains none', () => {
    const config = runConfig({ layers: [inputSize(dataset.info), 20, 10, 6], validation: 0.2 })
    const evaluator = new Trainer(config, dataset, { ops: createBackend({ bytes: kernelBytes }).ops }).createEvaluator()
    /** Four batches of up to 100 images each time: two of training images, one of the other splits */
    const evaluate = (times: number): void => {
      for (let i = 0; i < times; i++) {
        evaluator.begin(i, wholeSize)
        while (!evaluator.advance());
      }
    }
    evaluate(600)
    const grown = Array.from({ length: 3 }, () => growthOf(() => evaluate(600)))
    expect(Math.min(...grown.map(({ heap }) => heap))).toBeLessThan(100_000) // an array per batch would add 150,000
    expect(Math.min(...grown.map(({ arrays }) => arrays))).toBeLessThanOrEqual(0)
    const temporary = Array.from({ length: 7 }, () => {
      evaluator.begin(0, wholeSize)
      collect()
      const before = process.memoryUsage().heapUsed
      evaluator.advance()
      return process.memoryUsage().heapUsed - before
    })
    expect(temporary.sort((a, b) => a - b)[3]).toBeLessThan(1000)
  })
})
