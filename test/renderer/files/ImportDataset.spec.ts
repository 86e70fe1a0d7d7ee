import type { DatasetPreview } from '@contract'
import { LabError, usualTestShare } from '@core'
import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import ImportDataset from '../../../renderer/files/ImportDataset.vue'
import { useDatasetImport } from '../../../renderer/stores/dataset-import'
import { useNotices } from '../../../renderer/stores/notices'
import { infoOf } from '../../fixtures/dataset-info'
import { bandFiles } from '../../fixtures/idx-files'
import { recordCanvases } from '../canvas'
import { fakeMain, show } from '../lab'

const [rows, columns, classes] = [20, 30, 7]
const { trainImages, trainLabels, testLabels } = bandFiles({ rows, columns, classes })
/** Behind the headers of images (16 bytes) and of labels (8 bytes), which take two bytes each */
const imageAt = (n: number) => trainImages.slice(16 + n * rows * columns, 16 + (n + 1) * rows * columns)
const labelsIn = (file: Uint8Array) => Array.from({ length: (file.length - 8) / 2 }, (_, n) => 256 * file[8 + 2 * n]! + file[9 + 2 * n]!)
const [trained, tested] = [labelsIn(trainLabels), labelsIn(testLabels)]
const preview: DatasetPreview = {
  handle: 'h', kind: 'idx', name: 'Bands', shape: [1, rows, columns], counts: { train: 700, test: 140 }, sizes: [], isDark: false, problems: [], known: null, existing: null, licence: '', source: 'a, b',
  classes: Array.from({ length: classes }, (_, c) => ({ name: String(c), train: trained.filter(label => label === c).length, test: tested.filter(label => label === c).length, samples: [imageAt(trained.indexOf(c))] })),
}

beforeEach(() => { recordCanvases() })
afterEach(() => { vi.restoreAllMocks(); vi.unstubAllGlobals(); document.body.replaceChildren() })

async function dialog(found: DatasetPreview, answers: Parameters<typeof fakeMain>[0] = {}) {
  const main = fakeMain({ 'data:preview': () => found, 'data:dismiss': () => null, 'data:import': () => ({ info: infoOf({ id: 'bands-1', rows, columns, classes, train: 700, test: 140 }), outcome: 'new' }), ...answers })
  const view = await show(defineComponent(() => () => useDatasetImport().isOpen ? h(ImportDataset) : null))
  await useDatasetImport().choose('files')
  await flushPromises()
  return { main, view, store: useDatasetImport() }
}

test('images of 20×30 pixels in 7 classes are shown by class, and imported with the names that are given', async () => {
  const { main, view, store } = await dialog(preview)
  expect(view.get('.facts').text()).toBe('IDX files20×30 pixels700 training images140 test images')
  expect(view.text()).not.toContain('held out')
  const listed = view.findAll('.classes li')
  expect(listed.map(item => item.get('.count').text())).toEqual(preview.classes.map(({ train, test }) => `${train} + ${test} for testing`))
  expect(listed.map(item => item.findAll('canvas').map(({ element }) => [element.width, element.height]))).toEqual(listed.map(() => [[30, 20]]))
  await listed[3]!.get('input').setValue(' middle ')
  await view.get('form').trigger('submit')
  await flushPromises()
  expect(main.asked('data:import')).toEqual([{ handle: 'h', name: 'Bands', classes: ['0', '1', '2', 'middle', '4', '5', '6'], test: usualTestShare }])
  expect([store.isOpen, useNotices().passing.map(({ key }) => key)]).toEqual([false, ['datasets.import.new']])
})

test('without test images the share that is held out is chosen, and names that stay are not sent', async () => {
  const { main, view } = await dialog({ ...preview, counts: { train: 700, test: null } })
  expect(view.get('.facts').text()).toContain('630 training images70 test images, held out')
  await view.findAll('select').at(-1)!.setValue('0.2')
  expect(view.get('.facts').text()).toContain('560 training images140 test images, held out')
  await view.get('form').trigger('submit')
  await flushPromises()
  expect(main.asked('data:import')).toMatchObject([{ classes: null, test: { share: 0.2 } }])
})

test('what was found wrong is shown before the import, and a refused name afterwards, with everything as it was typed', async () => {
  const problem = { code: 'dataset.unusedClasses', message: 'no', details: { n: 690, all: 701, last: '700' } } as const
  const { view, store } = await dialog({ ...preview, problems: [problem] }, { 'data:import': () => { throw new LabError('dataset.nameTaken', 'taken', { name: 'Taken' }) } })
  expect(view.get('.problems').text()).toBe('Classes without any image: 690 of 701; the last class is 700. Is a label wrong?')
  await view.get('.fields input').setValue('Taken')
  await view.get('form').trigger('submit')
  await flushPromises()
  expect(view.get('[role=alert]').text()).toContain('Taken')
  expect([store.isOpen, view.get<HTMLInputElement>('.fields input').element.value]).toEqual([true, 'Taken'])
})
