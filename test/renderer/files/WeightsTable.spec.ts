import type { WeightsEntry } from '@contract'
import { LabError } from '@core'
import { flushPromises } from '@vue/test-utils'
import { afterEach, expect, test, vi } from 'vitest'
import { nextTick } from 'vue'
import WeightsTable from '../../../renderer/files/WeightsTable.vue'
import { useFiles } from '../../../renderer/stores/files'
import { useNotices } from '../../../renderer/stores/notices'
import { useRoom } from '../../../renderer/stores/room'
import { useRun } from '../../../renderer/stores/run'
import { perceptron } from '../../fixtures/run-config'
import { fakeMain, runState, show, soFar } from '../lab'

HTMLElement.prototype.hidePopover = () => undefined // not in this DOM
afterEach(() => { vi.unstubAllGlobals(); document.body.replaceChildren() })

const entry = (handle: string, patch: Partial<WeightsEntry> = {}): WeightsEntry => ({
  handle, kind: 'file', name: `${handle}.safetensors`, folder: '/home/me', savedAt: 0, bytes: 160_000, problem: null, runId: null,
  summary: { architecture: perceptron([784, 50, 10]), dataset: 'MNIST', step: 7, testAccuracy: 0.9, weightsSha256: null }, ...patch,
})
const sample = entry('sample', { kind: 'sample', name: 'sample.safetensors', folder: '' })
const gone = entry('gone', { summary: null, savedAt: null, bytes: null, problem: { code: 'file.missing', message: '', details: { file: 'gone.safetensors' } } })

async function table(entries: readonly WeightsEntry[], answers: Parameters<typeof fakeMain>[0] = {}) {
  let list = entries
  const changed = (handle: string, next: readonly WeightsEntry[]) => { list = next; return { handle, entries: next } }
  const main = fakeMain({ 'weights:list': () => list, 'run:read': () => soFar(runState({ runId: 3 })), 'weights:open': () => runState({ runId: 4 }), 'weights:bytes': () => null, ...answers })
  useRoom().go('files')
  const view = await show(WeightsTable)
  await useRun().load()
  await useFiles().refresh()
  await flushPromises()
  const rows = () => view.findAll('tbody tr')
  const row = (name: string) => rows().find(row => row.text().includes(name))!
  const button = (text: string) => view.findAll('button').find(button => [button.text(), button.attributes('aria-label')].includes(text))!
  return {
    main, view, rows, row, button, changed, notices: () => useNotices().notices,
    /** Names of the rows */
    names: () => rows().map(row => row.get('.name').text()),
    /** Presses a key where the focus is, after which the window's own listener gets it. */
    press: async (key: string) => {
      document.activeElement!.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
      await flushPromises()
      await nextTick()
    },
    focused: () => document.activeElement?.querySelector('.name')?.textContent ?? document.activeElement?.tagName,
    choose: async (name: string, text: string) => {
      await row(name).findAll('button').find(button => button.text() === text)!.trigger('click')
      await flushPromises()
      await nextTick()
    },
  }
}
const focus = (row: { element: Element }) => { (row.element as HTMLElement).focus() }

test('the rows are one stop of the Tab key, with arrow keys between them; Enter shows the details', async () => {
  const { main, rows, press, focused } = await table([sample, entry('a'), entry('b')])
  expect(rows().map(row => row.attributes('tabindex'))).toEqual(['0', '-1', '-1'])
  focus(rows()[0]!)
  await press('ArrowDown')
  expect(focused()).toBe('a.safetensors')
  await press('End')
  await press('ArrowDown')
  expect(focused()).toBe('b.safetensors')
  expect(rows().map(row => row.attributes('tabindex'))).toEqual(['-1', '-1', '0'])
  await press('Enter')
  expect(main.asked('weights:bytes')).toEqual([{ handle: 'b' }])
})

test('F2 renames in place; Enter takes the name, and the notice undoes it', async () => {
  const [before, renamed] = [[sample, entry('a'), entry('b')], [sample, entry('n', { name: 'new.safetensors' }), entry('b')]]
  const { main, view, rows, press, focused, names, notices, changed } = await table(before, {
    'weights:rename': ({ handle }) => handle === 'a' ? changed('n', renamed) : changed('a', before),
  })
  focus(rows()[1]!)
  await press('F2')
  const field = view.get<HTMLInputElement>('input')
  expect([field.element.value, document.activeElement === field.element]).toEqual(['a', true])
  await field.setValue(' new ')
  await press('Enter')
  expect(main.asked('weights:rename')).toEqual([{ handle: 'a', name: 'new' }])
  expect([names(), focused()]).toEqual([['Sample weights', 'new.safetensors', 'b.safetensors'], 'new.safetensors'])
  expect(notices()[0]).toMatchObject({ key: 'files.done.renamed', parameters: { before: 'a.safetensors', name: 'new.safetensors' } })
  notices()[0]!.action!.run()
  await flushPromises()
  expect(main.asked('weights:rename')[1]).toEqual({ handle: 'n', name: 'a' })
  expect(names()).toContain('a.safetensors')
})

