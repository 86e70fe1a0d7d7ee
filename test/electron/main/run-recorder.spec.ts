import { readdirSync } from 'node:fs'
import type { RunState } from '@contract'
import { checkpointOf, type Evaluation, type EvaluationPoint, pointOf, type SettingsChange, Trainer, writeCheckpoint } from '@core'
import { RunStore, runsFolder } from '@files'
import { describe, expect, test } from 'vitest'
import { RunRecorder } from '../../../electron/main/run-recorder'
import { configOf, dataset } from '../../fixtures/training'
import { newFolder } from './folder'

const wild = configOf('affine 50, relu, affine 50, relu, affine 50, relu, affine 6', { seed: 1, batchSize: 20, optimizer: { kind: 'momentum', learningRate: 5 } })

/** A training whose messages go to a recorder as those of the training thread do: a checkpoint before the first step and after every fourth, a frame after each. */
function recorded(folder = newFolder(), config = configOf('affine 8, relu, affine 6'), now = () => 1000) {
  const store = new RunStore(runsFolder(folder))
  const problems: unknown[] = []
  const current: (string | null)[] = []
  const recorder = new RunRecorder({ store, now, onProblem: cause => problems.push(cause), onCurrent: id => current.push(id) })
  let [runId, trainer, evaluator] = [41, new Trainer(config, dataset), new Trainer(config, dataset).createEvaluator()]
  const evaluations: EvaluationPoint[] = []
  const state = () => ({ runId, step: trainer.step, events: trainer.events, divergence: trainer.divergence }) as RunState
  const begin = (changes: Partial<typeof config> = {}) => {
    runId++
    trainer = new Trainer({ ...config, ...changes }, dataset)
    evaluator = trainer.createEvaluator()
    recorder.begin(state())
  }
  const checkpoint = () => { recorder.checkpoint({ runId, step: trainer.step, bytes: writeCheckpoint(checkpointOf(trainer, { version: '1.2.3' })) }) }
  const measured = (): Evaluation => {
    evaluator.begin({ train: 50, test: 50 })
    for (;;) {
      const evaluation = evaluator.advance()
      if (evaluation) return evaluation
    }
  }
  const frame = (losses: readonly number[], found: readonly Evaluation[]) => {
    evaluations.push(...found.map(pointOf))
    recorder.metrics({ runId, step: trainer.step, firstStep: trainer.step - losses.length + 1, losses: Float32Array.from(losses), epoch: trainer.epoch, stepInEpoch: trainer.stepInEpoch, samplesPerSecond: 1, evaluations: found })
  }
  const learn = (steps: number) => {
    if (trainer.step === trainer.firstStep) {
      frame([], [measured()]) // the evaluation of the initial weights precedes the first step
      checkpoint()
    }
    for (let i = 0; i < steps; i++) {
      const loss = trainer.learn()
      if (trainer.divergence) return recorder.state(state())
      frame([loss], trainer.step % 20 === 0 ? [measured()] : [])
      if (trainer.step % 4 === 0) checkpoint()
    }
  }
  const change = (change: SettingsChange) => {
    trainer = trainer.change(change)
    evaluator.follow(trainer)
    recorder.state(state())
  }
  const rewind = () => {
    runId++
    trainer.rewind()
    recorder.begin(state())
  }
  begin()
  return { store, current, recorder, begin, learn, change, rewind, problems, evaluations, trainer: () => trainer, only: async () => store.read((await store.list())[0]!.id), folders: () => readdirSync(folder) }
}

