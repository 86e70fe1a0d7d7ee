import { checkpointMs, createReferenceOps, type Dataset, type Ops, readCheckpoint, type RunConfig, Trainer, trainerOf } from '@core'
import type { CheckpointFrame, Pace } from '@contract'
import { describe, expect, test } from 'vitest'
import { CheckpointFeed } from '../../../electron/worker/checkpoint-feed'
import { fromConfig } from '../../../electron/worker/run'
import { TrainingLoop } from '../../../electron/worker/training-loop'
import { runConfig } from '../../fixtures/run-config'
import { smallDataset } from '../../fixtures/small-dataset'
import { FakeClock } from './fake-clock'

const small = smallDataset()
const dataset: Dataset = { ...small, info: { ...small.info, sha256: { trainImages: '1'.repeat(64), trainLabels: '2'.repeat(64) } } }
const config: RunConfig = runConfig({ dataset: 'small', layers: [12, 8, 6], batchSize: 20 })
const stepMs = 4

/** A training in which a mini-batch takes 4 ms and everything else no time. */
function training(changes: Partial<RunConfig> = {}) {
  const clock = new FakeClock()
  const reference = createReferenceOps('float32')
  const ops: Ops = { ...reference, sgd: (...given) => {
    clock.time += stepMs / 4 // W and b of two layers
    return reference.sgd(...given)
  } }
  const frames: CheckpointFrame[] = []
  const loop = new TrainingLoop(clock, { prepareFor: () => undefined }, 41, { metrics: () => undefined, checkpoint: frame => frames.push(frame), state: () => undefined }, { version: '1.2.3' })
  const plan = fromConfig({ ...config, ...changes }, { dataset, ops })
  loop.switchTo(plan, 1)
  const until = (step: number) => { while (loop.state().step < step) clock.time += loop.slice(() => true) }
  return { loop, plan, frames, until, stepsOf: () => frames.map(({ step }) => step) }
}

describe('checkpoints of a run that learns', () => {
  test('are its first state, before anything is learned, and then one after every 100 ms of learning', () => {
    const { loop, until, stepsOf } = training()
    expect(stepsOf()).toEqual([])
    loop.start('full')
    until(80)
    expect(stepsOf()).toEqual([0, 25, 50, 75]) // 25 steps of 4 ms are 100 ms
  })

  test.each<Pace>([1, 10])('at %i steps a second count learning, not waiting', (pace) => {
    const { loop, until, stepsOf } = training()
    loop.start(pace)
    until(30)
    expect(stepsOf()).toEqual([0, 25])
  })

  test('by hand count, too', () => {
    const { loop, stepsOf } = training()
    for (let i = 0; i < 26; i++) loop.stepBatch()
    expect(stepsOf()).toEqual([0, 25])
  })

  test('are not made of a run whose past nobody wants, but of its rewound one', () => {
    const { loop, frames, plan } = training()
    loop.switchTo({ ...plan, isKept: false }, 'full')
    for (let i = 0; i < 60; i++) loop.stepBatch()
    expect(frames).toEqual([])
    loop.rewind()
    loop.stepBatch()
    expect(frames.map(({ step }) => step)).toEqual([0])
  })

  test('begin anew with another run and after a rewind, each with the run’s id', () => {
    const { loop, frames } = training()
    loop.stepBatch()
    const { runId } = loop.rewind()
    loop.stepBatch()
    expect(frames.map(({ runId, step }) => [runId, step])).toEqual([[runId - 1, 0], [runId, 0]])
  })

  test('are not made at the end of a run: the last steps are learned again', () => {
    const { loop, until, stepsOf } = training()
    loop.keep()
    expect(stepsOf()).toEqual([])
    loop.start('full')
    until(30)
    expect(loop.keep()).toMatchObject({ phase: 'idle', step: 30 })
    expect(stepsOf()).toEqual([0, 25])
  })

  test('are files from which the run continues to the bit', () => {
    const { loop, frames, until } = training()
    loop.start('full')
    until(60)
    const trainer = trainerOf(readCheckpoint(frames[1]!.bytes, 'c'), dataset, createReferenceOps('float32'))
    while (trainer.step < loop.run.trainer.step) trainer.learn()
    expect(trainer.snapshot()).toEqual(loop.run.trainer.snapshot())
  })
})

test('one checkpoint that takes long does not delay the next', () => {
  const clock = new FakeClock()
  const steps: number[] = []
  const feed = new CheckpointFeed(clock, '1', ({ step }) => {
    clock.time += steps.length === 1 ? 1000 : 1
    steps.push(step)
  })
  const trainer = new Trainer(config, dataset)
  feed.beforeStep(trainer)
  for (let ms = 0; ms < 300; ms += 10) feed.learned(trainer, 10)
  expect(steps).toHaveLength(4) // the first state, and one each 100 ms
})

test('making checkpoints takes at most 2 % of the learning time', () => {
  const clock = new FakeClock()
  const costMs = 12
  const steps: number[] = []
  const feed = new CheckpointFeed(clock, '1', ({ step }) => {
    clock.time += costMs
    steps.push(step)
  })
  const trainer = new Trainer(config, dataset)
  feed.beforeStep(trainer)
  let learnedMs = 0
  const learnUntil = (count: number) => {
    while (steps.length < count) {
      feed.learned(trainer, 10)
      learnedMs += 10
    }
  }
  learnUntil(3) // whose time does not count
  learnedMs = 0
  learnUntil(6)
  expect(learnedMs).toBe(3 * costMs / 0.02)
  expect(costMs / 0.02).toBeGreaterThan(checkpointMs)
})
