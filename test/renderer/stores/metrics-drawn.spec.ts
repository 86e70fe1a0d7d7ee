import { Curves } from '@core'
import { createPinia, disposePinia, getActivePinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { watch } from 'vue'
import { useMetrics } from '../../../renderer/stores/metrics'
import { metricsFrame } from '../lab'

beforeEach(() => { vi.useFakeTimers(); setActivePinia(createPinia()) })
afterEach(() => { vi.useRealTimers() })

let step = 0
const frame = (runId = 1) => metricsFrame({ runId, firstStep: ++step, losses: Float32Array.of(1), samplesPerSecond: 5 })
/** When the charts were drawn, and with what. */
function drawings() {
  const metrics = useMetrics()
  const seen: { at: number, version: number }[] = []
  watch(() => metrics.drawn, version => seen.push({ at: performance.now(), version }), { flush: 'sync' })
  return seen
}

test('the charts draw the first frame at once', () => {
  const seen = drawings()
  useMetrics().reset(1)
  vi.advanceTimersByTime(0)
  expect(seen.map(({ version }) => version)).toEqual([useMetrics().version])
})

test('of sixty frames a second ten are drawn, the last of them within a tenth of a second', () => {
  useMetrics().reset(1)
  vi.advanceTimersByTime(500)
  const seen = drawings()
  for (let i = 0; i < 120; i++) {
    useMetrics().take(frame())
    vi.advanceTimersByTime(16)
  }
  const last = performance.now()
  vi.advanceTimersByTime(1000)
  const gaps = seen.slice(1).map(({ at }, i) => at - seen[i]!.at)
  // ten a second are easy to follow; fewer would stutter, more would take time from training
  for (const gap of gaps) expect(gap).toBeGreaterThanOrEqual(100)
  expect(seen.length).toBeGreaterThanOrEqual(17)
  expect(seen.at(-1)!.version).toBe(useMetrics().version)
  expect(seen.at(-1)!.at - last).toBeLessThanOrEqual(100)
})

test('after a rest the next frame is drawn at once again', () => {
  useMetrics().reset(1)
  vi.advanceTimersByTime(5000)
  const seen = drawings()
  useMetrics().take(frame())
  vi.advanceTimersByTime(0)
  expect(seen).toHaveLength(1)
})

test('nothing is drawn without news, or in a disposed window', () => {
  useMetrics().reset(1)
  vi.advanceTimersByTime(5000)
  const seen = drawings()
  vi.advanceTimersByTime(5000)
  expect(seen).toEqual([])
  useMetrics().take(frame())
  disposePinia(getActivePinia()!)
  expect(vi.getTimerCount()).toBe(0)
})

test('a frame that arrives before a run is known is ignored', () => {
  const { version } = useMetrics()
  for (const runId of [0, 1, 2]) useMetrics().take(frame(runId))
  expect([useMetrics().version, useMetrics().samplesPerSecond, useMetrics().latestLoss]).toEqual([version, 0, null])
})

test('the speed before a reload is not shown as the speed after it', () => {
  useMetrics().reset(1)
  useMetrics().take(frame())
  expect(useMetrics().samplesPerSecond).toBe(5)
  useMetrics().restore(1, new Curves().read())
  expect(useMetrics().samplesPerSecond).toBe(0)
})
