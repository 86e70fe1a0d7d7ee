import { flushPromises } from '@vue/test-utils'
import { afterEach, expect, test, vi } from 'vitest'
import RunList from '../../../renderer/files/RunList.vue'
import { fakeMain, show } from '../lab'
import { idOf, runEntry } from './run-entry'

afterEach(() => { vi.unstubAllGlobals(); document.body.replaceChildren() })

const many = Array.from({ length: 200 }, (_, i) => runEntry({ id: idOf(i + 1), name: `Run ${i + 1}` }))

async function list(entries = many) {
  fakeMain()
  const view = await show(RunList, { entries, chosen: idOf(1), marked: null, onChoose: async (chosen: string) => { await view.setProps({ chosen }) } })
  return { view, rows: () => view.findAll('[role=option]') }
}

// Cause: 200 rows at once took the time of several frames.
test('rows are made as they come near, and each says its place among all', async () => {
  const { view, rows } = await list()
  expect(rows().length).toBe(40)
  expect([rows()[0]!.attributes('aria-posinset'), rows()[0]!.attributes('aria-setsize')]).toEqual(['1', '200'])
  Object.defineProperties(view.element, { clientHeight: { value: 500 }, scrollHeight: { get: () => 52 * rows().length } })
  view.element.scrollTop = 900
  await view.trigger('scroll')
  expect(rows().length).toBe(40)
  view.element.scrollTop = 1500
  await view.trigger('scroll')
  expect(rows().length).toBe(80)
})

test('End reaches the last one, and the arrow keys every one', async () => {
  const { view, rows } = await list()
  const press = async (key: string) => {
    await view.trigger('keydown', { key })
    await flushPromises()
    return document.activeElement?.getAttribute('data-run')
  }
  rows()[0]!.element.dispatchEvent(new Event('focus'))
  for (let at = 2; at <= 60; at++) expect(await press('ArrowDown')).toBe(idOf(at))
  expect(await press('End')).toBe(idOf(200))
  expect(rows().length).toBe(200)
  expect(await press('Home')).toBe(idOf(1))
})

test('begins again with few rows when a search ends', async () => {
  const { view, rows } = await list()
  await view.trigger('keydown', { key: 'End' })
  await flushPromises()
  await view.setProps({ entries: many.slice(0, 3), chosen: idOf(1) })
  expect(rows().length).toBe(3)
  await view.setProps({ entries: many })
  expect(rows().length).toBe(40)
  await view.setProps({ entries: many.slice(99, 102), chosen: idOf(101) })
  await view.setProps({ entries: many })
  expect(rows().length).toBe(140) // as far as the chosen one, and some more
})
