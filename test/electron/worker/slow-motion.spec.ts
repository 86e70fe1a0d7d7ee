import { checkOptimizer, checkpointOf, parseLayers, Random, readCheckpoint, readWeights, type RunConfig, Trainer, writeCheckpoint, writeWeights } from '@core'
import type { RecordedRun } from '@contract'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { fastOps } from '../../fixtures/fast-ops'
import { runConfig } from '../../fixtures/run-config'
import { smallDataset } from '../../fixtures/small-dataset'
import { bundleWorker, RealWorker } from './real-worker'

const small = smallDataset()
const dataset = { ...small, info: { ...small.info, sha256: { trainImages: '1'.repeat(64), trainLabels: '2'.repeat(64) } } }
const config: RunConfig = {
  ...runConfig({ dataset: 'small', layers: [12, 6], batchSize: 20 }), optimizer: checkOptimizer({ kind: 'adam', learningRate: 0.01 }),
  network: { layers: parseLayers('affine 9, batchNormalization, relu, dropout 0.3, affine 6'), loss: 'softmaxWithLoss' },
}
const stages = 6 + 6 + 6
const trainerAt = (step: number, settings = config): Trainer => {
  const trainer = new Trainer(settings, dataset, { ops: fastOps() })
  while (trainer.step < step) trainer.learn()
  return trainer
}
const bytesOf = (trainer: Trainer) => writeWeights(trainer.weights({ version: '1' }))
const sample = { name: 'sample', bytes: bytesOf(trainerAt(3)) }
const pixels = Float32Array.from({ length: 12 }, (_, i) => i / 12)

let bundle: Awaited<ReturnType<typeof bundleWorker>>
let worker: RealWorker
beforeAll(async () => { bundle = await bundleWorker() })
afterAll(() => bundle.remove())
afterEach(() => worker.stop())

const start = async (more: Parameters<typeof RealWorker.start>[1] | object = {}) => { worker = await RealWorker.start(bundle.file, { dataset, sample, ...more }) }
const layers = async (n: number) => { for (let i = 0; i < n; i++) await worker.ask('run:layer', { unit: 'layer' }) }
const tensorsNow = async () => readWeights((await worker.ask('weights', null)).bytes, 'now').tensors
const tensorsAt = (step: number, settings = config) => readWeights(bytesOf(trainerAt(step, settings)), 'then').tensors

describe('a run at the pace of one layer', () => {
  test('computes one layer at each start, counts the step when it is complete, and has then learned it as at full speed', async () => {
    await start()
    await worker.ask('configure', { config, pace: 'layer' })
    const seen: unknown[] = []
    for (let i = 0; i < stages; i++) {
      const { step, stages, phase } = await worker.ask('run:start', { pace: 'layer' })
      seen.push([step, stages!.done, stages!.of, phase === 'running'])
      expect((await worker.ask('slow:look', { cell: null }))!.progress).toEqual(stages)
    }
    expect(seen).toEqual(Array.from({ length: stages }, (_, i) => [i === stages - 1 ? 1 : 0, i + 1, stages, false]))
    expect(await tensorsNow()).toEqual(tensorsAt(1))
    await worker.ask('keep', null)
    expect([...worker.losses]).toEqual([[1, Math.fround(trainerAt(1).loss!)]])
  })

  test('is the same run, to the bit, whatever is done between two layers, with one thread and with two', async () => {
    for (const threads of [1, 2]) {
      await start({ threads })
      await worker.ask('configure', { config, pace: 'layer' })
      const random = new Random(threads)
      const between = [
        () => worker.ask('run:step', { unit: 'batch' }), () => worker.ask('run:layer', { unit: 'step' }), () => worker.ask('run:pause', null),
        () => worker.ask('draw:predict', { source: 'run', pixels }), () => worker.ask('weights', null), () => worker.ask('run:batch', { rows: 2 }),
        () => worker.ask('run:probe', { stats: true }), () => worker.ask('run:mistakes', { split: 'test', first: 0, count: 3, order: 'loss' }),
        () => worker.ask('keep', null), () => worker.ask('threads', { threads }), () => worker.ask('xray:open', { image: null }), () => worker.ask('run:pace', { pace: 'layer' }),
      ]
      for (let i = 0; i < 24; i++) {
        await layers(1 + random.integer(7))
        await between[i % between.length]!()
      }
      const { step } = await worker.ask('run:layer', { unit: 'step' })
      expect(await tensorsNow()).toEqual(tensorsAt(step))
      await worker.ask('keep', null)
      expect([...worker.losses.keys()]).toEqual(Array.from({ length: step }, (_, i) => i + 1))
      await worker.stop()
    }
  })

  test('continues from the layer where it is at another pace, and pauses when that is chosen', async () => {
    await start()
    await worker.ask('configure', { config, pace: 'layer' })
    await layers(14)
    await worker.ask('run:start', { pace: 'full' })
    await worker.until(() => worker.frames.some(({ step }) => step > 20))
    const { step, phase, pace, stages } = await worker.ask('run:pace', { pace: 'layer' })
    expect([phase === 'running', pace, stages]).toEqual([false, 'layer', null])
    expect(await tensorsNow()).toEqual(tensorsAt(step))
  })
})

