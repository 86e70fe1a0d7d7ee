import { evaluation } from '../../fixtures/evaluation'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, test } from 'vitest'
import { useMetrics } from '../../../renderer/stores/metrics'
import { metricsFrame } from '../lab'

beforeEach(() => setActivePinia(createPinia()))

const frame = (step: number) => metricsFrame({ firstStep: step, losses: Float32Array.of(1), evaluations: [evaluation(step)] })

test('the evaluations of a long run are thinned, and both its ends are kept', () => {
  const metrics = useMetrics()
  metrics.reset(1)
  for (let step = 0; step < 5000; step++) metrics.take(frame(step))
  const steps = metrics.evaluations.map(({ step }) => step)
  expect(steps.length).toBeLessThanOrEqual(1024)
  expect(steps[0]).toBeLessThan(10)
  expect(steps.at(-1)).toBe(4999)
  expect(steps).toEqual(steps.toSorted((a, b) => a - b))
})
