import { checkpointOf, createReferenceOps, type Dataset, LabError, type Ops, Random, readCheckpoint, type SettingsChange, type Snapshot, Trainer, writeCheckpoint } from '@core'
import type { RecordedRun, VisitProgress } from '@contract'
import { describe, expect, test } from 'vitest'
import { TrainingLoop } from '../../../electron/worker/training-loop'
import { bytesToReplay } from '../../../electron/worker/recorded'
import { Visits } from '../../../electron/worker/visits'
import { runConfig } from '../../fixtures/run-config'
import { smallDataset } from '../../fixtures/small-dataset'
import { FakeClock } from './fake-clock'

const small = smallDataset()
const dataset: Dataset = { ...small, info: { ...small.info, sha256: { trainImages: '1'.repeat(64), trainLabels: '2'.repeat(64) } } }
const config = runConfig({ dataset: 'small', layers: [12, 8, 6], batchSize: 20 })
const ops = createReferenceOps('float32')
const changes = new Map<number, SettingsChange>([[40, { optimizer: { kind: 'momentum' } }], [70, { batchSize: 30 }]])

/** A run of 100 steps whose only checkpoint is its first state, and its state after each step. */
function recorded(): { readonly run: RecordedRun, readonly states: readonly Snapshot[] } {
  let trainer = new Trainer(config, dataset, { ops })
  const checkpoint = readCheckpoint(writeCheckpoint(checkpointOf(trainer, { version: '1' })), '0')
  const losses = new Float32Array(100)
  const states: Snapshot[] = []
  for (let i = 0; i < losses.length; i++) {
    const change = changes.get(i)
    if (change) trainer = trainer.change(change)
    states.push(trainer.snapshot())
    losses[i] = trainer.learn()
  }
  states.push(trainer.snapshot())
  return { run: { name: 'a run', checkpoint, step: 100, origin: { from: 'seed' }, parent: null, events: trainer.events, firstLoss: 1, losses, evaluations: [] }, states }
}

/** The thread of the past. A mini-batch takes as long as wanted. */
function thread(stepMs = 0) {
  const clock = new FakeClock()
  const timed: Ops = { ...ops, softmaxLoss: (...given) => {
    clock.time += stepMs
    return ops.softmaxLoss(...given)
  } }
  const loop = new TrainingLoop(clock, { prepareFor: () => undefined }, 900, { metrics: () => undefined, checkpoint: () => undefined, state: () => undefined }, { version: '1' })
  const progress: VisitProgress[] = []
  const visits = new Visits({ clock, version: '1', show: plan => loop.switchTo(plan, 'full'), onProgress: made => progress.push(made) })
  const to = (run: RecordedRun, step: number) => visits.to({ ...run, step }, { dataset, ops: timed })
  const stateAt = (run: RecordedRun, step: number) => visits.state({ ...run, step }, { dataset, ops: timed })
  /** Lets it work until nothing is left to do. */
  const settle = async () => {
    for (let i = 0; i < 200; i++) {
      clock.advanceTo(clock.time)
      await new Promise((next) => { setImmediate(next) })
    }
  }
  return { loop, clock, visits, progress, to, stateAt, settle }
}

describe('a state that is asked for', () => {
  const { run, states } = recorded()

  test('is the run’s own to the bit, with the changes at its step, while another moment is shown', async () => {
    const { loop, to, stateAt } = thread()
    await to(run, 50)
    for (const step of [0, 40, 41, 70, 100]) {
      const { bytes, differsAt } = await stateAt(run, step)
      expect([readCheckpoint(bytes, 'x').snapshot, differsAt]).toEqual([states[step], null])
    }
    expect(loop.run.trainer.step).toBe(50)
  })

  test('that diverges on the way is refused by its step', async () => {
    const { stateAt } = thread()
    const { snapshot } = run.checkpoint
    const tensors = snapshot!.tensors.map(({ path, data }) => ({ path, data: data.map(value => 1e30 * value) }))
    await expect(stateAt({ ...run, checkpoint: { ...run.checkpoint, snapshot: { ...snapshot!, tensors } } }, 50)).rejects.toMatchObject({ code: 'run.inexact' })
  })
})

