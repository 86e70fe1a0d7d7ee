import { describe, expect, test } from 'vitest'
import { activations, type Arena, countParameters, createReferenceOps, createWasmOps, type Dataset, defaultConfig, isGuessing, type Ops, optimizers, type RunConfig, setParams, sparseInput, Trainer } from '../../../core'
import { instantiate } from '../../../core/ops/kernel-module'
import { runMemory } from '../../../core/train/fit'
import { kernelBytes } from '../../fixtures/fast-ops'
import { smallDataset } from '../../fixtures/small-dataset'
import { inkyDataset } from '../data/inky'
import { bestOf } from '../ops/threads'

const dense = smallDataset() // 230 images of 12 pixels, six classes
const sparse = inkyDataset({ rows: 7, columns: 5, classes: 6, train: 230 })
const module = new WebAssembly.Module(bestOf(kernelBytes))

/** A run with its evaluation on the reference backend, and the memory that it holds. */
function heldBytes(config: RunConfig): number {
  const arenas: Arena[] = []
  const reference = createReferenceOps('float32')
  const ops: Ops = { ...reference, arena: () => {
    const arena = reference.arena()
    arenas.push(arena)
    return arena
  } }
  new Trainer(config, dense, { ops }).createEvaluator()
  return arenas.reduce((sum, { bytes }) => sum + bytes, 0)
}

/** Growth of the kernels' memory by a run that has trained and was evaluated, and the predicted size of the run. */
function measureGrowth(config: RunConfig, dataset: Dataset): { said: number, grown: number } {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 4096, shared: true })
  const kernels = instantiate({ module, memory })
  const ops = createWasmOps({ memory, kernels, kind: 'relaxed' })
  sparseInput(ops, dataset, 1, ops.arena()) // rows of the dataset do not belong to a run
  const before = memory.buffer.byteLength
  const said = runMemory(config, dataset, ops).blocks.reduce((sum, bytes) => sum + bytes, 0)
  const trainer = new Trainer(config, dataset, { ops })
  const evaluator = trainer.createEvaluator()
  trainer.learn()
  evaluator.begin(1, { trainImages: 100, testImages: 30 })
  while (evaluator.active) evaluator.advance()
  return { said, grown: memory.buffer.byteLength - before }
}

const shapes = [[12, 6], [12, 1, 6], [12, 300, 200, 6], [12, 40, 40, 40, 40, 6], [12, 3000, 6]]

describe.each(optimizers)('the predicted memory of a run with %s', (optimizer) => {
  // Cause: the memory of the evaluation was left out, and so were the copies (panels) that products use.
  test.each(shapes.flatMap(layers => [1, 50, 230].map(batchSize => ({ layers, batchSize }))))('is what it holds: $layers at a batch of $batchSize', ({ layers, batchSize }) => {
    for (const activation of activations) {
      const config: RunConfig = { ...defaultConfig, layers, activation, optimizer, batchSize }
      expect(runMemory(config, dense, createReferenceOps('float32')).bytes).toBe(heldBytes(config))
    }
  })

  test('grows by the optimizer’s state for each weight', () => {
    const kept = { sgd: 0, momentum: 1, adagrad: 1, rmsprop: 1, adam: 2 }[optimizer]
    const config: RunConfig = { ...defaultConfig, layers: [12, 300, 200, 6], batchSize: 50 }
    const bytesWith = (optimizer: RunConfig['optimizer']): number => runMemory({ ...config, optimizer }, dense, createReferenceOps('float32')).bytes
    expect(bytesWith(optimizer) - bytesWith('sgd')).toBe(4 * kept * countParameters(config.layers))
  })
})

