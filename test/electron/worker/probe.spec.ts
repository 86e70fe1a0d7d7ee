import { defaultConfig, type LabError, Trainer } from '@core'
import { expect, test } from 'vitest'
import { nextBatch, probe } from '../../../electron/worker/probe'
import { smallDataset } from '../../fixtures/small-dataset'

const config = { ...defaultConfig, layers: [12, 8, 6], batchSize: 20 }
const newTrainer = (changes: Partial<typeof config> = {}) => new Trainer({ ...config, ...changes }, smallDataset())

test('only requested data are sent', () => {
  const trainer = newTrainer()
  trainer.learn()
  expect(probe(trainer, {})).toEqual({ loss: trainer.loss, blocks: [], tensors: [], images: [], change: null })
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
  const { of, params, optimizer, config: told } = nextBatch(trainer, 2)
  const numbers = () => [...params.flatMap(({ W, b }) => [...W, ...b]), ...optimizer.state.flat().flatMap(state => [...state])]
  expect([of, told, optimizer.updates, params.map(({ name }) => name)]).toEqual([20, trainer.config, 1, ['affine1', 'affine2']])
  expect(optimizer.state.map(state => state.map(({ length }) => length))).toEqual([[96, 96], [8, 8], [48, 48], [6, 6]])
  const before = numbers()
  expect(params[0]!.W).toEqual(Float32Array.from(trainer.params[0]!.W.value.data))
  trainer.learn()
  expect(numbers()).toEqual(before)
  expect(params[0]!.W).not.toEqual(Float32Array.from(trainer.params[0]!.W.value.data))
})

test('a network of five million parameters is the largest that fits into a graph', () => {
  const large = (units: number) => ({ config: { ...config, layers: [4, units] }, dataset: smallDataset(), nextImages: new Uint32Array(0), params: [], optimizerState: { state: [], updates: 0 } }) as unknown as Trainer
  expect(nextBatch(large(1_000_000), 3).of).toBe(0) // 4 weights and one bias each
  let refused: LabError | undefined
  try { nextBatch(large(1_000_001), 3) }
  catch (cause) { refused = cause as LabError }
  expect([refused?.code, refused?.details]).toEqual(['train.largeGraph', { found: 5_000_005, max: 5_000_000 }])
})
