import { type LabError, Trainer } from '@core'
import { expect, test } from 'vitest'
import { nextBatch, probe } from '../../../electron/worker/probe'
import { smallDataset } from '../../fixtures/small-dataset'
import { changed, perceptron, runConfig, type ShortConfig } from '../../fixtures/run-config'

const config = runConfig({ dataset: 'small', layers: [12, 8, 6], batchSize: 20 })
const newTrainer = (changes: ShortConfig = {}) => new Trainer(changed(config, changes), smallDataset())

test('only requested data are sent', () => {
  const trainer = newTrainer()
  trainer.learn()
  expect(probe(trainer, {})).toEqual({ loss: trainer.loss, blocks: [], updates: [], tensors: [], images: [], details: [], batch: null, change: null, units: null, health: null, unitMap: null })
})

test('all data of one request are of the same step', () => {
  const trainer = newTrainer()
  expect(probe(trainer, { images: 5 }).images).toEqual([]) // no mini-batch was learned yet
  const { images: before } = nextBatch(trainer, 5)
  trainer.learn()
  const { loss, blocks, tensors, images, change } = probe(trainer, { stats: true, tensors: [{ path: 'affine1.W' }, { path: 'affine2.db' }], images: 5, change: 'affine2' })
  expect([loss, blocks.map(({ name }) => name), tensors.map(({ path }) => path)]).toEqual([trainer.loss, ['affine1', 'relu1', 'affine2', 'softmaxWithLoss'], ['affine1.W', 'affine2.db']])
  expect(images).toEqual(before)
  expect(images).toHaveLength(5)
  expect(change).not.toBeNull()
  expect(() => probe(trainer, { tensors: [{ path: 'affine9.W' }] })).toThrow(expect.objectContaining({ code: 'train.noTensor' }) as Error)
})

test('the next mini-batch comes with copies of the weights and the optimizer’s state, which later learning does not change', () => {
  const trainer = newTrainer({ optimizer: 'adam' })
  trainer.learn()
  const { of, tensors, optimizer, input, config: told } = nextBatch(trainer, 2)
  const numbers = () => [...tensors, ...optimizer.state].flatMap(({ data }) => [...data])
  expect([of, input, told, optimizer.updates, tensors.map(({ path }) => path)]).toEqual([20, [12], trainer.config, 1, ['affine1.W', 'affine1.b', 'affine2.W', 'affine2.b']])
  expect(optimizer.state.map(({ path, data }) => [path, data.length])).toEqual([
    ['affine1.W.m', 96], ['affine1.W.v', 96], ['affine1.b.m', 8], ['affine1.b.v', 8], ['affine2.W.m', 48], ['affine2.W.v', 48], ['affine2.b.m', 6], ['affine2.b.v', 6],
  ])
  const before = numbers()
  expect(tensors[0]!.data).toEqual(Float32Array.from(trainer.model.params[0]!.slot.value.data))
  trainer.learn()
  expect(numbers()).toEqual(before)
  expect(tensors[0]!.data).not.toEqual(Float32Array.from(trainer.model.params[0]!.slot.value.data))
})

test('a network of five million parameters is the largest that fits into a graph', () => {
  const large = (units: number) => ({ config, model: { architecture: perceptron([4, units]), params: [], buffers: [] }, dataset: smallDataset(), nextImages: new Uint32Array(0), optimizerState: { state: [], updates: 0 } }) as unknown as Trainer
  expect(nextBatch(large(1_000_000), 3).of).toBe(0) // 4 weights and one bias each
  let refused: LabError | undefined
  try { nextBatch(large(1_000_001), 3) }
  catch (cause) { refused = cause as LabError }
  expect([refused?.code, refused?.details]).toEqual(['train.largeGraph', { found: 5_000_005, max: 5_000_000 }])
})
