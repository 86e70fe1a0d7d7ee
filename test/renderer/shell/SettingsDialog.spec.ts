import { LabError } from '@core'
import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, test, vi } from 'vitest'
import SettingsDialog from '../../../renderer/shell/SettingsDialog.vue'
import Transport from '../../../renderer/train/Transport.vue'
import { useNotices } from '../../../renderer/stores/notices'
import { useRun } from '../../../renderer/stores/run'
import { fakeMain, settings, show } from '../lab'

afterEach(() => { vi.unstubAllGlobals(); document.body.replaceChildren() })

async function dialog(answers: Parameters<typeof fakeMain>[0] = {}) {
  const main = fakeMain(answers)
  const view = await show(SettingsDialog, { open: true })
  await flushPromises()
  const choose = async (label: string) => { await view.findAll('label').find(node => node.text() === label)!.get('input').setValue(true); await flushPromises() }
  return { main, view, choose }
}

describe('the settings', () => {
  test('a language applies at once, and is saved', async () => {
    const { main, view, choose } = await dialog()
    await choose('日本語')
    expect(view.get('h1').text()).toBe('設定')
    expect(document.documentElement.lang).toBe('ja')
    expect(main.asked('settings:write')).toEqual([{ locale: 'ja' }])
  })

  test('every language is named in itself, and the system’s is marked', async () => {
    const { view } = await dialog()
    expect(view.findAll('label').slice(0, 4).map(node => node.text())).toEqual(['System (English)', '한국어', 'English', '日本語'])
  })

  test('a theme applies at once, and is saved', async () => {
    const { main, choose } = await dialog()
    await choose('Dark')
    expect(document.documentElement.dataset['theme']).toBe('dark')
    expect(main.asked('settings:write')).toEqual([{ theme: 'dark' }])
  })

  test('the limits of the runs are chosen, and saved', async () => {
    const { main, view } = await dialog()
    const [one, all] = view.findAll('select')
    expect([one!, all!].map(({ element }) => element.selectedOptions[0]?.text)).toEqual(['512 MB', '4 GB'])
    await one!.setValue('1024')
    await all!.setValue('16')
    await vi.waitFor(() => expect(main.asked('settings:write')).toEqual([{ runMb: 1024 }, { allRunsGb: 16 }]))
  })

  test('threads are chosen at level Everything, up to the number of cores, and saved', async () => {
    const { main, view } = await dialog({ 'settings:read': () => ({ ...settings, level: 'everything' }) })
    const select = view.get('select')
    expect(select.findAll('option').map(option => option.text())).toEqual(['Automatic (at most 3)', '1', '2', '3', '4'])
    await select.setValue('2')
    await select.setValue('auto')
    await flushPromises()
    expect(main.asked('settings:write')).toEqual([{ threads: 2 }, { threads: 'auto' }])
  })

  test('threads are hidden at level Chapter 5', async () => {
    const { view } = await dialog()
    expect(view.text()).not.toContain('Threads for training')
  })

  test('settings that could not be saved are reported', async () => {
    const { choose } = await dialog({ 'settings:write': () => { throw new LabError('file.full', 'full', { file: 'settings.json' }) } })
    await choose('Dark')
    expect(useNotices().notices.map(({ key }) => key)).toEqual(['errors.file.full'])
  })

  test('shows version, runtime and licences', async () => {
    const { view } = await dialog()
    for (const part of ['Backprop Lab 0.1.0', 'Electron 45.0.0', 'MIT', 'CC BY-SA 3.0']) expect(view.text()).toContain(part)
  })
})

test.each([[{ backend: 'wasm-wide-simd', operationsPerSecond: 118.24e9 }, '118 billion operations'], [{ backend: 'reference-float32', operationsPerSecond: null }, 'Not known without SIMD']] as const)('the speed is measured on request: %o', async (speed, text) => {
  const { main, view } = await dialog({ 'kernels:speed': () => speed })
  await useRun().load()
  await flushPromises()
  expect([main.asked('kernels:speed'), view.get('[role=status]').text()]).toEqual([[], ''])
  await view.findAll('button').find(node => node.text() === 'Measure')!.trigger('click')
  await flushPromises()
  expect(main.asked('kernels:speed')).toHaveLength(1)
  expect(view.get('[role=status]').text()).toContain(text)
})

test('the settings name the backend, and Train’s row of numbers does not', async () => {
  const { view } = await dialog()
  await useRun().load()
  await flushPromises()
  expect(view.text()).toContain('wasm-relaxed-simd, threads: 1')
  const transport = await show(Transport)
  expect(transport.text()).toContain('Epoch')
  expect(transport.text()).not.toContain('simd')
})
