import { flushPromises } from '@vue/test-utils'
import { afterEach, expect, test, vi } from 'vitest'
import RunTitle from '../../../renderer/train/RunTitle.vue'
import { usePast } from '../../../renderer/stores/past'
import { useRun } from '../../../renderer/stores/run'
import { useRuns } from '../../../renderer/stores/runs'
import { defaultConfig } from '@core'
import { idOf, runEntry } from '../files/run-entry'
import { fakeMain, runState, show, soFar } from '../lab'

afterEach(() => { vi.unstubAllGlobals(); document.body.replaceChildren() })

test('Train shows the name that its run was given, and a new one as soon as Files has it', async () => {
  let name = ''
  fakeMain({ 'run:read': () => soFar(runState({ step: 5 })), 'past:read': () => ({ id: idOf(1), name, first: 0, last: 5, beginning: defaultConfig, checkpoints: [0], bookmarks: [] }), 'runs:list': () => [runEntry({ name: 'Slower', current: true }), runEntry({ id: idOf(2), name: 'Other' })] })
  const view = await show(RunTitle)
  await useRun().load()
  await flushPromises()
  expect(view.text()).toBe('')
  name = 'Slow from 165'
  await usePast().refresh()
  await flushPromises()
  expect(view.text()).toBe('Slow from 165')
  await useRuns().refresh()
  await flushPromises()
  expect(view.text()).toBe('Slower')
})