describe('work with a moment', () => {
  const { run, states } = recorded()
  const sources = { dataset, ops }

  test('is done in slices, on the run’s own state, while another moment is shown; its memory is counted meanwhile', async () => {
    const { loop, visits, to, clock, settle } = thread()
    await to(run, 50)
    const held: number[] = []
    let slices = 0
    let disposed = 0
    const working = visits.work({ ...run, step: 70 }, sources, { bytes: 1000, mayDrop: false, begin: trainer => ({
      advance: (isOver) => {
        expect(trainer.snapshot()).toEqual(states[70])
        held.push(visits.bytes)
        clock.time += 100
        expect(isOver()).toBe(true)
        return ++slices === 3 ? 'done' : null
      },
      dispose: () => { disposed++ },
    }) })
    await settle()
    expect(await working).toEqual({ result: 'done', differsAt: null, dropped: false })
    expect([slices, disposed, visits.bytes, loop.run.trainer.step]).toEqual([3, 1, 0, 50])
    expect(new Set(held)).toEqual(new Set([bytesToReplay({ ...run, step: 70 }, sources) + 1000]))
  })

  test('ends when another moment is wished for, and when nothing is, and frees its memory', async () => {
    const { visits, to, settle } = thread()
    let disposed = 0
    const endless = () => visits.work({ ...run, step: 70 }, sources, { mayDrop: false, begin: () => ({ advance: () => null, dispose: () => { disposed++ } }) })
    const first = endless()
    const ended = expect(first).rejects.toMatchObject({ code: 'past.left' })
    const visited = to(run, 20)
    await settle()
    await ended
    expect((await visited).state.step).toBe(20)
    const second = endless()
    const left = expect(second).rejects.toMatchObject({ code: 'past.left', details: { step: 70 } })
    await settle()
    visits.unwish()
    await settle()
    await left
    expect([disposed, visits.bytes]).toEqual([2, 0])
  })

  test('that fails frees its memory', async () => {
    const { visits, settle } = thread()
    const failing = visits.work(run, sources, { mayDrop: false, begin: () => { throw new LabError('teach.label', 'no class', {}) } })
    const failed = expect(failing).rejects.toMatchObject({ code: 'teach.label' })
    await settle()
    await failed
    expect(visits.bytes).toBe(0)
  })
})

describe('a moment of the past', () => {
  const { run, states } = recorded()

  test('is the run’s own to the bit at any step, with its settings and its curves until then', async () => {
    const { loop, to } = thread()
    const random = new Random(5)
    for (let i = 0; i < 20; i++) {
      const step = random.integer(101)
      const { state, differsAt } = await to(run, step)
      expect([state.step, differsAt]).toEqual([step, null])
      expect(loop.run.trainer.snapshot(), `step ${step}`).toEqual(states[step])
      expect(loop.run.curves.loss.latest?.x ?? 0).toBe(step)
    }
  })

  test('that is far away is reached in slices, and says how far it has come', async () => {
    const { progress, to, settle } = thread(4)
    const reached = to(run, 60)
    await settle()
    expect((await reached).state.step).toBe(60)
    expect(progress.map(({ step }) => step)).toEqual(Array.from({ length: 19 }, (_, i) => 3 * (i + 1))) // slices of 10 ms with steps of 4 ms
    expect(progress[0]).toMatchObject({ from: 0, to: 60 })
  })

  test('that is no longer wished for is left, and the newer one is shown', async () => {
    const { loop, to, settle } = thread(4)
    const first = to(run, 90).catch((cause: unknown) => cause as LabError)
    const second = to(run, 10)
    await settle()
    expect(await first).toMatchObject({ code: 'past.left', details: { step: 90 } })
    expect([(await second).state.step, loop.state().step]).toEqual([10, 10])
  })

  test('names the first loss that is not the recorded one', async () => {
    const losses = run.losses.map((loss, i) => i === 29 ? loss + 1 : loss)
    expect((await thread().to({ ...run, losses }, 50)).differsAt).toBe(30)
  })
})
