import { buildModel, createReferenceOps, type Evaluation, Evaluator, initialize } from '@core'
import { beforeEach, describe, expect, test } from 'vitest'
import { Evaluations } from '../../../electron/worker/evaluations'
import { smallDataset } from '../../fixtures/small-dataset'
import { FakeClock } from './fake-clock'
import { perceptron } from '../../fixtures/run-config'

const dataset = smallDataset({ train: 3000, test: 2000 })
const architecture = perceptron([12, 4, 6], 'relu')
const pieceMs = 5 // 100 images

/** Before each call that names the current step, the training is put at that step. */
const followed = (evaluations: Evaluations, training: { step: number }): Evaluations => new Proxy(evaluations, {
  get(target, key) {
    const member: unknown = Reflect.get(target, key, target)
    if (typeof member !== 'function') return member
    return (...args: unknown[]): unknown => {
      if (typeof args[0] === 'number') training.step = args[0]
      return Reflect.apply(member, target, args)
    }
  },
})

describe('the evaluations of a run', () => {
  let clock: FakeClock
  let done: Evaluation[]
  let evaluations: Evaluations
  beforeEach(() => {
    clock = new FakeClock()
    done = []
    const model = buildModel(architecture, { rows: 1 })
    initialize(model, 'he', 1)
    const training = { model, step: 0, epoch: 0, betweenSteps: <T>(work: () => T): T => work() }
    evaluations = followed(new Evaluations(new Evaluator(training, { dataset, ops: createReferenceOps('float32') }), clock, evaluation => done.push(evaluation)), training)
  })

  const advance = (pieces: number, step: number) => {
    for (let i = 0; i < pieces && evaluations.active; i++) {
      evaluations.advance(step, true, () => {
        clock.time += pieceMs
        return true
      })
    }
  }
  const reported = () => done.map(({ step, train, test }) => [step, train.images, test.images])

  test('cover all images at the start, after an epoch and at rest', () => {
    for (const [step, occasion] of [[0, 'start'], [12, 'epoch'], [15, 'rest']] as const) {
      evaluations.request(step, occasion)
      advance(Infinity, step)
    }
    expect(reported()).toEqual([[0, 3000, 2000], [12, 3000, 2000], [15, 3000, 2000]])
  })

  test('abandon what a divergence has undone, and nothing else', () => {
    evaluations.request(12, 'epoch')
    evaluations.undoAfter(12)
    expect(evaluations.active).toBe(true)
    evaluations.early(13, 1e9) // waits
    evaluations.undoAfter(12)
    expect([evaluations.active, evaluations.blocking]).toEqual([true, false])
    advance(Infinity, 12)
    evaluations.request(13, 'epoch')
    evaluations.undoAfter(12)
    expect(evaluations.active).toBe(false)
    evaluations.request(13, 'rest') // learned again, with other weights
    advance(Infinity, 13)
    expect(reported()).toEqual([[12, 3000, 2000], [13, 3000, 2000]])
  })

  test('do not evaluate the same weights twice', () => {
    evaluations.request(12, 'epoch')
    advance(Infinity, 12)
    evaluations.request(12, 'rest')
    clock.time += 1000
    evaluations.beginQuick(12, 1e9)
    expect(evaluations.active).toBe(false)
  })

  test('at rest yield to newer weights, and report a partial result if it is large enough', () => {
    evaluations.request(1, 'rest')
    advance(3, 1)
    evaluations.request(2, 'rest')
    advance(30, 2)
    evaluations.request(3, 'rest')
    advance(Infinity, 3)
    expect(reported()).toEqual([[2, 1800, 1200], [3, 3000, 2000]])
  })

  test('of an epoch are always finished, and delay only the end of the next one', () => {
    evaluations.request(12, 'epoch')
    advance(10, 12)
    expect([evaluations.active, evaluations.blocking]).toEqual([true, false])
    evaluations.request(24, 'epoch')
    expect(evaluations.blocking).toBe(true)
    advance(Infinity, 24)
    expect([reported(), evaluations.blocking]).toEqual([[[12, 3000, 2000], [24, 3000, 2000]], false])
  })

  test('that waited for weights that are gone are dropped', () => {
    evaluations.request(0, 'start')
    evaluations.request(1, 'rest')
    advance(Infinity, 2)
    expect(reported()).toEqual([[0, 3000, 2000]])
  })

  test('on a thousand images run in between, at intervals of at least 250 ms and for less than 15 % of the time', () => {
    evaluations.request(0, 'start')
    advance(Infinity, 0)
    const from = clock.time
    let spent = 0
    for (let step = 1; clock.time - from < 10_000; step++) {
      clock.time += 20
      evaluations.beginQuick(step, clock.time - from)
      const before = clock.time
      advance(Infinity, step)
      spent += clock.time - before
    }
    const quick = done.slice(1)
    expect(quick.length).toBeGreaterThan(12) // 100 ms each, 1.5 s of 10 s
    for (const { train, test } of quick) expect([train.images, test.images]).toEqual([1000, 1000])
    expect(spent).toBeLessThanOrEqual(0.15 * 10_000 + 100)
  })

  test('that are very cheap run three to four times a second: the curve moves, and nothing waits', () => {
    for (let step = 1; step <= 300; step++) {
      clock.time += 10
      evaluations.beginQuick(step, clock.time)
      while (evaluations.active) evaluations.advance(step, true, () => false)
    }
    expect(done.length).toBeGreaterThanOrEqual(3 * 3)
    expect(done.length).toBeLessThanOrEqual(3 * 4)
  })

  test('at steps 1, 2, 4, 8, … cover a thousand images each, even if the next ones arrive before they are done', () => {
    evaluations.request(0, 'start')
    for (let step = 1; step <= 64; step++) {
      if ((step & (step - 1)) === 0) evaluations.early(step, 1e6)
      while (evaluations.blocking) advance(1, step)
    }
    advance(Infinity, 64)
    const [[start, trainImages, testImages], ...others] = reported() as [[number, number, number]]
    expect(start).toBe(0) // stops as soon as it has evaluated a thousand of each
    expect([trainImages >= 1000 && trainImages < 2000, testImages]).toEqual([true, 1000])
    expect(others).toEqual([1, 2, 4, 8, 16, 32, 64].map(step => [step, 1000, 1000]))
  })

  test('at such a step by hand wait only for lower-priority ones, and cover all images when the run rests there', () => {
    evaluations.request(0, 'start')
    for (const step of [1, 2]) {
      evaluations.finishQueued(step - 1)
      evaluations.early(step, 0)
      evaluations.request(step, 'rest')
    }
    evaluations.finishQueued(2)
    evaluations.request(3, 'rest')
    advance(Infinity, 3)
    expect(reported().map(([step]) => step)).toEqual([0, 1, 2, 3])
    expect(reported().at(-1)).toEqual([3, 3000, 2000])
    for (const [, trainImages, testImages] of reported()) expect(Math.min(trainImages!, testImages!)).toBeGreaterThanOrEqual(1000)
  })

  test('at such steps stop when they become expensive, and resume when the run has run long enough', () => {
    const look = (step: number, ranMs: number) => {
      evaluations.early(step, ranMs)
      advance(Infinity, step)
    }
    for (let power = 0; power < 6; power++) look(2 ** power, 0) // 100 ms each: 250 ms in total are available
    expect(reported().map(([step]) => step)).toEqual([1, 2, 4])
    look(64, 200)
    expect(reported()).toHaveLength(3)
    look(128, 10_000)
    expect(reported().at(-1)).toEqual([128, 1000, 1000])
  })

  test('of a restarted run do not count the time of the previous one', () => {
    for (let power = 0; power < 6; power++) {
      evaluations.early(2 ** power, 0)
      advance(Infinity, 2 ** power)
    }
    evaluations.clear()
    done = []
    clock.time += 1000
    for (const step of [1, 2, 4]) {
      evaluations.early(step, 0)
      advance(Infinity, step)
    }
    clock.time += 1000
    evaluations.beginQuick(5, 1900)
    expect(evaluations.active).toBe(false) // 300 ms are used, more than 15 % of 1,900
    evaluations.beginQuick(5, 2100)
    advance(Infinity, 5)
    expect(reported().map(([step]) => step)).toEqual([1, 2, 4, 5])
  })

  test('run at once where nothing was spent yet: the start, and evaluations at rest, do not count', () => {
    const offered = (step: number, ranMs: number): boolean => {
      evaluations.beginQuick(step, ranMs)
      return evaluations.active
    }
    expect([offered(1, 0), offered(1, 1)]).toEqual([false, true])
    evaluations.clear()
    clock.time += 250
    expect(offered(1, 1)).toBe(true) // the same step, but of another run
    evaluations.clear()
    evaluations.request(0, 'start')
    advance(Infinity, 0)
    clock.time += 249
    expect(offered(1, 1)).toBe(false)
    clock.time += 1
    expect(offered(1, 1)).toBe(true)
    advance(Infinity, 1)
    evaluations.clear()
    evaluations.request(2, 'rest')
    while (evaluations.active) evaluations.advance(2, false, () => { clock.time += pieceMs; return true })
    clock.time += 250
    expect([offered(2, 1e9), offered(3, 1)]).toEqual([false, true])
  })

  test('that are running or waiting no longer belong to the restarted run', () => {
    evaluations.request(12, 'epoch')
    advance(3, 12)
    evaluations.request(24, 'epoch')
    evaluations.clear()
    expect([evaluations.active, evaluations.blocking]).toEqual([false, false])
    evaluations.request(12, 'epoch')
    advance(Infinity, 12)
    expect(reported()).toEqual([[12, 3000, 2000]])
  })

  test.each([[249, true], [250, false]])('at such steps have a budget of a quarter of a second: after %i ms comes another (%s)', (ms, comes) => {
    evaluations.early(1, 0)
    let left = ms
    while (evaluations.active) {
      evaluations.advance(1, true, () => {
        clock.time += left
        left = 0
        return true
      })
    }
    evaluations.early(2, 0)
    expect(evaluations.active).toBe(comes)
  })

  test('at rest that are interrupted by such a step report their partial result first, even with quick manual steps', () => {
    evaluations.request(3, 'rest')
    advance(2, 3)
    evaluations.early(4, 0)
    evaluations.request(4, 'rest')
    evaluations.finishQueued(4)
    evaluations.request(5, 'rest')
    advance(Infinity, 5)
    expect(reported().map(([step]) => step)).toEqual([3, 4, 5])
    for (const [, trainImages, testImages] of reported()) expect(Math.min(trainImages!, testImages!)).toBeGreaterThanOrEqual(1000)
  })
})
