import { describe, expect, test } from 'vitest'
import { activations, type Arena, countParameters, createReferenceOps, createWasmOps, type Dataset, isGuessing, type Ops, type OptimizerName, optimizers, type RunConfig, setTensors, sparseInput, Trainer } from '../../../core'
import { instantiate } from '../../../core/ops/kernel-module'
import { runMemory } from '../../../core/train/fit'
import { kernelBytes } from '../../fixtures/fast-ops'
import { smallDataset } from '../../fixtures/small-dataset'
import { inkyDataset } from '../../fixtures/inky-dataset'
import { bestOf } from '../ops/threads'
import { changed, perceptron, runConfig } from '../../fixtures/run-config'

const dense = smallDataset() // 230 images of 12 pixels, six classes
const sparse = inkyDataset({ rows: 7, columns: 5, classes: 6, train: 230 })
const module = new WebAssembly.Module(bestOf(kernelBytes))

/** Numbers that an optimizer keeps for each weight */
const statesOf = { sgd: 0, momentum: 1, adagrad: 1, rmsprop: 1, adam: 2 } as const

/** A run with its evaluation on the reference backend, and the memory that it holds, with the copy of its state and the lists of 230 images. */
function heldBytes(config: RunConfig): number {
  const arenas: Arena[] = []
  const reference = createReferenceOps('float32')
  const ops: Ops = { ...reference, arena: () => {
    const arena = reference.arena()
    arenas.push(arena)
    return arena
  } }
  new Trainer(config, dense, { ops }).createEvaluator()
  const { layers } = config.network
  const copy = (1 + statesOf[config.optimizer.kind]) * countParameters({ input: [12], layers })
  return arenas.reduce((sum, { bytes }) => sum + bytes, 0) + 4 * (copy + 2 * 230)
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
  evaluator.begin({ train: 100, test: 30 })
  while (evaluator.active) evaluator.advance()
  return { said, grown: memory.buffer.byteLength - before }
}

const shapes = [[12, 6], [12, 1, 6], [12, 300, 200, 6], [12, 40, 40, 40, 40, 6], [12, 3000, 6]]

describe.each(optimizers)('the predicted memory of a run with %s', (optimizer) => {
  // Cause: the memory of the evaluation was left out, and so were the copies (panels) that products use.
  test.each(shapes.flatMap(layers => [1, 50, 230].map(batchSize => ({ layers, batchSize }))))('is what it holds: $layers at a batch of $batchSize', ({ layers, batchSize }) => {
    for (const activation of activations) {
      const config: RunConfig = runConfig({ layers, activation, optimizer, batchSize })
      expect(runMemory(config, dense, createReferenceOps('float32')).bytes).toBe(heldBytes(config))
    }
  })

  test('grows by the optimizer’s state for each weight', () => {
    const kept = statesOf[optimizer]
    const config: RunConfig = runConfig({ layers: [12, 300, 200, 6], batchSize: 50 })
    const bytesWith = (optimizer: OptimizerName): number => runMemory(changed(config, { optimizer }), dense, createReferenceOps('float32')).bytes
    expect(bytesWith(optimizer) - bytesWith('sgd')).toBe(2 * 4 * kept * countParameters(perceptron([12, 300, 200, 6]))) // and its copy
  })
})

// The optimizers' share is tested above; products need the same memory with all of them.
test.each([
  ['dense', dense, [12, 700, 600, 6], 230], ['dense', dense, [12, 3000, 6], 50], ['dense', dense, [12, 400, 400, 400, 6], 1],
  ['sparse', sparse, [35, 700, 600, 6], 230], ['sparse', sparse, [35, 3000, 6], 50],
] as const)('the predicted share of the kernels’ memory is what a run takes, including all that products need: %s images, %j at a batch of %i', (_, dataset, layers, batchSize) => {
  const { said, grown } = measureGrowth(runConfig({ layers, optimizer: 'adam', batchSize }), dataset)
  // Up to 60 blocks end with at most 80 unused bytes each; the memory grows by pages of 64 KB, and replaced smaller panels leave free blocks behind.
  expect(grown).toBeGreaterThan(0.9 * said)
  expect(grown).toBeLessThan(1.1 * said + 65_536)
})

const many = smallDataset({ train: 10_000 })
test('a run that exceeds its memory limit is refused before anything is allocated, with both figures', () => {
  const config = runConfig({ layers: [12, 4096, 4000, 6], batchSize: 10_000 }) // four activations of 160 MB, each with its gradient
  const ops: Ops = { ...createReferenceOps('float32'), arena: () => { throw new RangeError('nothing was to be allocated') } }
  expect(() => new Trainer(config, many, { ops })).toThrow(expect.objectContaining({ code: 'train.memory', details: { found: expect.any(Number) as number, max: 1024 } }) as Error)
  const { bytes } = runMemory(changed(config, { layers: [12, 300, 6] }), dense, ops)
  expect(() => runMemory(changed(config, { layers: [12, 300, 6] }), dense, ops, { max: bytes - 1 })).toThrow(expect.objectContaining({ code: 'train.memory' }) as Error)
  expect(runMemory(changed(config, { layers: [12, 300, 6] }), dense, ops, { max: bytes }).bytes).toBe(bytes)
})

describe('weights assigned to a network', () => {
  const trainer = new Trainer(runConfig({ layers: [12, 8, 6], batchSize: 20 }), smallDataset())
  const given = trainer.weights({ version: '1' })

  test('are matched with tensors by path, in any order', () => {
    const other = new Trainer(runConfig({ layers: [12, 8, 6], batchSize: 20, seed: 9 }), smallDataset(), { weights: { ...given, tensors: [...given.tensors].reverse() } })
    expect(other.weights({ version: '1' }).tensors).toEqual(given.tensors)
  })

  test.each([
    ['without a tensor', given.tensors.slice(1)],
    ['with a tensor of another path', given.tensors.map(({ path, data }) => ({ path: path.replace('affine2', 'affine3'), data }))],
    ['with too few numbers', given.tensors.map(({ path, data }) => ({ path, data: data.slice(1) }))],
    ['with too many numbers', given.tensors.map(({ path, data }) => ({ path, data: Float32Array.of(...data, 0) }))],
  ])('%s are an error, never silently zero', (_, tensors) => {
    expect(() => setTensors(trainer.model, tensors)).toThrow(expect.objectContaining({ code: 'internal' }) as Error)
    expect(() => new Trainer(runConfig({ layers: [12, 8, 6], batchSize: 20 }), smallDataset(), { weights: { ...given, tensors } })).toThrow(expect.objectContaining({ code: 'internal' }) as Error)
  })
})

describe('a network counts as guessing', () => {
  test.each([
    [1, 0.0983, true], [1, 0.1499, true], [1, 0.15, false], [1, 0.97, false],
    [0, 0.0983, false], [75, 0.1135, true],
  ])('after %i epochs with an accuracy of %f: %s', (epoch, accuracy, expected) => {
    expect(isGuessing({ epoch, test: { accuracy } }, 10)).toBe(expected)
  })

  test('depends on the number of classes', () => {
    expect(isGuessing({ epoch: 1, test: { accuracy: 0.6 } }, 2)).toBe(true)
    expect(isGuessing({ epoch: 1, test: { accuracy: 0.6 } }, 3)).toBe(false)
  })
})
