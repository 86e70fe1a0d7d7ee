import { flushPromises } from '@vue/test-utils'
import { afterEach, expect, test, vi } from 'vitest'
import PausedNote from '../../../renderer/past/PausedNote.vue'
import { usePast } from '../../../renderer/stores/past'
import { fakeMain, show } from '../lab'

afterEach(() => { vi.unstubAllGlobals(); document.body.replaceChildren() })

test('the training that is paused for its past is told with the amounts, until it goes on', async () => {
  const main = fakeMain({ 'past:leave': () => null, 'past:read': () => null })
  usePast().load()
  const view = await show(PausedNote)
  expect(view.text()).toBe('')
  main.tell('past:paused', { wanted: 1586, max: 1024 })
  await flushPromises()
  expect(view.get('[role="status"]').text()).toBe('Training is paused while its past is visited: both together take 1,586 MB of memory; 1,024 MB are allowed.')
  main.tell('past:paused', null)
  await flushPromises()
  expect(view.text()).toBe('')
})
