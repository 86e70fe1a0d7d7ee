import { createReferenceOps, defaultConfig, type Ops, type RunConfig } from '@core'
import type { MetricsFrame, Pace, RunState } from '@contract'
import { expect, test } from 'vitest'
import { fromConfig } from '../../../electron/worker/run'
import { Session } from '../../../electron/worker/session'
import { smallDataset } from '../../fixtures/small-dataset'
import { FakeClock } from './fake-clock'

const config: RunConfig = { ...defaultConfig, layers: [12, 8, 6], batchSize: 20 }
const stepMs = 1
const pieceMs = 5

/** A session in a time of its own: a mini-batch takes 1 ms, a piece of an evaluation 5 ms, and nothing else any. */
function sessionWith(changes: Partial<RunConfig> = {}) {
  const clock = new FakeClock()
  const reference = createReferenceOps('float32')
  const ops: Ops = {
    ...reference,
    sgd: (...given) => {
      clock.time += stepMs / 4 // of W and b of two layers
      return reference.sgd(...given)
    },
    softmax: (...given) => {
      clock.time += pieceMs
      reference.softmax(...given)
    },
  }
  const frames: MetricsFrame[] = []
  const states: RunState[] = []
  const session = new Session(clock, { serve: () => undefined }, 41, { metrics: frame => frames.push(frame), state: state => states.push(state) })
  session.adopt(fromConfig({ ...config, ...changes }, { dataset: smallDataset(), ops }), 1)
  /** Lets it work, a mini-batch or a piece at a time, until it has learned so far. */
  const until = (step: number) => {
    while (session.state().step < step) {
      const wait = session.slice(() => true) // which takes time by itself
      clock.time += wait
    }
  }
  /** …and until nothing is left to do */
  const settle = () => { for (let wait = 0; wait !== Infinity; wait = session.slice(() => true)) clock.time += wait }
  return { session, frames, states, until, settle }
}

test.each<[Pace, number]>([['full', 20 / (stepMs / 1000)], [100, 2000], [10, 200]])('the speed at pace %s is %i images a second, however much is evaluated in between', (pace, expected) => {
  const { session, frames, until } = sessionWith()
  session.start(pace)
  until(400)
  const rates = frames.filter(({ losses }) => losses.length > 0).slice(2).map(({ samplesPerSecond }) => samplesPerSecond)
  expect(rates.length).toBeGreaterThan(5)
  for (const rate of rates) expect(Math.abs(rate / expected - 1)).toBeLessThan(0.12) // a step more or less among the first eleven, and an epoch’s short batch
})

test('the end of an evaluation is told as a state only where nothing is learned', () => {
  const { session, frames, states, until, settle } = sessionWith({ batchSize: 1 }) // 230 steps an epoch
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

test('runs are counted on from where main says, whatever the clock says', () => {
  const { session } = sessionWith()
  expect(session.state().runId).toBe(42)
  expect(session.rewind().runId).toBe(43)
})
