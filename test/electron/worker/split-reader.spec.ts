import { createReferenceOps, readingBytes, savedTensors, SplitReading, Trainer } from '@core'
import { expect, test } from 'vitest'
import { SplitReader } from '../../../electron/worker/split-reader'
import { configOf, dataset as learned } from '../../fixtures/training'
import { smallDataset } from '../../fixtures/small-dataset'

const dataset = { ...smallDataset(), info: learned.info }
const { model } = new Trainer(configOf(), dataset, { ops: createReferenceOps('float32') })
const network = { source: 'run' as const, at: { runId: 1, step: 7 }, architecture: model.architecture, normalization: dataset.info.normalization, tensors: savedTensors(model).map(({ path, tensor }) => ({ path, data: Float32Array.from(tensor.data) })) }
const whole = (split: 'train' | 'test') => new SplitReading({ ...network, split: dataset[split], ops: createReferenceOps('float32') }).advance(() => false)

/** A reader whose slices hold one batch each */
function reader(makeRoom: (bytes: number) => void = () => undefined) {
  const turns: (() => void)[] = []
  let now = 0
  const made = new SplitReader({ ops: createReferenceOps('float32'), makeRoom, clock: { now: () => now += 20, soon: (work) => { turns.push(work); return () => undefined }, later: () => () => undefined } })
  const turn = async () => {
    for (let i = 0; i < 10; i++) await Promise.resolve()
    turns.shift()?.()
  }
  return { made, turn, turns }
}

test('a split is read in slices, between which the thread answers others', async () => {
  const { made, turn, turns } = reader()
  const reading = made.read(network, dataset, 'train')
  await turn()
  expect(made.bytes).toBe(readingBytes(model.architecture))
  await turn()
  expect(await reading).toEqual(whole('train'))
  expect([turns.length, made.bytes]).toEqual([0, 0])
})

test('a newer question ends an older one, which frees its memory first', async () => {
  const { made, turn } = reader()
  const old = made.read(network, dataset, 'train').catch((cause: unknown) => cause)
  await turn()
  const next = made.read(network, dataset, 'test')
  await turn()
  expect(await old).toMatchObject({ code: 'past.left' })
  expect(await next).toEqual(whole('test'))
  expect(made.bytes).toBe(0)
})

test('a network that does not fit is refused before any memory is taken', async () => {
  const asked: number[] = []
  const { made } = reader((bytes) => { asked.push(bytes); throw new RangeError('full') })
  await expect(made.read(network, dataset, 'train')).rejects.toThrow('full')
  expect([asked, made.bytes]).toEqual([[readingBytes(model.architecture)], 0])
})
