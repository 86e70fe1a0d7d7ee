import { RunSeries, type SeriesRecord, thinOut } from '@core'
import { describe, expect, test } from 'vitest'

const losses = (firstStep: number, ...values: readonly number[]): SeriesRecord => ({ kind: 'losses', firstStep, losses: Float32Array.from(values) })
const score = (step: number, accuracy: number, split: 'train' | 'test' = 'test'): SeriesRecord =>
  ({ kind: 'score', step, epoch: 0, split, score: { images: 10, loss: 1, accuracy, correct: [10 * accuracy], counts: [10] } })
const event = (step: number, learningRate: number): SeriesRecord => ({ kind: 'event', event: { step, change: { optimizer: { learningRate } } } })

describe('the series of a run', () => {
  test('joins losses that follow each other, over any number of records', () => {
    const all = Array.from({ length: 5000 }, (_, i) => Math.fround(1 / (i + 1)))
    const series = new RunSeries(Array.from({ length: 500 }, (_, i) => losses(1 + 10 * i, ...all.slice(10 * i, 10 * i + 10))))
    expect([series.firstStep, series.lastStep, [...series.losses]]).toEqual([1, 5000, all])
    expect([series.lossAt(0), series.lossAt(1), series.lossAt(5000), series.lossAt(5001)]).toEqual([undefined, 1, all[4999], undefined])
  })

  test('gives some of its losses as a curve: each of them, without gaps and without what is not there', () => {
    const series = new RunSeries([losses(3, 9, 8, 7), losses(8, 4, 3)]) // 6 and 7 are missing
    const curve = (from: number, to: number) => series.curve({ from, to }).extremes(100).map(({ x, y }) => [x, y])
    expect(curve(0, 100)).toEqual([[3, 9], [4, 8], [5, 7], [8, 4], [9, 3]])
    expect([curve(4, 4), curve(5, 8), curve(6, 7), curve(10, 20)]).toEqual([[[4, 8]], [[5, 7], [8, 4]], [], []])
    expect(new RunSeries().curve({ from: 0, to: 5 }).latest).toBeNull()
  })

  test('gives many losses in buckets, with the least and the greatest of each', () => {
    const values = Array.from({ length: 50_000 }, (_, i) => i === 31_415 ? 40 : 1 + (i % 10) / 16)
    const curve = new RunSeries([losses(1, ...values)]).curve({ from: 20_001, to: 40_000 })
    expect([curve.length <= 4096, curve.perBucket, curve.first, curve.latest]).toEqual([true, 8, { x: 20_001, y: 1 }, { x: 40_000, y: 1.5625 }])
    expect(curve.extremes(100)).toContainEqual({ x: 31_416, y: 40 })
  })

  test('begins at the step of a file', () => {
    const series = new RunSeries([losses(601, 0.5, 0.25)])
    expect([series.firstStep, series.lastStep, series.lossAt(602)]).toEqual([601, 602, 0.25])
  })

  test('goes back where a divergence was undone and the run went on', () => {
    const diverged: SeriesRecord = { kind: 'diverged', step: 2, at: 4, loss: 'NaN' }
    const series = new RunSeries([losses(1, 5, 4, 9), score(2, 0.5), score(3, 0.1), diverged])
    expect([series.scores.map(({ step }) => step), series.divergence]).toEqual([[2], diverged])
    series.take(event(2, 0.01))
    series.take(losses(3, 3, 2))
    expect([[...series.losses], series.divergence, series.events.length]).toEqual([[5, 4, 3, 2], null, 1])
  })

  test('keeps the latest score of a split at a step, and drops later ones when it goes back', () => {
    const series = new RunSeries([score(1, 0.1), score(1, 0.2, 'train'), score(2, 0.3), score(2, 0.4)])
    const found = () => series.scores.map(({ step, split, score: { accuracy } }) => [step, split, accuracy])
    expect(found()).toEqual([[1, 'test', 0.1], [1, 'train', 0.2], [2, 'test', 0.4]])
    series.take(score(1, 0.5))
    expect(found()).toEqual([[1, 'train', 0.2], [1, 'test', 0.5]])
  })

  test('joins the scores of a step to an evaluation, where training and test images have one', () => {
    const series = new RunSeries([score(1, 0.1), score(2, 0.5, 'train'), score(2, 0.4), score(3, 0.6, 'train')])
    const of = (accuracy: number) => ({ images: 10, loss: 1, accuracy })
    expect(series.evaluations).toEqual([{ step: 2, train: of(0.5), validation: null, test: of(0.4) }])
  })

  test('knows how long it had learned at a step, and forgets what a divergence undid', () => {
    const time = (step: number, seconds: number): SeriesRecord => ({ kind: 'time', step, seconds })
    const series = new RunSeries([time(1, 0.5), time(3, 1), time(4, 2)])
    const found = () => series.times.map(({ step, seconds }) => [step, seconds])
    expect(found()).toEqual([[1, 0.5], [3, 1], [4, 2]])
    series.take({ kind: 'diverged', step: 3, at: 5, loss: 'NaN' })
    expect(found()).toEqual([[1, 0.5], [3, 1]])
    series.take(time(3, 7))
    expect(found()).toEqual([[1, 0.5], [3, 7]])
  })

  test('knows which losses are missing, and gives up what lies before a long gap', () => {
    const series = new RunSeries([losses(1, 5, 4), losses(5, 2)])
    expect([1, 2, 3, 4, 5, 6].map(step => series.lossAt(step))).toEqual([5, 4, undefined, undefined, 2, undefined])
    series.take(losses(2000, 1))
    expect([series.firstStep, series.lastStep, series.lossAt(5), series.lossAt(2000)]).toEqual([2000, 2000, undefined, 1])
  })

  test('forgets the losses of the steps that a divergence undid, once a change continues the run', () => {
    const series = new RunSeries([losses(1, 5, 4, 9, 90), { kind: 'diverged', step: 2, at: 5, loss: 'Infinity' }])
    expect(series.lossAt(4)).toBe(90) // it was measured
    series.take(event(2, 0.01))
    series.take(losses(4, 3)) // the loss of step 3 was not reported
    expect([1, 2, 3, 4].map(step => series.lossAt(step))).toEqual([5, 4, undefined, 3])
  })
})