// The optimizers' share is tested above; products need the same memory with all of them.
test.each([
  ['dense', dense, [12, 700, 600, 6], 230], ['dense', dense, [12, 3000, 6], 50], ['dense', dense, [12, 400, 400, 400, 6], 1],
  ['sparse', sparse, [35, 700, 600, 6], 230], ['sparse', sparse, [35, 3000, 6], 50],
] as const)('the predicted share of the kernels’ memory is what a run takes, including all that products need: %s images, %j at a batch of %i', (_, dataset, layers, batchSize) => {
  const { said, grown } = measureGrowth({ ...defaultConfig, layers, optimizer: 'adam', batchSize }, dataset)
  // Up to 60 blocks end with at most 80 unused bytes each; the memory grows by pages of 64 KB, and replaced smaller panels leave free blocks behind.
  expect(grown).toBeGreaterThan(0.9 * said)
  expect(grown).toBeLessThan(1.1 * said + 65_536)
})

test('a run that exceeds its memory limit is refused before anything is allocated, with both figures', () => {
  const config: RunConfig = { ...defaultConfig, layers: [12, 300_000, 300_000, 6], batchSize: 50 } // 360 GB per matrix
  const ops: Ops = { ...createReferenceOps('float32'), arena: () => { throw new RangeError('nothing was to be allocated') } }
  expect(() => new Trainer(config, dense, { ops })).toThrow(expect.objectContaining({ code: 'train.memory', details: { found: expect.any(Number) as number, max: 1024 } }) as Error)
  const { bytes } = runMemory({ ...config, layers: [12, 300, 6] }, dense, ops)
  expect(() => runMemory({ ...config, layers: [12, 300, 6] }, dense, ops, bytes - 1)).toThrow(expect.objectContaining({ code: 'train.memory' }) as Error)
  expect(runMemory({ ...config, layers: [12, 300, 6] }, dense, ops, bytes).bytes).toBe(bytes)
})

describe('weights assigned to a network', () => {
  const trainer = new Trainer({ ...defaultConfig, layers: [12, 8, 6], batchSize: 20 }, smallDataset())
  const given = trainer.weights({ version: '1' })

  test('are matched with layers by name, in any order', () => {
    const other = new Trainer({ ...defaultConfig, layers: [12, 8, 6], batchSize: 20, seed: 9 }, smallDataset(), { weights: { ...given, params: [...given.params].reverse() } })
    expect(other.weights({ version: '1' }).params).toEqual(given.params)
  })

  test.each([
    ['without a layer', given.params.slice(1)],
    ['with a layer of another name', given.params.map(layer => ({ ...layer, name: layer.name === 'affine2' ? 'affine3' : layer.name }))],
    ['with too few numbers', given.params.map(({ name, W, b }) => ({ name, W: W.slice(1), b }))],
    ['with too many numbers', given.params.map(({ name, W, b }) => ({ name, W, b: Float32Array.of(...b, 0) }))],
  ])('%s are an error, never silently zero', (_, params) => {
    expect(() => setParams(trainer.params, params)).toThrow(expect.objectContaining({ code: 'internal' }) as Error)
    expect(() => new Trainer({ ...defaultConfig, layers: [12, 8, 6], batchSize: 20 }, smallDataset(), { weights: { ...given, params } })).toThrow(expect.objectContaining({ code: 'internal' }) as Error)
  })
})

describe('a network counts as guessing', () => {
  const run = { config: { ...defaultConfig, layers: [784, 50, 10] }, stepsPerEpoch: 600 }

  test.each([
    [600, 0.0983, true], [600, 0.1499, true], [600, 0.15, false], [600, 0.97, false],
    [599, 0.0983, false], [0, 0.0983, false], [45_000, 0.1135, true],
  ])('after step %i with an accuracy of %f: %s', (step, testAccuracy, expected) => {
    expect(isGuessing({ step, testAccuracy }, run)).toBe(expected)
  })

  test('depends on the number of classes', () => {
    expect(isGuessing({ step: 600, testAccuracy: 0.6 }, { ...run, config: { ...run.config, layers: [784, 2] } })).toBe(true)
    expect(isGuessing({ step: 600, testAccuracy: 0.6 }, { ...run, config: { ...run.config, layers: [784, 3] } })).toBe(false)
  })
})
