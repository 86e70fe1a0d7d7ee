import { describe, expect, test } from 'vitest'
import { type Evaluation, type EvaluationPoint, Curves, maxEvaluations, maxLosses, pointOf, Random, thinned } from '../../../core'
import { evaluation, score } from '../../fixtures/evaluation'

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
    expect(window.loss.extremes(1200)).toEqual(thread.loss.extremes(1200))
    expect(window.loss.length).toBeLessThanOrEqual(maxLosses)
  })

  test('take nothing twice, though a frame overlaps what was restored', () => {
    const curves = new Curves()
    for (const step of [1, 2, 3, 2, 3, 4]) curves.takeLoss(step, step)
    for (const step of [1, 2, 2, 1, 3]) curves.takeEvaluation(evaluation(step))
    expect(curves.loss.buckets().map(({ lastStep }) => lastStep)).toEqual([1, 2, 3, 4])
    expect(curves.evaluations.map(({ step }) => step)).toEqual([1, 2, 3])
  })

  test('hold one evaluation of a step: the one on more images', () => {
    const curves = new Curves()
    const whole = evaluation(3, { test: 0.6, images: 10_000 }) // at rest all images are evaluated
    for (const next of [evaluation(2), evaluation(3), whole, evaluation(3)]) curves.takeEvaluation(next)
    expect(curves.evaluations).toEqual([evaluation(2), whole].map(pointOf))
  })

  test('keep the answers for each class of the latest evaluation only, until they are cleared', () => {
    const curves = new Curves()
    const ofClasses = (step: number): Evaluation => ({ ...evaluation(step), test: { ...score(0.5), correct: [1, 0], counts: [1, 1] } })
    expect(curves.latest).toBeNull()
    for (const step of [1, 2, 1]) curves.takeEvaluation(ofClasses(step))
    expect([curves.latest, curves.evaluations]).toEqual([ofClasses(2), [1, 2].map(step => pointOf(evaluation(step)))])
    curves.clear()
    expect([curves.latest, curves.evaluations]).toEqual([null, []])
  })

  test('begin in the middle for a run that was opened', () => {
    const curves = new Curves()
    for (let step = 501; step <= 503; step++) curves.takeLoss(step, 1)
    expect(curves.loss.buckets().map(({ lastStep }) => lastStep)).toEqual([501, 502, 503])
  })

  test('forget the evaluations of steps that were undone', () => {
    const curves = new Curves()
    for (const step of [4, 5]) curves.takeEvaluation(evaluation(step))
    curves.undoAfter(5)
    expect(curves.latest?.step).toBe(5)
    curves.undoAfter(4)
    expect([curves.latest, curves.evaluations.map(({ step }) => step)]).toEqual([null, [4]])
  })

  test('know the latest loss, however many share a bucket', () => {
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
  /** Evaluations with random accuracies */
  const items = (length: number, every = 1, from = 0, validated = false): Evaluation[] => {
    const random = new Random(length)
    return Array.from({ length }, (_, i) => evaluation(from + i * every, { train: random.next(), test: random.next(), ...validated && { validation: random.next() } }))
  }
  const stepsOf = (evaluations: readonly EvaluationPoint[]) => evaluations.map(({ step }) => step)

  test('keep the start, steps 1, 2, 4, 8, … and the latest, and are evenly spaced beyond', () => {
    const curves = new Curves()
    const early = [0, ...Array.from({ length: 15 }, (_, i) => 2 ** i)]
    const late = Array.from({ length: maxEvaluations - 16 + 1 }, (_, i) => 20_000 + 100 * i) // one more than the capacity
    for (const step of [...early, ...late]) curves.takeEvaluation(evaluation(step))
    const steps = stepsOf(curves.evaluations)
    expect(steps.length).toBeLessThanOrEqual(maxEvaluations * 3 / 4)
    expect(steps.slice(0, 16)).toEqual(early)
    expect(steps.at(-1)).toBe(late.at(-1))
    const gaps = steps.slice(17).map((step, i) => step - steps[16 + i]!)
    for (const gap of gaps) expect([100, 200, 300]).toContain(gap) // one of each 256 steps, since all are equally accurate
    expect(gaps.filter(gap => gap === 100).length).toBeLessThanOrEqual(6) // around 32,800 and 65,600, the first above a power of two, and the latest
  })

  test('stay few in a run that never ends, and leave no gap that was measured', () => {
    const curves = new Curves()
    for (let step = 0; step <= 50_000; step++) curves.takeEvaluation(evaluation(step))
    const steps = stepsOf(curves.evaluations)
    expect(steps.length).toBeLessThanOrEqual(maxEvaluations)
    expect([steps[0], steps.at(-1)]).toEqual([0, 50_000])
    for (const power of [1, 2, 4, 8, 1024, 32_768]) expect(steps).toContain(power)
    for (const [i, step] of steps.slice(1).entries()) expect(step).toBeLessThanOrEqual(Math.max(1, 2 * steps[i]!))
    expect(steps).toEqual(steps.toSorted((a, b) => a - b))
  })

  // Cause: only every second evaluation was kept, so half of all dips were lost.
  test('hide no dip and no peak of any curve, however long the run', () => {
    const all = items(20_000, 10, 0, true)
    const extremes = [[3333, { test: score(-1) }], [3334, { train: score(-1) }], [3335, { validation: score(-1) }], [12_001, { test: score(2) }], [12_002, { train: score(2) }], [12_003, { validation: score(2) }]] as const
    for (const [i, patch] of extremes) all[i] = { ...all[i]!, ...patch }
    const curves = new Curves()
    for (const item of all) curves.takeEvaluation(item)
    for (const shown of [curves.evaluations, thinned(curves.evaluations, 400)]) {
      for (const [i] of extremes) expect(shown).toContainEqual(pointOf(all[i]!))
    }
  })

  test.each([401, 799, 800, 801, 1024])('from %i are reduced to at most 400 drawn ones, including the first and the latest', (length) => {
    const left = stepsOf(thinned(items(length, 10), 400))
    expect(left.length).toBeLessThanOrEqual(400)
    expect(left.length).toBeGreaterThan(100)
    expect([left[0], left.at(-1)]).toEqual([0, 10 * (length - 1)])
  })

  test('stay in place while others are added, so that the drawing does not jitter', () => {
    const more = items(905)
    expect(stepsOf(thinned(more.slice(0, 900), 400)).slice(0, 200)).toEqual(stepsOf(thinned(more, 400)).slice(0, 200))
  })

  test('of an opened file count from its step', () => {
    const steps = stepsOf(thinned(items(500, 1, 2156), 400)).map(step => step - 2156)
    for (const power of [0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 499]) expect(steps).toContain(power)
  })

  test('are all there while they are few', () => {
    const few = items(400)
    expect(thinned(few, 400)).toBe(few)
  })

  test.each([2, 3, 10])('are at most %i, also where the milestones alone are more: the first and the last stay', (most) => {
    const steps = stepsOf(thinned(items(500, 10), most))
    expect(steps).toHaveLength(most)
    expect([steps[0], steps.at(-1)]).toEqual([stepsOf(items(500, 10))[0], stepsOf(items(500, 10)).at(-1)])
    expect(new Set(steps).size).toBe(most)
  })
})
