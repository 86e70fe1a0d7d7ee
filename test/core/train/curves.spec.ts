import { describe, expect, test } from 'vitest'
import { type Accuracy, Curves, maxEvaluations, maxLosses, Random, thinned } from '../../../core'

const evaluation = (step: number): Accuracy => ({ step, trainAccuracy: 0.5, testAccuracy: 0.5, trainImages: 1000, testImages: 1000 })
const state = (curves: Curves) => ({ ...curves.read() })

describe('the curves of a run', () => {
  test.each([100, 4095, 4096, 4097, 20_001, 300_000])('are after %i steps the same in a window that was reloaded on the way and in one that was not', (steps) => {
    const random = new Random(steps)
    const thread = new Curves()
    let window = new Curves()
    const reloadAt = new Set([1, 7, 4096, 4097, 8192, steps - 1, steps].map(step => Math.min(step, steps)))
    for (let step = 1; step <= steps; step++) {
      const loss = Math.exp(random.normal())
      thread.takeLoss(step, loss)
      window.takeLoss(step, Math.fround(loss)) // as transferred in a frame
      if (step % 37 === 0 || (step & (step - 1)) === 0) for (const curves of [thread, window]) curves.takeEvaluation(evaluation(step))
      if (reloadAt.has(step)) {
        const reloaded = new Curves()
        reloaded.restore(structuredClone(thread.read()))
        expect(state(reloaded)).toEqual(state(window))
        window = reloaded
      }
    }
    expect(state(window)).toEqual(state(thread))
    expect(window.loss.length).toBeLessThanOrEqual(maxLosses)
  })

  test('count nothing twice when a frame overlaps the restored history', () => {
    const curves = new Curves()
    for (const step of [1, 2, 3, 2, 3, 4]) curves.takeLoss(step, step)
    for (const step of [1, 2, 2, 1, 3]) curves.takeEvaluation(evaluation(step))
    expect([...curves.read().loss.steps]).toEqual([1, 2, 3, 4])
    expect(curves.evaluations.map(({ step }) => step)).toEqual([1, 2, 3])
  })

  test('keep one evaluation per step: the one on more images', () => {
    const curves = new Curves()
    const whole = { ...evaluation(3), trainImages: 10_000, testImages: 10_000, testAccuracy: 0.6 } // at rest all images are evaluated
    for (const next of [evaluation(2), evaluation(3), whole, evaluation(3)]) curves.takeEvaluation(next)
    expect(curves.evaluations).toEqual([evaluation(2), whole])
  })

  test('start in the middle for an opened run', () => {
    const curves = new Curves()
    for (let step = 501; step <= 503; step++) curves.takeLoss(step, 1)
    expect([...curves.read().loss.steps]).toEqual([501, 502, 503])
  })

  test('know the latest loss, however many are combined into a point', () => {
    const curves = new Curves()
    for (let step = 1; step <= 10_001; step++) curves.takeLoss(step, step)
    expect(curves.latestLoss).toBe(10_001)
  })

  test('are empty after they were cleared', () => {
    const curves = new Curves()
    curves.takeLoss(1, 1)
    curves.takeEvaluation(evaluation(1))
    curves.clear()
    expect(state(curves)).toEqual(state(new Curves()))
    curves.takeLoss(1, 2)
    expect([curves.latestLoss, curves.loss.length]).toEqual([2, 1])
  })
})

describe('thinned evaluations', () => {
  const items = (length: number, every = 1) => Array.from({ length }, (_, i) => ({ step: i * every }))

  test('keep the start, steps 1, 2, 4, 8, … and the latest, and are evenly spaced beyond', () => {
    const curves = new Curves()
    const early = [0, ...Array.from({ length: 15 }, (_, i) => 2 ** i)]
    const late = Array.from({ length: maxEvaluations - 16 + 1 }, (_, i) => 20_000 + 100 * i) // one more than the capacity
    for (const step of [...early, ...late]) curves.takeEvaluation(evaluation(step))
    const steps = curves.evaluations.map(({ step }) => step)
    expect(steps.length).toBeLessThanOrEqual(maxEvaluations * 3 / 4)
    expect(steps.slice(0, 16)).toEqual(early)
    expect(steps.at(-1)).toBe(late.at(-1))
    const gaps = steps.slice(17).map((step, i) => step - steps[16 + i]!)
    for (const gap of gaps) expect([100, 200]).toContain(gap)
    expect(gaps.filter(gap => gap === 100).length).toBeLessThanOrEqual(6) // around 32,800 and 65,600, the first above a power of two, and the latest
  })

  test('stay few in an endless run, and leave no measured gap', () => {
    const curves = new Curves()
    for (let step = 0; step <= 50_000; step++) curves.takeEvaluation(evaluation(step))
    const steps = curves.evaluations.map(({ step }) => step)
    expect(steps.length).toBeLessThanOrEqual(maxEvaluations)
    expect([steps[0], steps.at(-1)]).toEqual([0, 50_000])
    for (const power of [1, 2, 4, 8, 1024, 32_768]) expect(steps).toContain(power)
    for (const [i, step] of steps.slice(1).entries()) expect(step).toBeLessThanOrEqual(Math.max(1, 2 * steps[i]!))
    expect(steps).toEqual(steps.toSorted((a, b) => a - b))
  })

  test.each([401, 799, 800, 801, 1024])('from %i are reduced to at most 400 drawn ones, including the first and the latest', (length) => {
    const left = thinned(items(length, 10), 400)
    expect(left.length).toBeLessThanOrEqual(400)
    expect(left.length).toBeGreaterThan(200)
    expect([left[0], left.at(-1)]).toEqual([{ step: 0 }, { step: 10 * (length - 1) }])
  })

  test('stay in place while others are added, so that the drawing does not jitter', () => {
    expect(thinned(items(900), 400).slice(0, 200)).toEqual(thinned(items(905), 400).slice(0, 200))
  })

  test('of an opened file count from its step', () => {
    const opened = Array.from({ length: 500 }, (_, i) => ({ step: 2156 + i }))
    const steps = thinned(opened, 400).map(({ step }) => step - 2156)
    for (const power of [0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 499]) expect(steps).toContain(power)
  })

  test('are all kept while they are few', () => {
    const few = items(400)
    expect(thinned(few, 400)).toBe(few)
  })
})
