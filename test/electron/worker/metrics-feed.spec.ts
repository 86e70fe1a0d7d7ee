import type { MetricsFrame } from '@contract'
import { describe, expect, test } from 'vitest'
import { MetricsFeed } from '../../../electron/worker/metrics-feed'
import { Speed } from '../../../electron/worker/speed'
import { evaluation as evaluationAt } from '../../fixtures/evaluation'

const position = { runId: 1, step: 0, epoch: 0, stepInEpoch: 0 }

describe('the metrics feed', () => {
  test('sends at most 20 frames a second and loses nothing', () => {
    const frames: MetricsFrame[] = []
    const feed = new MetricsFeed(frame => frames.push(frame), new Speed())
    for (let step = 1; step <= 3000; step++) { // 3 steps per millisecond
      feed.loss(step, step)
      feed.flush(position, step / 3)
    }
    expect(frames).toHaveLength(20)
    feed.flush(position, 2000)
    expect(frames.flatMap(frame => [...frame.losses])).toEqual(Array.from({ length: 3000 }, (_, i) => i + 1))
    for (const { firstStep, losses } of frames) expect(losses[0]).toBe(firstStep)
  })

  test('keeps every loss in order, however many come between two frames', () => {
    const frames: MetricsFrame[] = []
    const feed = new MetricsFeed(frame => frames.push(frame), new Speed())
    feed.loss(1, 1)
    feed.flush(position, 0)
    for (let step = 2; step <= 5001; step++) feed.loss(step, step)
    feed.flush(position, 100)
    expect(frames.map(({ firstStep, losses }) => [firstStep, losses.length])).toEqual([[1, 1], [2, 5000]])
    expect([...frames[1]!.losses]).toEqual(Array.from({ length: 5000 }, (_, i) => i + 2))
  })

  test('sends at once what is left when the run ends, and nothing when nothing is left', () => {
    const frames: MetricsFrame[] = []
    const feed = new MetricsFeed(frame => frames.push(frame), new Speed())
    feed.flushNow(position, 0)
    feed.loss(1, 0.5)
    feed.flush(position, 0)
    feed.loss(2, 0.25)
    feed.flush(position, 1)
    feed.flushNow(position, 1)
    feed.flushNow(position, 1)
    expect(frames.map(({ losses }) => [...losses])).toEqual([[0.5], [0.25]])
  })

  test('sends no evaluation of weights that were undone', () => {
    const frames: MetricsFrame[] = []
    const feed = new MetricsFeed(frame => frames.push(frame), new Speed())
    for (const step of [4, 5]) feed.evaluation(evaluationAt(step))
    feed.undoAfter(4)
    feed.flush(position, 0)
    expect(frames.flatMap(({ evaluations }) => evaluations.map(({ step }) => step))).toEqual([4])
  })

  test('sends nothing when nothing happened', () => {
    const frames: MetricsFrame[] = []
    const feed = new MetricsFeed(frame => frames.push(frame), new Speed())
    feed.flush(position, 1000)
    expect([frames.length, feed.wait(1000)]).toEqual([0, Infinity])
  })

  test('sends an evaluation that arrives without losses', () => {
    const frames: MetricsFrame[] = []
    const feed = new MetricsFeed(frame => frames.push(frame), new Speed())
    const evaluation = evaluationAt(3)
    feed.evaluation(evaluation)
    feed.flush(position, 0)
    expect(frames.map(({ losses, evaluations, samplesPerSecond }) => [losses.length, evaluations, samplesPerSecond])).toEqual([[0, [evaluation], 0]]) // nothing was learned yet
  })

  test('also limits evaluations to the rate of losses, 50 ms after the latest frame and not before', () => {
    const frames: MetricsFrame[] = []
    const feed = new MetricsFeed(frame => frames.push(frame), new Speed())
    const evaluation = evaluationAt(1)
    for (const now of [100, 130]) {
      feed.loss(now, 0.5)
      feed.evaluation(evaluation)
      feed.flush(position, now)
    }
    expect([frames.length, feed.wait(130)]).toEqual([1, 20])
    feed.flush(position, 149)
    expect(frames).toHaveLength(1)
    feed.flush(position, 150)
    expect(frames.map(({ firstStep, losses, evaluations }) => [firstStep, losses.length, evaluations.length])).toEqual([[100, 1, 1], [130, 1, 1]])
    expect(feed.wait(150)).toBe(Infinity)
  })

  test('reports the speed of learning, also with an evaluation at rest', () => {
    const frames: MetricsFrame[] = []
    const speed = new Speed()
    const feed = new MetricsFeed(frame => frames.push(frame), speed)
    speed.start(0)
    speed.learned(100)
    feed.loss(1, 0.5)
    feed.flush(position, 1000)
    feed.evaluation(evaluationAt(1))
    feed.flush(position, 9000)
    expect(frames.map(({ samplesPerSecond }) => samplesPerSecond)).toEqual([100, 100])
  })

  test('sends findings when they have changed, and only then', () => {
    const frames: MetricsFrame[] = []
    const feed = new MetricsFeed(frame => frames.push(frame), new Speed())
    const found: NonNullable<MetricsFrame['findings']> = [{ rule: 'guessing', severity: 'warn', layer: null, step: 600, at: 600, number: 0.1, facts: {}, cure: null }]
    feed.begin([])
    for (const [step, findings] of [[1, found], [2, found], [3, []]] as const) {
      feed.loss(step, 1)
      feed.findings(findings)
      feed.flush(position, 100 * step)
    }
    expect(frames.map(({ findings }) => findings)).toEqual([found, undefined, []])
  })

  test('a finding alone is worth a frame', () => {
    const frames: MetricsFrame[] = []
    const feed = new MetricsFeed(frame => frames.push(frame), new Speed())
    feed.begin([])
    feed.findings([])
    feed.flush(position, 100)
    expect(frames.map(({ losses, findings }) => [losses.length, findings])).toEqual([[0, []]])
  })

  test('forgets the data of a previous run', () => {
    const frames: MetricsFrame[] = []
    const feed = new MetricsFeed(frame => frames.push(frame), new Speed())
    feed.loss(9, 1)
    feed.begin([])
    feed.loss(1, 2)
    feed.flush(position, 0)
    expect(frames.map(({ firstStep, losses }) => [firstStep, [...losses]])).toEqual([[1, [2]]])
  })
})

describe('the speed', () => {
  test('of a slow pace is right from the first step on', () => {
    const speed = new Speed()
    speed.start(0, 1000)
    for (let second = 0; second < 5; second++) {
      speed.learned(100)
      expect(speed.measure(second * 1000)).toBe(100)
    }
  })

  test('excludes the time of evaluations', () => {
    const speed = new Speed()
    speed.start(0)
    speed.learned(1000)
    speed.exclude(500)
    expect(speed.measure(1000)).toBe(2000)
  })

  test('follows the latest two seconds', () => {
    const speed = new Speed()
    speed.start(0)
    let rate = 0
    for (let now = 50; now <= 10_000; now += 50) {
      speed.learned(now <= 5000 ? 100 : 10)
      rate = speed.measure(now)
    }
    expect(rate).toBeCloseTo(200, 6)
  })
})
