import { LabError, writtenFormats } from '@core'
import { flushPromises } from '@vue/test-utils'
import { afterEach, expect, test } from 'vitest'
import ExportDialog from '../../../renderer/files/ExportDialog.vue'
import { useNotices } from '../../../renderer/stores/notices'
import { fakeMain, show } from '../lab'

afterEach(() => { document.body.replaceChildren() })

const shown = async (of: { run: string | null } | { handle: string }) => {
  const view = await show(ExportDialog, { of, open: true })
  await flushPromises()
  return view
}
const save = async (view: Awaited<ReturnType<typeof shown>>) => {
  await view.get('footer .primary').trigger('click')
  await flushPromises()
}

test('offers each format that can be written, with what it is for; the file is named, and shown in its folder', async () => {
  const main = fakeMain({ 'weights:export': () => ({ id: 'f1', name: 'mine.npz' }), 'file:reveal': () => null })
  const view = await shown({ handle: 'a1' })
  expect(view.findAll('label')).toHaveLength(writtenFormats.length)
  await view.get('input[value=npz]').setValue()
  await save(view)
  expect(main.asked('weights:export')).toEqual([{ of: { handle: 'a1' }, format: 'npz' }])
  expect(view.emitted('update:open')).toEqual([[false]])
  const notice = useNotices().notices.at(-1)!
  expect(notice).toMatchObject({ key: 'files.export.saved', parameters: { name: 'mine.npz' }, action: { key: 'files.menu.reveal' } })
  notice.action!.run()
  await flushPromises()
  expect(main.asked('file:reveal')).toEqual([{ id: 'f1' }])
})

test('a cancelled dialog leaves it open', async () => {
  const main = fakeMain({ 'weights:export': () => null })
  const view = await shown({ run: null })
  await save(view)
  expect([main.asked('weights:export'), view.emitted('update:open'), useNotices().notices]).toEqual([[{ of: { run: null }, format: 'safetensors' }], undefined, []])
})

test('a disk that is full is told in a sentence, and another attempt is possible', async () => {
  fakeMain({ 'weights:export': () => Promise.reject(new LabError('file.full', 'no space', { file: 'mine.onnx' })) })
  const view = await shown({ run: 'a1' })
  await save(view)
  expect(useNotices().notices.at(-1)).toMatchObject({ kind: 'error', key: 'errors.file.full' })
  expect([view.emitted('update:open'), view.get('footer .primary').attributes('disabled')]).toEqual([undefined, undefined])
})