test('Escape leaves the name, and a name that is taken is refused', async () => {
  const { main, view, rows, press, notices, focused } = await table([entry('a')], { 'weights:rename': () => { throw new LabError('file.exists', '', { file: 'b.safetensors' }) } })
  focus(rows()[0]!)
  await press('F2')
  await view.get('input').setValue('b')
  await press('Escape')
  expect([main.asked('weights:rename'), focused()]).toEqual([[], 'a.safetensors'])
  await press('F2')
  await view.get('input').setValue('b')
  await press('Enter')
  expect(notices().map(({ key }) => key)).toEqual(['errors.file.exists'])
  expect(view.text()).toContain('a.safetensors')
})

test('Delete asks, then moves the file to the trash; the next row has the focus, and the notice undoes it', async () => {
  const all = [sample, entry('a'), entry('b')]
  const { main, view, rows, press, button, names, focused, notices, changed } = await table(all, { 'weights:remove': () => ({ entries: [sample, entry('b')], own: true }), 'weights:restore': () => changed('a', all) })
  focus(rows()[1]!)
  await press('Delete')
  expect(view.get('dialog').text()).toContain('“a.safetensors” takes 160 kB.')
  await button('Keep it').trigger('click')
  expect(main.asked('weights:remove')).toEqual([])
  focus(rows()[1]!)
  await press('Delete')
  await button('Move to trash').trigger('click')
  await flushPromises()
  expect(main.asked('weights:remove')).toEqual([{ handle: 'a' }])
  expect([names(), focused()]).toEqual([['Sample weights', 'b.safetensors'], 'b.safetensors'])
  expect(notices()[0]).toMatchObject({ key: 'runs.remove.doneOwn', parameters: { name: 'a.safetensors' } })
  notices()[0]!.action!.run()
  await flushPromises()
  expect([main.asked('weights:restore'), names()]).toEqual([[{ handle: 'a' }], ['Sample weights', 'a.safetensors', 'b.safetensors']])
})

test('the system’s trash is named, and offers no undo here', async () => {
  const { rows, press, button, notices } = await table([entry('a')], { 'weights:remove': () => ({ entries: [], own: false }) })
  focus(rows()[0]!)
  await press('Delete')
  await button('Move to trash').trigger('click')
  await flushPromises()
  expect(notices().map(({ key, action }) => [key, action])).toEqual([['runs.remove.done', undefined]])
})

test('the menu has the rest: a copy, the folder, and leaving the list, which can be undone', async () => {
  const all = [entry('a'), entry('b')]
  const { main, choose, names, focused, notices, changed } = await table(all, {
    'weights:duplicate': () => changed('a2', [entry('a'), entry('a2', { name: 'a 2.safetensors' }), entry('b')]), 'weights:reveal': () => null,
    'weights:forget': () => [entry('b')], 'weights:restore': () => changed('a', all),
  })
  await choose('a.safetensors', 'Duplicate')
  expect([names(), focused()]).toEqual([['a.safetensors', 'a 2.safetensors', 'b.safetensors'], 'a 2.safetensors'])
  await choose('a.safetensors', 'Show in its folder')
  await choose('a.safetensors', 'Remove from the list')
  expect([main.asked('weights:duplicate'), main.asked('weights:reveal'), main.asked('weights:forget'), names()]).toEqual([[{ handle: 'a' }], [{ handle: 'a' }], [{ handle: 'a' }], ['b.safetensors']])
  expect(notices().map(({ key }) => key)).toEqual(['files.done.duplicated', 'files.done.forgotten'])
  notices()[1]!.action!.run()
  await flushPromises()
  expect(names()).toEqual(['a.safetensors', 'b.safetensors'])
})

test('the sample has no file: no key changes it', async () => {
  const { view, rows, press } = await table([sample])
  focus(rows()[0]!)
  for (const key of ['F2', 'Delete']) await press(key)
  expect([view.find('input').exists(), view.find('dialog[open]').exists()]).toEqual([false, false])
})

test('a missing file says what to do, and can only leave the list', async () => {
  const { row, press, view } = await table([sample, gone])
  expect(row('gone').text()).toMatch(/does not exist.*open it at its new place with “Open…”/)
  expect(row('gone').findAll('button').map(button => button.text())).toEqual(['Remove from list'])
  focus(row('gone'))
  for (const key of ['F2', 'Delete', 'Enter']) await press(key)
  expect([view.find('input').exists(), view.find('dialog[open]').exists()]).toEqual([false, false])
})

test('the file that the run is saved to says so, until another run is there', async () => {
  const { row } = await table([entry('a', { runId: 3 }), entry('b', { runId: 2 })])
  expect([row('a.').text().includes('in Train now'), row('b.').text().includes('in Train now')]).toEqual([true, false])
  expect(useFiles().current?.handle).toBe('a')
  useRun().accept(runState({ runId: 5 }))
  await nextTick()
  expect([row('a.').text().includes('in Train now'), useFiles().current]).toEqual([false, null])
})