describe('a mini-batch that has begun', () => {
  const begin = async (n: number) => {
    await start()
    await worker.ask('configure', { config, pace: 'layer' })
    for (let i = 0; i < 2; i++) await worker.ask('run:step', { unit: 'batch' })
    await layers(n)
  }

  test.each([3, 9, 15])('after %i layers is in no file, no prediction and no evaluation: they are of the step before it', async (n) => {
    await start()
    await worker.ask('configure', { config, pace: 'layer' })
    for (let i = 0; i < 2; i++) await worker.ask('run:step', { unit: 'batch' })
    const asked = async () => [await tensorsNow(), await worker.ask('draw:predict', { source: 'run', pixels }), await worker.ask('draw:network', { source: 'run' }), await worker.ask('run:batch', { rows: 1 })]
    const before = await asked()
    const mistakes = await worker.ask('run:mistakes', { split: 'test', first: 0, count: 5, order: 'loss' })
    await layers(n)
    expect(await asked()).toEqual(before)
    expect(await worker.ask('run:mistakes', { split: 'test', first: 0, count: 5, order: 'loss' })).toEqual(mistakes)
    expect((await worker.ask('read', null))!.state).toMatchObject({ step: 2, stages: { done: n, of: stages } }) // as a window that is loaded again gets it
  })

  test('is completed with the old settings before they change', async () => {
    await begin(5)
    const { step, stages, events } = await worker.ask('run:change', { optimizer: { learningRate: 0.02 } })
    expect([step, stages, events.map(({ step }) => step)]).toEqual([3, null, [3]])
    expect(await tensorsNow()).toEqual(tensorsAt(3))
    await worker.ask('keep', null)
    expect(worker.losses.size).toBe(3)
  })

  test.each([5, 14])('after %i layers is forgotten by a rewind and by another run', async (n) => {
    await begin(n)
    expect(await worker.ask('rewind', null)).toMatchObject({ step: 0, stages: null })
    expect(await tensorsNow()).toEqual(tensorsAt(0))
    await layers(n)
    expect(await worker.ask('configure', { config: { ...config, seed: 3 }, pace: 'layer' })).toMatchObject({ step: 0, stages: null })
    expect(await tensorsNow()).toEqual(tensorsAt(0, { ...config, seed: 3 }))
  })

  test.each([5, 14])('after %i layers is in nothing that a kill leaves: the run goes on from the step before, and a fork begins there', async (n) => {
    await begin(n)
    await worker.ask('keep', null) // all that could have been written by then
    const { losses, messages } = worker
    await worker.stop()
    expect([...losses.keys()]).toEqual([1, 2])
    expect(messages.flatMap(message => message.type === 'checkpoint' ? [message.frame.step] : []).filter(step => step > 2)).toEqual([])
    const checkpoint = readCheckpoint(writeCheckpoint(checkpointOf(trainerAt(0), { version: '1' })), '0')
    const run: RecordedRun = { name: 'a run', checkpoint, step: 2, origin: { from: 'seed' }, parent: null, events: [], firstLoss: 1, losses: Float32Array.from(losses.values()), evaluations: [] }

    await start()
    expect(await worker.ask('resume', { run, pace: 'layer' })).toMatchObject({ differsAt: null, state: { step: 2, stages: null } })
    expect(await tensorsNow()).toEqual(tensorsAt(2))
    await layers(stages)
    expect(await tensorsNow()).toEqual(tensorsAt(3))
    await worker.stop()

    await start({ role: 'replay' })
    const { bytes, differsAt } = await worker.ask('reach', { run, mayDrop: true })
    expect(differsAt).toBeNull()
    expect(readCheckpoint(bytes, 'fork').snapshot).toEqual(trainerAt(2).snapshot())
  })

  test('stops where the run is to stop', async () => {
    await begin(0)
    await worker.ask('run:stopWhen', { condition: { kind: 'step', step: 3 } })
    await layers(stages - 1)
    expect((await worker.ask('read', null))!.state.stopped).toBeNull()
    expect(await worker.ask('run:layer', { unit: 'layer' })).toMatchObject({ step: 3, stopped: { condition: { kind: 'step', step: 3 } } })
  })

  test('ends at the layer whose loss is not finite', async () => {
    await start()
    const diverging: RunConfig = { ...config, network: { layers: parseLayers('affine 9, relu, affine 6'), loss: 'identityWithLoss' }, optimizer: checkOptimizer({ kind: 'sgd', learningRate: 10 }) }
    const whole = trainerAt(0, diverging)
    while (!whole.divergence) whole.learn()
    await worker.ask('configure', { config: diverging, pace: 'layer' })
    let state = await worker.ask('run:layer', { unit: 'layer' })
    for (let i = 0; state.phase !== 'diverged' && i < 12 * 60; i++) state = await worker.ask('run:layer', { unit: 'layer' })
    expect(state).toMatchObject({ phase: 'diverged', step: whole.step, divergence: whole.divergence, stages: null })
    expect(await worker.code('run:layer', { unit: 'layer' })).toBe('train.diverged')
  })
})

describe('a moment of the past', () => {
  test('goes on layer by layer, like the run did, and records nothing; without a moment it refuses', async () => {
    await start({ role: 'replay', threads: 1, firstRunId: 1000 })
    const checkpoint = readCheckpoint(writeCheckpoint(checkpointOf(trainerAt(0), { version: '1' })), '0')
    const run: RecordedRun = { name: 'a run', checkpoint, step: 7, origin: { from: 'seed' }, parent: null, events: [], firstLoss: 1, losses: new Float32Array(20).fill(NaN), evaluations: [] }
    expect(await worker.code('run:layer', { unit: 'layer' })).toBe('past.none')
    const { state } = await worker.ask('visit', { run })
    await layers(stages - 2)
    expect((await worker.ask('weights', null)).step).toBe(7)
    expect(await tensorsNow()).toEqual(tensorsAt(7))
    expect(await worker.ask('run:layer', { unit: 'step' })).toMatchObject({ runId: state.runId, step: 8, loss: trainerAt(8).loss, stages: { done: stages, of: stages } })
    expect(await tensorsNow()).toEqual(tensorsAt(8))
    expect(worker.messages.filter(({ type }) => type === 'checkpoint')).toEqual([])
  })
})
