import { createReferenceOps, type Ops, type RunConfig } from '@core'
import type { MetricsFrame, Pace, RunState } from '@contract'
import { describe, expect, test } from 'vitest'
import { fromConfig } from '../../../electron/worker/run'
import { TrainingLoop } from '../../../electron/worker/training-loop'
import { smallDataset } from '../../fixtures/small-dataset'
import { FakeClock } from './fake-clock'
import { runConfig } from '../../fixtures/run-config'

const config: RunConfig = runConfig({ dataset: 'small', layers: [12, 8, 6], batchSize: 20 })
const stepMs = 1
const pieceMs = 5
/** Most images of a piece of an evaluation; no test has mini-batches of that size */
const pieceRows = 100

/** A session with a clock of its own: a mini-batch takes 1 ms, a piece of an evaluation 5 ms, and everything else no time. */
function sessionWith(changes: Partial<RunConfig> = {}, dataset = smallDataset()) {
  const clock = new FakeClock()
  /** Pieces of evaluation so far */
  const worked = { pieces: 0 }
  const reference = createReferenceOps('float32')
  const ops: Ops = {
    ...reference,
    sgd: (...given) => {
      clock.time += stepMs / 4 // W and b of two layers
      return reference.sgd(...given)
    },
    softmaxLoss: (y, x, t) => {
      if (y.capacity === pieceRows) {
        clock.time += pieceMs
        worked.pieces++
      }
      return reference.softmaxLoss(y, x, t)
    },
  }
  const frames: MetricsFrame[] = []
  const states: RunState[] = []
  const session = new TrainingLoop(clock, { prepareFor: () => undefined }, 41, { metrics: frame => frames.push(frame), checkpoint: () => undefined, state: state => states.push(state) }, { version: '1.2.3' })
  session.switchTo(fromConfig({ ...config, ...changes }, { dataset, ops }), 1)
  /** Lets it work, a mini-batch or a piece at a time, until it has learned this many steps. */
  const until = (step: number) => {
    while (session.state().step < step) {
      const wait = session.slice(() => true) // which takes time of its own
      clock.time += wait
    }
  }
  /** … until nothing is left to do */
  const settle = () => { for (let wait = 0; wait !== Infinity; wait = session.slice(() => true)) clock.time += wait }
  return { session, frames, states, until, settle, clock, worked }
}

test.each<[Pace, number]>([['full', 20 / (stepMs / 1000)], [100, 2000], [10, 200]])('the speed at pace %s is %i images a second, however many evaluations run in between', (pace, expected) => {
  const { session, frames, until } = sessionWith()
  session.start(pace)
  until(400)
  const rates = frames.filter(({ losses }) => losses.length > 0).slice(2).map(({ samplesPerSecond }) => samplesPerSecond)
  expect(rates.length).toBeGreaterThan(5)
  for (const rate of rates) expect(Math.abs(rate / expected - 1)).toBeLessThan(0.12) // one step more or less among the first eleven, and the short mini-batch of an epoch
})

test('a step that is learned again after a divergence is reported as a state: its loss was sent before', () => {
  const { session, frames, states, settle, until } = sessionWith({ optimizer: { kind: 'sgd', learningRate: 100 }, network: { layers: [{ kind: 'affine', units: 50 }, { kind: 'affine', units: 50 }, { kind: 'affine', units: 50 }, { kind: 'affine', units: 6 }], loss: 'softmaxWithLoss' } })
  const steps = () => frames.flatMap(({ firstStep, losses }) => [...losses].map((_, i) => firstStep + i))
  session.start(100)
  settle()
  const { step, phase } = states.at(-1)!
  expect([phase, steps().at(-1)]).toEqual(['diverged', step + 1])
  expect(frames.flatMap(({ evaluations }) => evaluations).every(evaluation => evaluation.step <= step)).toBe(true)
  session.change({ optimizer: { learningRate: 1e-30 } })
  session.start(100)
  until(step + 20)
  expect(states.find(state => state.events.length > 0)).toMatchObject({ phase: 'running', step: step + 1 })
  expect(steps()).toEqual(steps().map((_, i) => i + 1))
})

test('the end of an evaluation is sent as a state only when nothing is learned', () => {
  const { session, frames, states, until, settle } = sessionWith({ batchSize: 1 }) // 230 steps per epoch
  session.start('full')
  until(200)
  expect(frames.flatMap(({ evaluations }) => evaluations).length).toBeGreaterThan(5)
  expect(states).toEqual([])
  session.pause()
  settle()
  expect(states.map(({ phase, evaluation }) => [phase, evaluation?.step])).toEqual([['idle', 200]])
})