describe('a run that learns is on the disk', () => {
  test('from its first step, with losses, evaluations, changes and its first state; before it there is nothing', async () => {
    const { recorder, learn, change, only, folders, problems, evaluations } = recorded()
    expect([folders(), await recorder.id()]).toEqual([[], null])
    learn(30)
    change({ optimizer: { learningRate: 0.02 } })
    learn(20)
    await recorder.end()
    const { record, series, checkpoints } = await only()
    expect(record).toMatchObject({ config: configOf('affine 8, relu, affine 6'), created: 1000, name: '', parent: null, firstStep: 0, fromSeed: true, version: '1.2.3', events: [{ step: 30 }] })
    expect([series.firstStep, series.lastStep, series.events]).toEqual([1, 50, record.events])
    expect(series.evaluations).toEqual(evaluations)
    expect(checkpoints[0]?.step).toBe(0)
    expect(problems).toEqual([])
  })

  test('and its losses are known in memory: of this run, exactly, also after it went on in another session', async () => {
    const { recorder, store, rewind, learn, only } = recorded()
    const known = (from: number, to: number) => { const state = recorder.losses({ from, to }); return state && [...state.buckets.sums] }
    expect(known(0, 9)).toEqual([])
    learn(30)
    expect([known(0, 100)!.length, known(30, 30)!.length, known(31, 40)]).toEqual([30, 1, []])
    const losses = known(1, 30)
    await recorder.end()
    expect(known(0, 100)).toBeNull()
    const { series, record } = await only()
    expect([...series.losses]).toEqual(losses)
    recorder.adopt({ runId: 42, events: [], step: 0 }, (await store.open(record.id)).writer, series)
    expect(known(1, 30)).toEqual(losses)
    rewind()
    expect(known(0, 100)).toEqual([])
    await recorder.end()
  })

  test('and is another one after a rewind and after a new network', async () => {
    const { recorder, rewind, begin, learn, store } = recorded()
    learn(250)
    rewind()
    learn(250)
    begin({ seed: 9 })
    learn(3)
    await recorder.end()
    const runs = await store.list()
    expect(runs.map(({ step }) => step).sort()).toEqual([250, 250, 3])
    expect(new Set(runs.map(({ id }) => id)).size).toBe(3)
  })

  test('and goes when another begins, if it is short and nobody has marked it', async () => {
    const { recorder, begin, learn, store } = recorded()
    learn(199)
    begin({ seed: 2 })
    learn(200)
    begin({ seed: 3 })
    learn(5)
    const id = (await recorder.id())!
    await recorder.change(id, { note: 'look at this' })
    begin({ seed: 4 })
    learn(5)
    await recorder.end() // at the end of the program a short run stays, too
    expect((await store.list()).map(({ step }) => step).sort((a, b) => a - b)).toEqual([5, 5, 200])
  })

  test('without what a divergence undid', async () => {
    const { recorder, trainer, learn, change, only } = recorded(newFolder(), wild)
    while (!trainer().divergence) learn(1)
    const { step } = trainer()
    change({ optimizer: { kind: 'sgd', learningRate: 1e-6 } })
    learn(5)
    await recorder.end()
    const { series, checkpoints, record } = await only()
    expect([series.lastStep, series.divergence, record.events.map(event => event.step)]).toEqual([step + 5, null, [step]])
    expect(checkpoints.every(stored => stored.step <= step + 5)).toBe(true)
  })

  test('and is the one with which the next session goes on, until another begins; a demonstration changes nothing about that', async () => {
    const { recorder, learn, rewind, current } = recorded()
    expect(current).toEqual([null])
    learn(250)
    const id = await recorder.id()
    recorder.pass()
    await recorder.end()
    expect(current).toEqual([null, id])
    rewind()
    expect(current).toEqual([null, id, null])
  })

  test('and is named as the one that was left, at its latest step', async () => {
    const { recorder, learn, begin, trainer } = recorded()
    expect([recorder.present, recorder.leftRun]).toEqual([null, null])
    learn(5)
    const present = recorder.present!
    expect(present.step).toBe(5)
    begin({ seed: 2 })
    expect([trainer().step, recorder.present, recorder.leftRun]).toEqual([0, null, { ...present, goes: true }])
    begin({ seed: 3 }) // of what had learned nothing there is nothing to come back to
    expect(recorder.leftRun).toEqual({ ...present, goes: true })
  })

  test('and stays there at once when it is long enough', () => {
    const { recorder, learn, begin } = recorded()
    learn(200)
    begin({ seed: 2 })
    expect(recorder.leftRun).toMatchObject({ step: 200, goes: false })
  })

  // Cause: a frame without losses has the first step of an earlier frame, maybe of a run before.
  test('whatever a frame without losses says of steps', () => {
    const { recorder, learn, begin } = recorded()
    learn(5)
    const { runId, step } = recorder.present!
    recorder.metrics({ runId, step, firstStep: 40_000, losses: new Float32Array(), epoch: 0, stepInEpoch: 5, samplesPerSecond: 0, evaluations: [] })
    begin({ seed: 2 })
    expect(recorder.leftRun?.step).toBe(5)
  })

  test('also when it is short, if it was named after it was left, or if another run goes on from it', async () => {
    const { recorder, learn, begin, store } = recorded()
    learn(3)
    begin({ seed: 2 })
    await recorder.ended()
    const { writer } = await store.open(recorder.leftRun!.id)
    await writer.update({ name: 'three steps' })
    await writer.close()
    learn(4)
    const { id } = recorder.present!
    begin({ seed: 3 })
    recorder.keep(id)
    learn(5)
    await recorder.end()
    expect((await store.list()).map(({ name, step }) => [name, step]).sort()).toEqual([['', 4], ['', 5], ['three steps', 3]])
  })

  test('until it is deleted: what is short and no longer there is no problem', async () => {
    const { recorder, learn, begin, store, problems } = recorded()
    learn(3)
    begin({ seed: 2 })
    await recorder.ended()
    await store.remove(recorder.leftRun!.id)
    learn(4)
    await recorder.end()
    expect([(await store.list()).map(({ step }) => step), problems]).toEqual([[4], []])
  })

  test('unless it is a demonstration', async () => {
    const { recorder, learn, store } = recorded()
    recorder.pass()
    learn(300)
    await recorder.end()
    expect([await store.list(), await recorder.id()]).toEqual([[], null])
  })

  test('and ignores the messages of another run', async () => {
    const { recorder, learn, only } = recorded()
    learn(10)
    const evaluation = { step: 4 } as Evaluation
    recorder.metrics({ runId: 7, step: 99, firstStep: 99, losses: Float32Array.of(1), epoch: 0, stepInEpoch: 0, samplesPerSecond: 1, evaluations: [evaluation] })
    recorder.state({ runId: 7, events: [{ step: 1, change: {} }], step: 1 } as unknown as RunState)
    await recorder.end()
    expect((await only()).series.lastStep).toBe(10)
  })
})

describe('the time for which a run learned', () => {
  test('is recorded about each second, without pauses, and goes on where it was', async () => {
    let now = 5_000
    const { recorder, store, learn, only } = recorded(newFolder(), undefined, () => now += 250)
    learn(10) // 9 gaps of 0.25 s
    now += 60_000 // a pause
    learn(2) // one gap more
    await recorder.end()
    const { series, record: { id } } = await only()
    expect(series.times.map(({ step, seconds }) => [step, seconds])).toEqual([[2, 0.25], [6, 1.25], [10, 2.25], [12, 2.5]])
    const { writer } = await store.open(id)
    recorder.adopt({ runId: 90, events: [], step: 0 }, writer)
    const losses = Float32Array.of(1)
    for (const step of [13, 14]) recorder.metrics({ runId: 90, step, firstStep: step, losses, epoch: 0, stepInEpoch: 0, samplesPerSecond: 1, evaluations: [] })
    await recorder.end()
    expect((await only()).series.times.at(-1)).toEqual({ kind: 'time', step: 14, seconds: 2.75 })
  })
})
