import { isPassed, lossWindow, type StopCondition, StopWatch } from '@core'
import { describe, expect, test } from 'vitest'

const at = (step: number, epoch = 0) => ({ step, epoch })
const score = (accuracy: number) => ({ images: 10, loss: 1, accuracy, correct: [], counts: [] })
const afterEpoch = (step: number, test: number, validation: number | null = null) => ({ step, test: score(test), validation: validation === null ? null : score(validation) })
const never = () => 0

describe('a run stops', () => {
  test('at a step and after an epoch, not before', () => {
    const step = new StopWatch({ kind: 'step', step: 12 })
    expect([11, 12].map(n => step.learned(at(n), 1, never))).toEqual([false, true])
    const epoch = new StopWatch({ kind: 'epoch', epoch: 2 })
    expect([1, 2].map(n => epoch.learned(at(100, n), 1, never))).toEqual([false, true])
  })

  test('after a time of learning', () => {
    const watch = new StopWatch({ kind: 'time', seconds: 60 })
    expect([59.9, 60].map(seconds => watch.learned(at(1), 1, () => seconds))).toEqual([false, true])
  })

  test('when the mean of the latest hundred losses is low, not at a single low one', () => {
    const watch = new StopWatch({ kind: 'loss', loss: 0.5 })
    const losses = [0.001, ...Array.from({ length: lossWindow - 1 }, () => 1), ...Array.from({ length: lossWindow }, () => 0)]
    const stops = losses.map((loss, i) => watch.learned(at(i + 1), loss, never))
    // the window holds n zeros and 100 - n ones: the mean is 0.5 with 50 zeros, 50 steps after the first hundred
    expect(stops.indexOf(true)).toBe(149)
  })

  test('when the validation accuracy has not risen for some epochs; an equal one is no rise', () => {
    const watch = new StopWatch({ kind: 'patience', epochs: 3 })
    const stops = [0.8, 0.9, 0.9, 0.85, 0.91, 0.9, 0.91, 0.9].map((accuracy, i) => watch.evaluated(afterEpoch(10 * (i + 1), 1, accuracy)))
    expect(stops).toEqual([false, false, false, false, false, false, false, true])
    expect(watch.best).toEqual({ split: 'validation', accuracy: 0.91, step: 50 })
  })

  test('by the test images without validation images, and says so', () => {
    const watch = new StopWatch({ kind: 'patience', epochs: 1 })
    expect([0.5, 0.4].map((accuracy, i) => watch.evaluated(afterEpoch(i, accuracy)))).toEqual([false, true])
    expect(watch.best).toEqual({ split: 'test', accuracy: 0.5, step: 0 })
  })
})

test.each<[StopCondition, boolean]>([
  [{ kind: 'step', step: 10 }, true], [{ kind: 'step', step: 11 }, false], [{ kind: 'epoch', epoch: 1 }, true], [{ kind: 'epoch', epoch: 2 }, false], [{ kind: 'loss', loss: 9 }, false],
])('%j at step 10 of epoch 1 is passed: %s', (condition, passed) => {
  expect(isPassed(condition, at(10, 1))).toBe(passed)
})
