import type { MetricsFrame } from '@contract'
import { Curves, type Evaluation, pointOf } from '@core'
import { evaluation } from '../../fixtures/evaluation'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, test } from 'vitest'
import { useMetrics } from '../../../renderer/stores/metrics'
import { metricsFrame } from '../lab'

beforeEach(() => setActivePinia(createPinia()))

const frame = (patch: Partial<MetricsFrame>) => metricsFrame({ samplesPerSecond: 7, ...patch })
/** What a training thread with this history sends after a reload. */
function historyOf(losses: readonly (readonly [number, number])[] = [], evaluations: readonly Evaluation[] = []) {
  const curves = new Curves()
  for (const [step, loss] of losses) curves.takeLoss(step, loss)
  for (const evaluation of evaluations) curves.takeEvaluation(evaluation)
  return curves.read()
}
const points = () => useMetrics().loss.extremes(100).map(({ x, y }) => [x, y])

describe('the metrics of a run', () => {
  test('are empty at first', () => {
    const metrics = useMetrics()
    const seen = () => [points(), metrics.evaluations, metrics.latestLoss, metrics.samplesPerSecond]
    expect(seen()).toEqual([[], [], null, 0])
    metrics.reset(1)
    expect(seen()).toEqual([[], [], null, 0])
  })

  test('store each loss at its own step, and the latest of them', () => {
    const metrics = useMetrics()
    metrics.reset(1)
    metrics.take(frame({ firstStep: 1, losses: Float32Array.of(4, 3) }))
    metrics.take(frame({ firstStep: 3, losses: Float32Array.of(2), samplesPerSecond: 100 }))
    expect(points()).toEqual([[1, 4], [2, 3], [3, 2]])
    expect([metrics.latestLoss, metrics.samplesPerSecond]).toEqual([2, 100])
  })

  test('keep the latest loss when a frame contains only an evaluation', () => {
    const metrics = useMetrics()
    metrics.reset(1)
    metrics.take(frame({ losses: Float32Array.of(4) }))
    metrics.take(frame({ firstStep: 2, evaluations: [evaluation(1)] }))
    expect([metrics.latestLoss, metrics.evaluations]).toEqual([4, [pointOf(evaluation(1))]])
    metrics.take(frame({ firstStep: 2, losses: Float32Array.of(0) }))
    expect([metrics.latestLoss, metrics.evaluations]).toEqual([0, [pointOf(evaluation(1))]])
  })

  test('ignore frames of another run', () => {
    const metrics = useMetrics()
    metrics.reset(2)
    const { version } = metrics
    metrics.take(frame({ runId: 1, losses: Float32Array.of(4), evaluations: [evaluation(1)] }))
    expect([points(), metrics.evaluations, metrics.latestLoss, metrics.samplesPerSecond, metrics.version]).toEqual([[], [], null, 0, version])
  })

  test('are cleared when another run begins', () => {
    const metrics = useMetrics()
    metrics.reset(1)
    metrics.take(frame({ losses: Float32Array.of(4), evaluations: [evaluation(1)] }))
    metrics.reset(2)
    expect([points(), metrics.evaluations, metrics.latestLoss, metrics.samplesPerSecond]).toEqual([[], [], null, 0])
  })

  test('notify the charts whenever there is something new', () => {
    const metrics = useMetrics()
    const versions = [metrics.version]
    metrics.reset(1)
    versions.push(metrics.version)
    metrics.take(frame({ losses: Float32Array.of(4) }))
    versions.push(metrics.version)
    metrics.restore(1, historyOf())
    versions.push(metrics.version)
    expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b))
  })

  test('are restored after a reload of the window, and continue from there', () => {
    const metrics = useMetrics()
    metrics.restore(5, historyOf([[10, 2], [20, 1]], [evaluation(20)]))
    expect([points(), metrics.latestLoss, metrics.evaluations]).toEqual([[[10, 2], [20, 1]], 1, [pointOf(evaluation(20))]])
    metrics.take(frame({ runId: 5, firstStep: 21, losses: Float32Array.of(0.5) }))
    expect([points().at(-1), metrics.latestLoss]).toEqual([[21, 0.5], 0.5])
    metrics.restore(6, historyOf())
    expect(metrics.latestLoss).toBeNull()
  })

  test('keep every evaluation of up to 1,024', () => {
    const metrics = useMetrics()
    metrics.reset(1)
    for (let step = 1; step <= 1024; step++) metrics.take(frame({ evaluations: [evaluation(step)] }))
    expect(metrics.evaluations).toHaveLength(1024)
    metrics.take(frame({ evaluations: [evaluation(1025)] }))
    expect(metrics.evaluations.length).toBeLessThanOrEqual(768)
    expect(metrics.evaluations.slice(0, 4).map(({ step }) => step)).toEqual([1, 2, 3, 5]) // 0, 1, 2 and 4 after the first
    expect(metrics.evaluations.at(-1)?.step).toBe(1025)
  })
})
