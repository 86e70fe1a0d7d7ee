import { type OpenQuestion } from '@contract'
import { flushPromises } from '@vue/test-utils'
import { afterEach, expect, test, vi } from 'vitest'
import ChoiceDialog from '../../../renderer/files/ChoiceDialog.vue'
import { useFiles } from '../../../renderer/stores/files'
import { useNotices } from '../../../renderer/stores/notices'
import { useOpenFile } from '../../../renderer/stores/open-file'
import { useRun } from '../../../renderer/stores/run'
import { fakeMain, runState, show, soFar } from '../lab'

afterEach(() => { vi.unstubAllGlobals(); document.body.replaceChildren() })

const question: OpenQuestion = {
  id: 'q1', name: 'params.npz', open: ['activation', 'normalization'], dataset: 'MNIST', images: 1000,
  choices: [{ choice: { activation: 'sigmoid', normalization: 'unit' }, accuracy: 0.931 }, { choice: { activation: 'relu', normalization: 'bytes' }, accuracy: 0.1 }],
}
const opened = runState({ runId: 2, origin: { from: 'file', name: 'params.npz', step: 0 } })

async function dialog(asked = question, answers: Parameters<typeof fakeMain>[0] = {}) {
  const main = fakeMain({ 'file:open': () => ({ kind: 'question', question: asked }), 'file:answer': () => opened, 'weights:list': () => [], 'run:read': () => soFar(runState({ runId: 1 })), 'run:left': () => null, ...answers })
  await useRun().load()
  await useOpenFile().open()
  const view = await show(ChoiceDialog, { question: useFiles().question! })
  await flushPromises()
  return { main, view, press: async (text: string) => { await view.findAll('button').find(button => button.text() === text)!.trigger('click'); await flushPromises() } }
}

test('shows each choice with its accuracy, the best first and chosen, and opens it', async () => {
  const { main, view, press } = await dialog()
  expect(view.findAll('label').map(label => label.text().replace(/\s+/g, ' '))).toEqual([expect.stringMatching(/^Sigmoid · pixels from 0 to 1.*93\.1%$/), expect.stringMatching(/^ReLU · pixels from 0 to 255.*10\.0%$/)])
  expect(view.text()).toContain('1,000 training images of MNIST')
  expect(view.findAll<HTMLInputElement>('input').map(({ element }) => element.checked)).toEqual([true, false])
  await press('Open with this choice')
  expect([main.asked('file:answer'), useFiles().question, useRun().state?.runId]).toEqual([[{ id: 'q1', choice: 0 }], null, 2])
  expect(useNotices().notices.map(({ key }) => key)).toEqual(['files.opened'])
})

test('another choice can be taken', async () => {
  const { main, view, press } = await dialog()
  await view.findAll('input')[1]!.setValue()
  await press('Open with this choice')
  expect(main.asked('file:answer')).toEqual([{ id: 'q1', choice: 1 }])
})

test('says when no choice reads the images, and opens nothing unless it is asked to', async () => {
  const { main, view, press } = await dialog({ ...question, open: ['activation'], choices: [{ choice: { activation: 'relu' }, accuracy: 0.12 }] })
  expect(view.text()).toContain('No choice reads most of the images')
  await press('Do not open')
  expect([main.asked('file:answer'), useFiles().question, useRun().state?.runId]).toEqual([[], null, 1])
})
