import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createBackend, type Dataset, inputSize, type OptimizerName, parseLayers, type RunConfig, Trainer, wholeSize } from '@core'
import { describe, expect, test } from 'vitest'
import { smallDataset } from '../../fixtures/small-dataset'
import { inkyDataset } from '../../fixtures/inky-dataset'
import { kernelBytes } from './kernels'
import { runConfig } from '../../fixtures/run-config'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

// 230 images in batches of 37: every seventh batch is short
const datasets: readonly (readonly [name: string, dataset: Dataset])[] = [
  ['sparse', inkyDataset({ rows: 7, columns: 5, classes: 6, train: 230 })], ['dense', smallDataset()],
]
const perceptron = 'affine 20, relu, affine 10, relu, affine 6'
const every = 'batchNormalization, affine 20, batchNormalization, tanh, dropout 0.2, affine 10, sigmoid, dropout 0.5, affine 6'
const cases = datasets.flatMap(([name, dataset]) => (['sgd', 'adam'] satisfies OptimizerName[]).map(optimizer => ({ name, optimizer, dataset, layers: perceptron, limit: 4000 })))
const chain: typeof cases[number] = { name: 'dense', optimizer: 'adam', dataset: smallDataset(), layers: every, limit: 8000 } // twice as many layers

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
function warm({ layers, optimizer, dataset }: typeof cases[number]): (steps: number) => void {
  const config: RunConfig = { ...runConfig({ batchSize: 37, optimizer, learningRate: 0.01, weightDecay: layers === every ? 0.001 : 0 }), network: { layers: parseLayers(layers), loss: 'softmaxWithLoss' } }
  const trainer = new Trainer(config, dataset, { ops: createBackend({ bytes: kernelBytes }).ops })
  const learn = (steps: number): void => { for (let i = 0; i < steps; i++) trainer.learn() }
  learn(3000)
  return learn
}

function training(each: typeof cases[number]): void {
  test('keeps the heap flat over 10,000 steps', () => {
    const learn = warm(each)
    const grown = Array.from({ length: 3 }, () => growthOf(() => learn(10_000)))
    // One retained number per step would add at least 160,000 bytes in each of the three rounds; the engine's own metadata, usually
    // 10,000 bytes and up to 100,000 on a busy machine, is allocated only once.
    expect(Math.min(...grown.map(({ heap }) => heap))).toBeLessThan(100_000)
    expect(Math.min(...grown.map(({ arrays }) => arrays))).toBeLessThanOrEqual(0)
  })

  // Argument arrays spread into each call, and new views for each short batch, took 16,000 bytes per step. What remains is one object
  // for each layer that a step yields, and boxed numbers of 16 bytes: 1,900 bytes of a perceptron, twice as many before the engine has
  // optimized all code.
  test('allocates few temporary bytes per step', () => {
    const learn = warm(each)
    const bytes = Array.from({ length: 7 }, () => {
      collect()
      const before = process.memoryUsage().heapUsed
      learn(100) // too few for a garbage collection in between, which would hide earlier allocations
      return (process.memoryUsage().heapUsed - before) / 100
    })
    expect(Math.min(...bytes)).toBeLessThan(each.limit) // what a step allocates is in each of them, code that is not optimized yet only in some
  })
}

describe.each(cases)('training $layers on $name images by $optimizer', training)

describe.each(datasets)('an evaluation of %s images', (_, dataset) => {
  test('allocates less than 1,000 temporary bytes per batch, and retains none', async () => {
    const config = runConfig({ layers: [inputSize(dataset.info), 20, 10, 6], validation: 0.2 })
    const evaluator = new Trainer(config, dataset, { ops: createBackend({ bytes: kernelBytes }).ops }).createEvaluator()
    /** Four batches of up to 100 images each time: two of training images, one of the other splits */
    const evaluate = (times: number): void => {
      for (let i = 0; i < times; i++) {
        evaluator.begin(wholeSize)
        while (!evaluator.advance());
      }
    }
    evaluate(600)
    const grown = Array.from({ length: 3 }, () => growthOf(() => evaluate(600)))
    expect(Math.min(...grown.map(({ heap }) => heap))).toBeLessThan(100_000) // an array per batch would add 150,000
    expect(Math.min(...grown.map(({ arrays }) => arrays))).toBeLessThanOrEqual(0)
    // What a batch allocates is there in every round; boxed numbers of code that the engine has not optimized yet are not.
    let temporary = Infinity
    for (let round = 0; round < 20 && temporary >= 1000; round++) {
      evaluate(100)
      await setImmediate()
      evaluator.begin(wholeSize)
      evaluator.advance() // a batch with another number of rows than the last one makes views
      evaluator.begin(wholeSize)
      collect()
      const before = process.memoryUsage().heapUsed
      evaluator.advance()
      temporary = process.memoryUsage().heapUsed - before
    }
    expect(temporary).toBeLessThan(1000) // 312
  })
})

// last, since other layers make the engine's code more general
describe.each([chain])('training $layers on $name images by $optimizer', training)
