import { describe, expect, test } from 'vitest'
import { History, maxPoints } from '../../../electron/worker/history'

const evaluation = (step: number) => ({ step, trainAccuracy: 0.5, testAccuracy: 0.5, trainImages: 1000, testImages: 1000 })

describe('the history of a run', () => {
  test('keeps every loss while they are few', () => {
    const history = new History()
    for (let step = 1; step <= 100; step++) history.loss(step, 1 / step)
    const { runId, steps, losses } = history.read(7)
    expect(runId).toBe(7)
    expect([...steps]).toEqual(Array.from({ length: 100 }, (_, i) => i + 1))
    expect([...losses]).toEqual([...steps].map(step => Math.fround(1 / step)))
  })

  test('holds at most 4,096 losses after two million steps, evenly spaced, the latest among them', () => {
    const history = new History()
    for (let step = 1; step <= 2_000_003; step++) history.loss(step, step)
    const { steps, losses } = history.read(1)
    expect(steps.length).toBeLessThanOrEqual(maxPoints)
    expect(steps.length).toBeGreaterThan(maxPoints / 2 - 1)
    expect(steps.at(-1)).toBe(2_000_003)
    expect(losses.at(-1)).toBe(2_000_003)
    const gaps = new Set(Array.from(steps.subarray(1, -1), (step, i) => step - steps[i]!))
    expect(gaps.size).toBe(1)
  })

  test('never holds more than it may, whenever it is read', () => {
    const history = new History()
    let most = 0
    for (let step = 1; step <= 20_000; step++) {
      history.loss(step, step)
      const { steps } = history.read(1)
      most = Math.max(most, steps.length)
      if (steps.at(-1) !== step || steps.at(-2) === step) expect.fail(`the latest step ${step} is not there once`)
    }
    expect(most).toBe(maxPoints)
  })

  test('begins in the middle for a run that was opened', () => {
    const history = new History()
    for (let step = 501; step <= 503; step++) history.loss(step, 1)
    expect([...history.read(1).steps]).toEqual([501, 502, 503])
  })

  test('thins out evaluations too, the newest stays', () => {
    const history = new History()
    for (let step = 0; step <= 50_000; step++) history.evaluation(evaluation(step))
    expect(history.read(1).evaluations.length).toBeLessThanOrEqual(1024)
    expect(history.lastEvaluation?.step).toBe(50_000)
  })

  test('is empty after it was cleared', () => {
    const history = new History()
    history.loss(1, 1)
    history.evaluation(evaluation(1))
    history.clear()
    const { steps, losses, evaluations } = history.read(2)
    expect([steps.length, losses.length, evaluations.length, history.lastEvaluation]).toEqual([0, 0, 0, null])
  })
})
