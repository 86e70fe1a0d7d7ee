import type { PastMoment } from '@contract'
import { defaultConfig } from '@core'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import { usePast } from '../../../renderer/stores/past'
import { useRoom } from '../../../renderer/stores/room'
import { useRun } from '../../../renderer/stores/run'
import { useScrubbing } from '../../../renderer/past/useScrubbing'
import { fakeMain, runState, show, soFar } from '../lab'

beforeEach(() => { vi.useFakeTimers() })
afterEach(() => { vi.useRealTimers(); vi.unstubAllGlobals() })

/** A window at step 5,000, and the keys of the bar. */
async function scrubbing() {
  let visits = 0
  fakeMain({
    'run:read': () => soFar(runState({ step: 5000 })), 'past:leave': () => null,
    'past:read': () => ({ id: '0'.repeat(32), name: '', first: 0, last: 5000, beginning: defaultConfig, checkpoints: [0], bookmarks: [] }),
    'past:visit': ({ step }): PastMoment => ({ state: runState({ runId: 1_000_000_000 + ++visits, step }), differsAt: null, stepMs: 0, exact: true }),
  })
  useRoom().go('train')
  await useRun().load()
  const past = usePast()
  past.load()
  let keys: ReturnType<typeof useScrubbing> | null = null
  await show(defineComponent({ setup: () => {
    keys = useScrubbing()
    return () => h('i')
  } }))
  await vi.advanceTimersByTimeAsync(10)
  return { past, keys: keys as unknown as ReturnType<typeof useScrubbing> }
}

test('after the last key the moment counts as visited', async () => {
  const { past, keys } = await scrubbing()
  keys.moveBy(-10)
  keys.moveBy(-10)
  await vi.advanceTimersByTimeAsync(1000)
  expect([past.shownStep, past.canGoBack, keys.aimed.value]).toEqual([4980, true, null])
})

// Cause: the bar waited for another key, and then visited its own step again.
test.each<[string, (past: ReturnType<typeof usePast>) => unknown, number | null]>([
  ['another visit', past => past.visit(500), 500],
  ['the way back to now', (past) => { past.leave() }, null],
])('soon after a key, %s stands', async (_, go, step) => {
  const { past, keys } = await scrubbing()
  keys.moveBy(-Infinity)
  await vi.advanceTimersByTimeAsync(50)
  expect(past.shownStep).toBe(0)
  void go(past)
  await vi.advanceTimersByTimeAsync(1000)
  expect(past.shownStep).toBe(step)
})
