import { checkpointOf, createReferenceOps, type Dataset, hexOf, readCheckpoint, type RunEvent, type SettingsChange, type Snapshot, Trainer, writeCheckpoint } from '@core'
import type { MetricsFrame, RecordedRun } from '@contract'
import { describe, expect, test } from 'vitest'
import { TrainingLoop } from '../../../electron/worker/training-loop'
import { Twin } from '../../../electron/worker/twin'
import { runConfig } from '../../fixtures/run-config'
import { smallDataset } from '../../fixtures/small-dataset'
import { FakeClock } from './fake-clock'

const small = smallDataset()
const dataset: Dataset = { ...small, info: { ...small.info, sha256: { trainImages: '1'.repeat(64), trainLabels: '2'.repeat(64) } } }
const configWith = (layers: readonly number[]) => runConfig({ dataset: 'small', layers, batchSize: 20 })
const ops = createReferenceOps('float32')

/** A run that is trained by hand: its settings changed before the given mini-batches, its state after each. */
function statesOf(begin: Trainer, steps: number, changes: ReadonlyMap<number, SettingsChange>): readonly Snapshot[] {
  let trainer = begin
  const states = [trainer.snapshot()]
  for (let i = 0; i < steps; i++) {
    const change = changes.get(i)
    if (change) trainer = trainer.change(change)
    trainer.learn()
    states.push(trainer.snapshot())
  }
  return states
}

/** A twin with a learning rate of its own, at step 0. */
function begun({ rate = 0.01, layers = [12, 8, 6], rest = 0 } = {}) {
  const config = configWith(layers)
  const clock = new FakeClock()
  const frames: MetricsFrame[] = []
  let isBusy = false
  const problems: unknown[] = []
  const loop = new TrainingLoop(clock, { prepareFor: () => undefined }, 900, { metrics: frame => frames.push(frame), checkpoint: () => undefined, state: () => undefined }, { version: '1' })
  const twin = new Twin(loop, { clock, rest, isBusy: () => isBusy, makeRoom: () => undefined, onProblem: cause => problems.push(cause) })
  const own: RunEvent = { step: 0, change: { optimizer: { learningRate: rate } } }
  const checkpoint = readCheckpoint(writeCheckpoint(checkpointOf(new Trainer(config, dataset, { ops }), { version: '1' })), '0')
  const run: RecordedRun = { name: 'twin', checkpoint, step: 0, origin: { from: 'seed' }, parent: null, events: [own], firstLoss: 1, losses: new Float32Array(0), evaluations: [] }
  twin.begin({ run }, { dataset, ops })
  /** Works until it waits. @returns slices that it took */
  const settle = () => {
    let slices = 0
    for (; slices < 1000; slices++) {
      let pieces = 0
      if (twin.slice(() => ++pieces >= 10) > 0) break
      clock.advanceTo(clock.time + 10)
    }
    return slices
  }
  const follow = (step: number, { events = [] as readonly RunEvent[], isResting = false } = {}) => {
    twin.follow({ step, isResting, events })
    return settle()
  }
  return { twin, loop, clock, frames, problems, follow, settle, setBusy: (busy: boolean) => { isBusy = busy } }
}
const first = () => new Trainer(configWith([12, 8, 6]), dataset, { ops })
const weightsOf = ({ run: { trainer } }: TrainingLoop) => trainer.snapshot()

describe('a twin', () => {
  test('learns up to the step of the first run, and no further, to the bit as a run with its settings', () => {
    const states = statesOf(first(), 60, new Map([[0, { optimizer: { learningRate: 0.01 } }]]))
    const { loop, follow } = begun()
    for (const step of [1, 2, 37, 60]) {
      follow(step)
      expect(loop.run.trainer.step).toBe(step)
      expect(weightsOf(loop)).toEqual(states[step])
    }
    expect(loop.state().phase).not.toBe('running')
  })

  test('takes over the changes of the first run at their steps', () => {
    const events: readonly RunEvent[] = [{ step: 12, change: { weightDecay: 0.01 } }, { step: 30, change: { batchSize: 10 } }]
    const states = statesOf(first(), 50, new Map<number, SettingsChange>([[0, { optimizer: { learningRate: 0.01 } }], [12, { weightDecay: 0.01 }], [30, { batchSize: 10 }]]))
    const { loop, follow, problems } = begun()
    follow(25, { events: events.slice(0, 1) }) // both at once, from behind
    expect(weightsOf(loop)).toEqual(states[25])
    follow(30, { events })
    follow(50, { events })
    expect(weightsOf(loop)).toEqual(states[50])
    expect(loop.run.trainer.events.map(({ step }) => step)).toEqual([0, 12, 30])
    expect(problems).toEqual([])
  })

  test('leaves out a change that has no effect', () => {
    const { loop, follow } = begun()
    follow(20, { events: [{ step: 10, change: { optimizer: { kind: 'sgd' } } }] })
    expect(loop.run.trainer.events).toHaveLength(1)
  })

  test('waits while something of the past is asked for', () => {
    const { loop, follow, settle, setBusy } = begun()
    follow(10)
    setBusy(true)
    expect(follow(40)).toBe(0)
    expect(loop.run.trainer.step).toBe(10)
    setBusy(false)
    settle()
    expect(loop.run.trainer.step).toBe(40)
  })

  test('sends every loss, and the accuracy on all images when the first run rests', () => {
    const { twin, loop, frames, follow } = begun()
    follow(25)
    expect(loop.state().evaluation?.step).not.toBe(25)
    follow(25, { isResting: true })
    expect(loop.state().evaluation).toMatchObject({ step: 25, test: { images: dataset.info.counts.test } })
    twin.end()
    expect(frames.flatMap(({ firstStep, losses }) => Array.from(losses, (_, i) => firstStep + i))).toEqual(Array.from({ length: 25 }, (_, i) => i + 1))
    expect(twin.read()).toBeNull()
    expect(follow(30)).toBe(0)
  })

  test('is taught the images that the first run was taught, at their step', () => {
    const event: RunEvent = { step: 12, change: {}, taught: { pixels: hexOf(dataset.test.images.slice(0, 12)), label: 2, times: 3 } }
    const { loop, problems, follow } = begun()
    follow(20, { events: [event] })
    const straight = first().change({ optimizer: { learningRate: 0.01 } })
    while (straight.step < 12) straight.learn()
    straight.teach(event.taught!)
    while (straight.step < 20) straight.learn()
    expect(weightsOf(loop)).toEqual(straight.snapshot())
    expect(loop.run.trainer.events.at(-1)).toEqual(event)
    expect(problems).toEqual([])
  })

  test('leaves time to the window while the first run learns, if it is told to', () => {
    const { twin, clock } = begun({ rest: 2 })
    /** @returns the time that a slice takes, and that it then waits */
    const slice = () => {
      const began = clock.time
      let pieces = 0
      const wait = twin.slice(() => {
        clock.time += 3
        return ++pieces >= 4
      })
      return [clock.time - began, wait] as const
    }
    twin.follow({ step: 1000, isResting: false, events: [] })
    const [took, wait] = slice()
    expect(took).toBeGreaterThan(0)
    expect(wait).toBe(2 * took)
    twin.follow({ step: 1000, isResting: true, events: [] })
    expect(slice()[1]).toBe(0)
  })

  test('that diverges stays at its last good state', () => {
    const { loop, follow } = begun({ rate: 100, layers: [12, 50, 50, 50, 50, 6] })
    follow(50)
    const { phase, step } = loop.state()
    expect(phase).toBe('diverged')
    expect(step).toBeLessThan(50)
    expect(follow(60)).toBeLessThan(5)
  })
})
