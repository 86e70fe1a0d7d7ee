import { createReferenceOps, LabError, type StopCondition, Trainer } from '@core'
import type { Pace, RunState } from '@contract'
import { describe, expect, test } from 'vitest'
import { fromConfig } from '../../../electron/worker/run'
import { TrainingLoop } from '../../../electron/worker/training-loop'
import { runConfig } from '../../fixtures/run-config'
import { smallDataset } from '../../fixtures/small-dataset'
import { FakeClock } from './fake-clock'

/** A run of 230 images in mini-batches of 20: an epoch is 12 steps. */
function session(more: object = {}) {
  const clock = new FakeClock()
  const states: RunState[] = []
  const loop = new TrainingLoop(clock, { prepareFor: () => undefined }, 0, { metrics: () => undefined, checkpoint: () => undefined, state: state => states.push(state) }, { version: '1' })
  loop.switchTo(fromConfig(runConfig({ dataset: 'small', layers: [12, 8, 6], batchSize: 20, ...more }), { dataset: smallDataset(), ops: createReferenceOps('float32') }), 1)
  /** Lets it work until nothing is left to do, or for many slices. @param over when a slice ends */
  const settle = (over = false) => {
    for (let i = 0, wait = 0; wait !== Infinity && i < 20_000; i++) {
      wait = loop.slice(() => over || ++clock.time % 7 === 0)
      clock.time += Number.isFinite(wait) ? wait : 0
    }
  }
  return { loop, states, clock, settle }
}

describe('a run that waits for a condition', () => {
  test.each<[StopCondition, number]>([[{ kind: 'step', step: 31 }, 31], [{ kind: 'epoch', epoch: 3 }, 36]])('%j stops exactly there, at any pace', (condition, step) => {
    for (const pace of [10, 100, 'full'] as const satisfies readonly Pace[]) {
      const { loop, states, settle } = session()
      expect(loop.stopWhen(condition).stopWhen).toEqual(condition)
      loop.start(pace)
      settle()
      expect([pace, loop.state().step, loop.state().phase, loop.state().stopWhen, loop.state().stopped]).toEqual([pace, step, 'idle', null, { condition, step, best: null }])
      expect(states.at(-1)).toMatchObject({ step, stopped: { step } })
    }
  })

  test('of the loss names the mean of the latest hundred', () => {
    const { loop, settle } = session()
    loop.stopWhen({ kind: 'loss', loss: 9 }) // holds as soon as there are a hundred
    loop.start('full')
    settle()
    const again = new Trainer(runConfig({ dataset: 'small', layers: [12, 8, 6], batchSize: 20 }), smallDataset(), { ops: createReferenceOps('float32') })
    const sum = Array.from({ length: 100 }, () => again.learn()).reduce((sum, loss) => sum + loss, 0)
    expect(loop.state().stopped).toMatchObject({ step: 100, best: null })
    expect(loop.state().stopped!.mean).toBeCloseTo(sum / 100, 9)
  })

  test('of accuracies stops at the end of an epoch, the same one at any pace and size of slices', () => {
    const ends = [['full', true], ['full', false], [100, true]].map(([pace, over]) => {
      const { loop, settle } = session({ validation: 0.2 })
      loop.stopWhen({ kind: 'patience', epochs: 2 })
      loop.start(pace as Pace)
      settle(over as boolean)
      const { step, stepInEpoch, stopped, phase } = loop.state()
      expect([stepInEpoch, stopped?.step, stopped?.best?.split, phase]).toEqual([0, step, 'validation', 'idle'])
      return JSON.stringify(stopped)
    })
    expect(new Set(ends).size).toBe(1)
  })

  test('keeps waiting over a pause, and says no more that it stopped when it goes on', () => {
    const { loop, settle } = session()
    loop.stopWhen({ kind: 'step', step: 20 })
    loop.stepBatch()
    loop.pause()
    expect(loop.state().stopWhen).toEqual({ kind: 'step', step: 20 })
    loop.start('full')
    settle()
    expect([loop.state().step, loop.state().stopped?.step]).toEqual([20, 20])
    expect(loop.stepBatch()).toMatchObject({ step: 21, stopped: null, stopWhen: null })
  })

  test('forgets it when another run begins, or when it is told to', () => {
    const { loop } = session()
    loop.stopWhen({ kind: 'loss', loss: 0.1 })
    expect(loop.rewind().stopWhen).toBeNull()
    loop.stopWhen({ kind: 'time', seconds: 5 })
    expect(loop.stopWhen(null).stopWhen).toBeNull()
  })

  test('ends an epoch that was asked for, too', async () => {
    const { loop, settle } = session()
    loop.stopWhen({ kind: 'step', step: 5 })
    const ended = loop.stepEpoch()
    settle()
    expect(await ended).toMatchObject({ step: 5, stopped: { step: 5 } })
  })

  test('refuses one that is passed', () => {
    const { loop } = session()
    loop.stepBatch()
    const refused = (() => {
      try { return loop.stopWhen({ kind: 'step', step: 1 }) }
      catch (cause) { return cause }
    })()
    expect(refused).toBeInstanceOf(LabError)
    expect(refused).toMatchObject({ code: 'train.stopPassed', details: { step: 1, epoch: 0 } })
  })

  test('of time counts learning, not pauses', () => {
    const { loop, clock, settle } = session()
    loop.stopWhen({ kind: 'time', seconds: 2 })
    loop.start(10)
    for (let i = 0; i < 30 && loop.state().step < 5; i++) clock.time += Math.min(1000, loop.slice(() => true))
    loop.pause()
    clock.time += 60_000
    loop.start(10)
    settle()
    const { step, stopped } = loop.state()
    expect(stopped?.condition.kind).toBe('time')
    expect(step).toBeGreaterThanOrEqual(19)
    expect(step).toBeLessThanOrEqual(23) // 20 steps in 2 s at 10 a second; the first ones after a start come at once
  })
})