describe('checkpoints that do not fit', () => {
  const of = (steps: readonly number[], bytes = 10) => steps.map(step => ({ step, bytes }))
  const removed = (steps: readonly number[], max: number) => thinOut(of(steps), max).map(({ step }) => step)

  test('lose every second one, as often as needed', () => {
    expect(removed([0, 1, 2, 3, 4], 50)).toEqual([])
    expect(removed([0, 1, 2, 3, 4], 49)).toEqual([1, 3])
    expect(removed([0, 1, 2, 3, 4, 5, 6, 7, 8], 49)).toEqual([1, 2, 3, 5, 6, 7])
  })

  test('keep the first and the latest, even where these two are too large', () => {
    for (let count = 1; count < 40; count++) {
      const steps = Array.from({ length: count }, (_, i) => 10 * i)
      const left = steps.filter(step => !removed(steps, 20).includes(step))
      expect(left).toEqual(count === 1 ? [0] : [0, 10 * (count - 1)])
      expect(removed(steps, 5)).toEqual(removed(steps, 20))
    }
  })

  test('leave even gaps behind', () => {
    const steps = Array.from({ length: 1000 }, (_, i) => i)
    const left = steps.filter(step => !removed(steps, 500).includes(step))
    expect(left.length).toBeLessThanOrEqual(50)
    expect(new Set(left.slice(0, -1).map((step, i) => left[i + 1]! - step).slice(0, -1)).size).toBe(1)
  })

  // Cause: every second one of all was removed each time, so after ten times hardly any of the beginning were left.
  test('leave even gaps behind over the whole run, however often they are thinned out', () => {
    let kept: readonly { step: number, bytes: number }[] = []
    for (let step = 0; step <= 100_000; step += 10) {
      kept = [...kept, { step, bytes: 10 }]
      const gone = new Set(thinOut(kept, 1000))
      kept = kept.filter(checkpoint => !gone.has(checkpoint))
    }
    const gaps = kept.slice(1).map(({ step }, i) => step - kept[i]!.step)
    expect(kept.length).toBeGreaterThanOrEqual(49)
    expect(Math.max(...gaps)).toBeLessThanOrEqual(4 * 100_000 / 100) // two doublings of the best possible gap
  })
})