test('accuracy is measured at steps 1, 2, 4, 8, … from where the run began, at any pace and by hand', () => {
  for (const pace of ['full', 100, null] as const) {
    const { session, frames, until, settle } = sessionWith({ batchSize: 1 })
    if (pace === null) for (let i = 0; i < 130; i++) session.stepBatch()
    else {
      session.start(pace)
      until(130)
      session.pause()
    }
    settle()
    const steps = frames.flatMap(({ evaluations }) => evaluations.map(({ step }) => step))
    for (const step of [0, 1, 2, 4, 8, 16, 32, 64, 128, 130]) expect(steps, String(pace)).toContain(step)
  }
})

/** An epoch takes five seconds at full speed; a quick evaluation of 1,000 images and all 90 of the test set takes 55 ms. */
const long = (): ReturnType<typeof smallDataset> => smallDataset({ train: 5000 })

test('while running, accuracy is measured on a thousand images from time to time, and at powers of two at any step, within a share of the time', () => {
  const { session, frames, until, worked } = sessionWith({ batchSize: 1 }, long())
  session.start('full')
  until(4990)
  const evaluations = frames.flatMap(({ evaluations }) => evaluations).filter(({ step }) => step > 0)
  const between = evaluations.filter(({ step }) => !Number.isInteger(Math.log2(step)))
  expect(between.length).toBeGreaterThanOrEqual(3)
  for (const { train, test } of between) expect([train.images, test.images]).toEqual([1000, 90])
  expect(evaluations.map(({ step }) => step)).toEqual(expect.arrayContaining([1, 2, 4, 2048, 4096]))
  const start = 55 // the first evaluation covers all images and does not count
  expect((worked.pieces - start) * pieceMs).toBeLessThanOrEqual(0.15 * 4990 * stepMs / 0.85 + 250 + 2 * 55)
})

test('at full speed an evaluation and learning alternate slice by slice', () => {
  const { session, until, clock, worked } = sessionWith({ batchSize: 1 }, long())
  session.start('full')
  until(5000) // an epoch's evaluation on 5,000 images begins
  const before = { ...worked, step: session.state().step }
  for (let i = 0; i < 40; i++) {
    const end = clock.time + 10
    session.slice(() => clock.time >= end)
  }
  const [evaluated, learned] = [(worked.pieces - before.pieces) * pieceMs, (session.state().step - before.step) * stepMs]
  expect(Math.abs(evaluated / learned - 1)).toBeLessThan(0.15)
})

test('at a slow pace a step that is due ends the slice of an evaluation', () => {
  const { session, clock, until, worked } = sessionWith({ batchSize: 1 }, long())
  session.start(100)
  until(5000) // an epoch's evaluation on 5,000 images begins
  const [step, pieces] = [session.state().step, worked.pieces]
  for (let i = 0; i < 200 && session.state().step < step + 20; i++) {
    const before = worked.pieces
    clock.time += session.slice(() => false) // a slice without an end
    expect((worked.pieces - before) * pieceMs).toBeLessThan(10 + pieceMs)
  }
  expect([session.state().step, worked.pieces - pieces > 20]).toEqual([step + 20, true])
})

test('changes are sent when there is a run, and nothing without one', () => {
  const states: RunState[] = []
  new TrainingLoop(new FakeClock(), { prepareFor: () => undefined }, 0, { metrics: () => undefined, checkpoint: () => undefined, state: state => states.push(state) }, { version: '1.2.3' }).postState()
  expect(states).toEqual([])
  const { session, states: told } = sessionWith()
  session.postState()
  expect(told).toEqual([session.state()])
})

test('epochs that end many times a second are reported at most twenty times a second, including the last one', () => {
  const { session, states, clock, until } = sessionWith({ batchSize: 115 }) // two steps per epoch
  session.start('full')
  const from = clock.time
  until(600)
  const reported = states.filter(({ phase }) => phase === 'running').length
  expect(reported).toBeGreaterThan(5)
  expect(reported).toBeLessThanOrEqual((clock.time - from) / 50 + 1)
})

test('a manual epoch ends with the epoch, once, and answers with the position there', async () => {
  const { session, until, states } = sessionWith()
  session.stepBatch()
  const epoch = session.stepEpoch()
  expect(session.state().phase).toBe('running')
  until(12)
  expect(await epoch).toMatchObject({ step: 12, epoch: 1, stepInEpoch: 0 })
  expect(states[0]).toMatchObject({ step: 1, phase: 'running' }) // reported as soon as it ends
  expect(session.state().phase).not.toBe('running')
  expect(states.map(({ step }) => step)).toContain(12)
})

test('a manual epoch runs at full speed, whatever the pace', () => {
  const { session, until, clock } = sessionWith()
  const from = clock.time
  void session.stepEpoch()
  until(12)
  expect(session.state().pace).toBe(1)
  expect(clock.time - from).toBeLessThan(1000) // at one step per second: eleven seconds
})

