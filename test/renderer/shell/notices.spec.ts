import { flushPromises } from '@vue/test-utils'
import { afterEach, expect, test, vi } from 'vitest'
import Notices from '../../../renderer/shell/Notices.vue'
import { useNotices } from '../../../renderer/stores/notices'
import { fakeMain, show } from '../lab'

afterEach(() => { vi.unstubAllGlobals(); document.body.replaceChildren() })

// Cause: "sample.safetensors", a name that appears nowhere else, at "step 2795" beside "step 2,795".
test('the lab’s own files have the names that Files gives them, and steps are grouped', async () => {
  fakeMain()
  const view = await show(Notices)
  useNotices().note('files.gap.optimizer', { name: 'sample.safetensors', step: 2795 })
  useNotices().done('files.opened', { name: 'sample.safetensors' })
  await flushPromises()
  expect(view.text()).toContain('“Sample weights” holds')
  expect(view.text()).toContain('from step 2,795')
  expect(view.text()).toContain('Opened “Sample weights”')
})

test('a file of the user keeps its name', async () => {
  fakeMain()
  const passing = await show(Notices)
  useNotices().done('files.saved', { name: 'mine.safetensors' })
  await flushPromises()
  expect(passing.text()).toContain('Saved as “mine.safetensors”')
})
