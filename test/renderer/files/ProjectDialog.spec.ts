import { LabError } from '@core'
import { flushPromises } from '@vue/test-utils'
import { afterEach, expect, test } from 'vitest'
import ProjectDialog from '../../../renderer/files/ProjectDialog.vue'
import { useNotices } from '../../../renderer/stores/notices'
import { fakeMain, show } from '../lab'

afterEach(() => { document.body.replaceChildren() })

const shown = async (of: { run: string } | { handle: string }) => {
  const view = await show(ProjectDialog, { of, name: 'First', open: true })
  await flushPromises()
  return view
}

test('a run is saved with its images, or without them', async () => {
  const asked: unknown[] = []
  fakeMain({ 'runs:project': (arg) => { asked.push(arg); return { id: 'f1', name: 'First PyTorch' } } })
  const view = await shown({ run: 'a1' })
  expect(view.text()).not.toContain('no state of the optimizer')
  await view.get('footer .primary').trigger('click')
  await flushPromises()
  expect(asked).toEqual([{ id: 'a1', name: 'First PyTorch', withData: true }])
  expect(useNotices().notices.at(-1)).toMatchObject({ key: 'runs.project.saved', parameters: { name: 'First PyTorch' }, action: { key: 'files.menu.reveal' } })
  expect(view.emitted('update:open')).toEqual([[false]])

  const again = await shown({ run: 'a1' })
  await again.get('input').setValue(false)
  await again.get('footer .primary').trigger('click')
  await flushPromises()
  expect(asked.at(-1)).toMatchObject({ withData: false })
})

test('of weights it says that the optimizer begins anew; a cancelled dialog leaves it open', async () => {
  fakeMain({ 'weights:project': () => null })
  const view = await shown({ handle: 'sample' })
  expect(view.text()).toContain('no state of the optimizer')
  await view.get('footer .primary').trigger('click')
  await flushPromises()
  expect([view.emitted('update:open'), useNotices().notices]).toEqual([undefined, []])
})

test('while it is written, nothing else can be asked for; an error is told', async () => {
  let end: (cause: unknown) => void = () => undefined
  fakeMain({ 'runs:project': () => new Promise((_, reject) => { end = reject }) })
  const view = await shown({ run: 'a1' })
  await view.get('footer .primary').trigger('click')
  expect([view.get('footer .primary').attributes('disabled'), view.get('[role=status]').text()]).toEqual(['', 'Writing…'])
  end(new LabError('export.notEmpty', 'not empty', { file: 'x' }))
  await flushPromises()
  expect(view.get('footer .primary').attributes('disabled')).toBeUndefined()
  expect(useNotices().notices.at(-1)).toMatchObject({ kind: 'error', key: 'errors.export.notEmpty' })
})
