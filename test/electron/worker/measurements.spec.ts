import type { RecordedRun, SharedDataset } from '@contract'
import { replayedStep, sampleGradients, stepLine, Trainer, unitLook, writeWeights } from '@core'
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

test('the step of the run is measured: its images’ gradients, and its own line', async () => {
  await step(4)
  const trainer = learned(4)
  const samples = await worker.ask('measure:samples', null)
  expect(samples).toMatchObject({ step: 4, ...sampleGradients(trainer) })
  expect(samples.price.ms).toBeGreaterThanOrEqual(0)
  expect(await worker.ask('measure:line', null)).toMatchObject({ step: 4, ...stepLine(replayedStep(trainer), ops) })
})

test('the loss over two weights is of one step, though it is measured while the run learns; a newer wish ends an older one', async () => {
  await step(4)
  const wanted = { cells: [{ path: 'affine1.W', row: 3, column: 2 }, { path: 'affine2.b', row: 0, column: 1 }] as const, size: 31 }
  const atRest = await worker.ask('measure:plane', wanted)
  const both = await Promise.all([worker.code('measure:plane', { size: 61 }), worker.ask('measure:plane', wanted)])
  expect(both[0]).toBe('measure.left')
  const { price, ...plane } = both[1]
  expect({ ...plane, price: atRest.price }).toEqual(atRest)
  expect(price.ms).toBeGreaterThan(0)
  await worker.ask('run:start', { pace: 'full' })
  const learning = await worker.ask('measure:plane', { ...wanted, size: 11 })
  const { step: now } = await worker.ask('run:pause', null)
  expect(learning.losses).toHaveLength(11 * 11)
  expect(now).toBeGreaterThan(learning.step)
  const replaced = worker.code('measure:plane', { size: 61 })
  await worker.ask('configure', { config, pace: 1 })
  expect(await replaced).toBe('measure.left')
  expect(await worker.code('measure:plane', { size: 5 })).toBe('measure.noStep')
})