test('the first reported speed of a slow pace is that of the pace', () => {
  const { session, frames, until } = sessionWith()
  session.start(1)
  until(5)
  const rates = frames.filter(({ losses }) => losses.length > 0).map(({ samplesPerSecond }) => samplesPerSecond)
  expect(rates.length).toBeGreaterThanOrEqual(4)
  for (const rate of rates) expect(Math.abs(rate / 20 - 1)).toBeLessThan(0.05) // one mini-batch of 20 images per second
})

test('a manual step reports the speed of that step, without the rest before it', () => {
  const { session, frames, until, settle, clock } = sessionWith()
  session.start('full')
  until(100)
  session.pause()
  settle()
  clock.time += 60_000
  session.stepBatch()
  settle()
  const { losses, samplesPerSecond } = frames.findLast(({ losses }) => losses.length > 0)!
  expect(losses).toHaveLength(1)
  expect(Math.abs(samplesPerSecond / (20 / (stepMs / 1000)) - 1)).toBeLessThan(0.05)
})

test('a run that ran long before its latest pause is evaluated in between as soon as it continues', () => {
  const { session, frames, until, settle } = sessionWith({ batchSize: 1 }, long())
  session.start('full')
  until(100)
  session.pause()
  settle()
  session.run.trainedMs += 100_000
  session.start('full')
  until(2040)
  const between = frames.flatMap(({ evaluations }) => evaluations).filter(({ step }) => step > 100 && !Number.isInteger(Math.log2(step)))
  expect(between.length).toBeGreaterThanOrEqual(2) // two seconds, with 256, 512 and 1,024 among them
})

test('the time of a run excludes pauses', () => {
  const { session, until, clock, settle } = sessionWith()
  session.start('full')
  until(20)
  session.pause()
  const { trainedMs } = session.run
  expect(trainedMs).toBeGreaterThanOrEqual(20 * stepMs)
  clock.time += 5000
  settle()
  expect(session.run.trainedMs).toBe(trainedMs)
  session.start('full')
  until(40)
  session.pause()
  expect(session.run.trainedMs).toBeGreaterThanOrEqual(trainedMs + 20 * stepMs)
  expect(session.run.trainedMs).toBeLessThan(trainedMs + 5000)
})

test('runs are numbered from the number that main gives, whatever the clock says', () => {
  const { session } = sessionWith()
  expect(session.state().runId).toBe(42)
  expect(session.rewind().runId).toBe(43)
})

test.each(['switchTo', 'rewind', 'keep'] as const)('every loss of a run is reported before %s ends it', (end) => {
  const { session, frames, until } = sessionWith()
  session.start('full')
  until(130)
  const { runId } = session.state()
  if (end === 'switchTo') session.switchTo(fromConfig(config, { dataset: smallDataset(), ops: createReferenceOps('float32') }), 1)
  else session[end]()
  const reported = frames.filter(frame => frame.runId === runId)
  expect([reported.flatMap(({ losses }) => [...losses]).length, reported.at(-1)?.step]).toEqual([130, 130])
  expect(session.state().phase).not.toBe('running')
})

describe('the step that is computed again', () => {
  const repeated = ({ session }: ReturnType<typeof sessionWith>) => {
    const { from, step } = session.run.trainer.replayable!
    return step - from.position.step
  }

  test('at full speed, is the next mini-batch, before which the state is kept', async () => {
    const all = sessionWith()
    all.session.start('full')
    all.until(90)
    expect(repeated(all)).toBe(89)
    const kept = all.session.keptStep()
    all.until(91)
    await kept
    expect([repeated(all), all.session.state().step]).toEqual([0, 91])
  })

  test.each<Pace>([1, 10])('at pace %s and by hand, is any mini-batch', async (pace) => {
    const all = sessionWith()
    all.session.start(pace)
    for (const step of [1, 2, 7]) {
      all.until(step)
      await all.session.keptStep() // without another mini-batch
      expect([repeated(all), all.session.state().step]).toEqual([0, step])
    }
    all.session.stepBatch()
    expect(repeated(all)).toBe(0)
  })

  test('is not waited for after a pause, and not in a run that another one replaced', async () => {
    const { session, until } = sessionWith()
    await session.keptStep()
    session.start('full')
    until(5)
    const kept = session.keptStep()
    session.pause()
    await kept
    expect(session.state().step).toBe(5)
    session.start('full')
    const other = session.keptStep()
    session.switchTo(fromConfig(config, { dataset: smallDataset(), ops: createReferenceOps('float32') }), 1)
    await other
    expect(session.state().step).toBe(0)
  })
})
