import type { PastMoment } from '@contract'
import { defaultConfig } from '@core'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import PastLine from '../../../renderer/past/PastLine.vue'
import { usePast } from '../../../renderer/stores/past'
import { useRoom } from '../../../renderer/stores/room'
import { useRun } from '../../../renderer/stores/run'
import { fakeMain, runState, show, soFar } from '../lab'

beforeEach(() => { vi.useFakeTimers() })
afterEach(() => { vi.useRealTimers(); vi.unstubAllGlobals() })

test('says where a way leads that takes long, before it has come nearer, then how far it is; cancel ends it', async () => {
  let answer: (moment: PastMoment) => void = () => undefined
  const main = fakeMain({
    'run:read': () => soFar(runState({ step: 5000 })), 'past:leave': () => null,
    'past:read': () => ({ id: '0'.repeat(32), name: '', first: 0, last: 5000, beginning: defaultConfig, checkpoints: [0], bookmarks: [] }),
    'past:visit': () => new Promise((done) => { answer = done }),
  })
  useRoom().go('train')
  await useRun().load()
  const past = usePast()
  past.load()
  const view = await show(PastLine)
  await vi.advanceTimersByTimeAsync(10)
  void past.visit(40)
  await vi.advanceTimersByTimeAsync(100)
  expect(view.text()).toContain('Step 5,000') // a short way changes nothing
  await vi.advanceTimersByTimeAsync(200)
  expect(view.text()).toContain('Going to step 40…')
  main.tell('past:progress', { step: 10, from: 0, to: 40 })
  await vi.advanceTimersByTimeAsync(10)
  expect(view.text()).toContain('Learning again: 10/40')
  await view.findAll('button').find(button => button.text() === 'Cancel')!.trigger('click')
  answer({ state: runState({ runId: 1_000_000_001, step: 40 }), differsAt: null, stepMs: 1, exact: true })
  await vi.advanceTimersByTimeAsync(10)
  expect([view.text(), past.shownStep]).toEqual([expect.stringContaining('Step 5,000'), null])
})
