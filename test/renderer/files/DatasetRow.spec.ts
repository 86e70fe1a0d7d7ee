import type { DatasetListing } from '@contract'
import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import DatasetRow from '../../../renderer/files/DatasetRow.vue'
import { useDatasets } from '../../../renderer/stores/datasets'
import { useNotices } from '../../../renderer/stores/notices'
import { infoOf } from '../../fixtures/dataset-info'
import { fakeMain, show } from '../lab'

beforeEach(() => { Object.assign(HTMLElement.prototype, { hidePopover: () => undefined }) }) // happy-dom has no popovers
afterEach(() => { Reflect.deleteProperty(HTMLElement.prototype, 'hidePopover'); vi.unstubAllGlobals(); document.body.replaceChildren() })

const bands = infoOf({ id: 'bands-1', rows: 20, columns: 30, classes: 7, train: 700, test: 140 })
const entry: DatasetListing = { id: bands.id, info: bands, problem: null, disk: { folder: '/data/bands-1', bytes: 504_000, verifiedAt: null } }
const press = async (text: string) => {
  [...document.querySelectorAll('button')].find(button => button.textContent.trim() === text)!.click()
  await flushPromises()
}

// Cause: the question was gone, and with it its listener, before it said that the answer was yes.
test('a dataset goes to the trash after a question, and comes back', async () => {
  const main = fakeMain({
    'data:samples': () => ({ shape: bands.shape, images: [], labels: [] }),
    'data:remove': () => ({ listings: [], canRestore: true }),
    'data:restore': () => [entry],
  })
  await show(DatasetRow, { entry })
  useDatasets().entries = [entry]
  await press('Move to the trash…')
  expect(document.querySelector('dialog')!.textContent).toContain(bands.name)
  await press('Keep it')
  expect(main.asked('data:remove')).toEqual([])
  await press('Move to the trash…')
  await press('Move to trash')
  expect([main.asked('data:remove'), useDatasets().entries]).toEqual([[{ id: 'bands-1' }], []])
  useNotices().passing[0]!.action!.run()
  await flushPromises()
  expect([main.asked('data:restore'), useDatasets().entries]).toEqual([[{ id: 'bands-1' }], [entry]])
})

test('a damaged dataset names the entries of its menu that repair it', async () => {
  fakeMain()
  const problem = { code: 'dataset.changed', message: 'no', details: { name: 'bands-1', file: 'train-images.idx', found: '3 bytes' } } as const
  const textOf = async (entry: DatasetListing) => (await show(DatasetRow, { entry })).get('.problem').text()
  expect(await textOf({ ...entry, problem })).toMatch(/Import it again\. Its menu has “Repair from its files…” and “Repair from its folder…” for this\.$/)
  expect(await textOf({ ...entry, info: null, problem })).toMatch(/Import it again\.$/)
})