describe('a run that waits for a condition, and that another thread takes over', () => {
  /** Learns some steps, hands the run over, and lets it end. @returns why it stopped, and how long it learned */
  function ended(condition: StopCondition, { after, more = {} }: { after: number, more?: object }) {
    const recipe = runConfig({ dataset: 'small', layers: [12, 8, 6], batchSize: 20, ...more })
    const sources = { dataset: smallDataset(), ops: createReferenceOps('float32') }
    const { loop, settle, clock } = session(more)
    loop.stopWhen(condition)
    loop.start('full')
    while (loop.run.trainer.step < after) {
      loop.slice(() => true)
      clock.time += 3
    }
    if (after === 0) {
      settle()
      return loop.state().stopped
    }
    const { suspended } = loop.suspend()
    const { trainer } = loop.run
    const next = session(more)
    next.clock.time = 1e6
    const state = next.loop.takeOver({ ...fromConfig(recipe, sources), build: () => {
      const taken = new Trainer(recipe, sources.dataset, { ops: sources.ops })
      taken.restore(trainer.snapshot())
      return taken
    } }, 'full', suspended)
    expect([state.runId, state.step, state.phase, state.stopWhen]).toEqual([1, trainer.step, 'running', condition])
    next.settle()
    return next.loop.state().stopped
  }

  test.each<[StopCondition, object]>([
    [{ kind: 'step', step: 60 }, {}], [{ kind: 'epoch', epoch: 4 }, {}], [{ kind: 'loss', loss: 1.2 }, {}], [{ kind: 'patience', epochs: 2 }, { validation: 0.2 }],
  ])('%j: stops where it would have stopped', (condition, more) => {
    const alone = ended(condition, { after: 0, more })
    expect(alone).not.toBeNull()
    for (const after of [5, 31]) expect(ended(condition, { after, more }), `after ${after} steps`).toEqual(alone)
  })

  test('has learned for as long as before', () => {
    const { loop, clock } = session()
    loop.stopWhen({ kind: 'time', seconds: 2 })
    loop.start('full')
    loop.slice(() => true)
    clock.time += 1500
    const { suspended } = loop.suspend()
    expect(suspended).toMatchObject({ goal: 'endless', trainedMs: 1500, stop: { watch: { ms: 1500 }, stopped: null } })
    const next = session()
    next.loop.takeOver(fromConfig(runConfig({ dataset: 'small', layers: [12, 8, 6], batchSize: 20 }), { dataset: smallDataset(), ops: createReferenceOps('float32') }), 'full', suspended)
    next.clock.time += 450
    next.loop.slice(() => true)
    expect(next.loop.state().stopped).toBeNull()
    next.clock.time += 100
    next.loop.slice(() => true)
    expect(next.loop.state().stopped).toMatchObject({ condition: { kind: 'time', seconds: 2 } })
  })

  test('learns to the end of the epoch if that was asked, and stays where it is if nothing was', () => {
    for (const [unit, steps] of [['epoch', 12], [null, 3]] as const) {
      const { loop } = session()
      for (let i = 0; i < 3; i++) loop.stepBatch()
      if (unit) void loop.stepEpoch()
      const { state, suspended } = loop.suspend()
      const next = session()
      const { trainer } = loop.run
      next.loop.takeOver({ ...fromConfig(trainer.config, { dataset: smallDataset(), ops: trainer.ops }), build: () => {
        const taken = new Trainer(trainer.config, smallDataset(), { ops: trainer.ops })
        taken.restore(trainer.snapshot())
        return taken
      } }, 'full', suspended)
      next.settle()
      expect([state.step, next.loop.state().step, next.loop.state().phase]).toEqual([3, steps, 'idle'])
    }
  })
})
