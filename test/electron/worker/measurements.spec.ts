import type { RecordedRun, SharedDataset } from '@contract'
import { Trainer, unitLook, writeWeights } from '@core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkpointIn, configOf, dataset } from '../../fixtures/training'
import { fastOps } from '../../fixtures/fast-ops'
import { bundleWorker, RealWorker } from './real-worker'

const config = configOf('affine 8, relu, affine 6')
const ops = fastOps()
const learned = (steps: number): Trainer => {
  const trainer = new Trainer(config, dataset, { ops })
  while (trainer.step < steps) trainer.learn()
  return trainer
}

let bundle: Awaited<ReturnType<typeof bundleWorker>>
let worker: RealWorker
beforeAll(async () => {
  bundle = await bundleWorker()
  worker = await RealWorker.start(bundle.file, { dataset: dataset as SharedDataset, sample: { name: 'weights.safetensors', bytes: writeWeights(learned(1).weights({ version: '1' })) } })
})
afterAll(async () => {
  await worker.stop()
  await bundle.remove()
})

const step = async (steps: number): Promise<void> => {
  await worker.ask('configure', { config, pace: 1 })
  for (let i = 0; i < steps; i++) await worker.ask('run:step', { unit: 'batch' })
}

test('a unit is looked at in the thread of the run, at its step', async () => {
  await step(3)
  const { runId, step: at, price, ...look } = await worker.ask('unit:look', { layer: 'relu1', unit: 4 })
  expect([runId, at, price.ms >= 0]).toEqual([1, 3, true])
  expect(look).toEqual(unitLook(learned(3), 'relu1', 4))
  expect(await worker.code('unit:look', { layer: 'relu1', unit: 8 })).toBe('train.noTensor')
})

test('a unit is looked at in the past, beside the moment that is shown', async () => {
  await step(5)
  const [begun, run] = [learned(0), learned(7)]
  const losses = Float32Array.from({ length: 7 }, (_, i) => learned(i + 1).loss!)
  const recorded: RecordedRun = { name: 'a run', checkpoint: checkpointIn(begun), step: 7, origin: { from: 'seed' }, parent: null, events: [], firstLoss: 1, losses, evaluations: [] }
  expect(await worker.ask('lookAtUnit', { run: recorded, layer: 'relu1', unit: 2 })).toEqual(unitLook(run, 'relu1', 2))
  expect((await worker.ask('read', null))!.state.step).toBe(5)
  expect(await worker.code('lookAtUnit', { run: recorded, layer: 'tanh1', unit: 2 })).toBe('train.noTensor')
})
