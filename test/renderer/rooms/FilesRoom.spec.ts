import type { FilesTab, WeightsEntry } from '@contract'
import { LabError, type LayerSpec, mnist } from '@core'
import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { effectScope } from 'vue'
import FilesRoom from '../../../renderer/rooms/FilesRoom.vue'
import { useShellCommands } from '../../../renderer/shell/useShellCommands'
import { useNotices } from '../../../renderer/stores/notices'
import { useRoom } from '../../../renderer/stores/room'
import { useRun } from '../../../renderer/stores/run'
import { useSketch } from '../../../renderer/stores/sketch/sketch'
import { fakeMain, info, runState, settings, show, soFar } from '../lab'
import { infoOf } from '../../fixtures/dataset-info'
import { perceptron } from '../../fixtures/run-config'
import { evaluation } from '../../fixtures/evaluation'

let scope = effectScope()
afterEach(() => { scope.stop(); vi.unstubAllGlobals(); document.body.replaceChildren() })

const sha = 'a56cb8ca'.padEnd(64, '0')
const entry = (patch: Partial<WeightsEntry>): WeightsEntry => ({
  handle: 'h1', kind: 'file', name: 'mine.safetensors', folder: '/home/me', savedAt: Date.UTC(2026, 10, 24, 3), bytes: 160_000, problem: null, runId: null,
  summary: { architecture: perceptron([784, 100, 10], 'sigmoid'), dataset: 'MNIST', step: 1234, testAccuracy: 0.943, weightsSha256: sha }, ...patch,
})
const sample = entry({ handle: 'sample', kind: 'sample', name: 'sample.safetensors', folder: '', savedAt: null })
const deleted = entry({ handle: 'h2', name: 'gone.safetensors', savedAt: null, bytes: null, summary: null, problem: { code: 'file.missing', message: 'gone', details: { file: 'gone.safetensors' } } })
const opened = runState({ runId: 2, step: 1234, origin: { from: 'file', name: 'mine.safetensors', step: 1234 } })

async function room(entries: () => readonly WeightsEntry[], answers: Parameters<typeof fakeMain>[0] = {}, filesTab: FilesTab = 'weights') {
  const main = fakeMain({ 'settings:read': () => ({ ...settings, filesTab }), 'weights:list': entries, 'weights:open': () => opened, 'weights:forget': () => [sample], 'weights:reveal': () => null, ...answers })
  scope = effectScope()
  scope.run(() => { useShellCommands({ openSettings: () => undefined }) })
  useRoom().go('files')
  const view = await show(FilesRoom)
  await useRun().load()
  await flushPromises()
  const row = (text: string) => view.findAll('tbody tr').find(row => row.text().includes(text))!
  const press = async (text: string | RegExp, within: { findAll: (selector: string) => ReturnType<typeof view.findAll> } = view) => {
    const matches = (name: string) => typeof text === 'string' ? name === text : text.test(name)
    await within.findAll('button').find(button => matches(button.attributes('aria-label') ?? button.text()))!.trigger('click')
    await flushPromises()
  }
  return { main, view, row, press, notices: () => useNotices().notices.map(({ kind, key, parameters }) => ({ kind, key, parameters })) }
}

describe('the tabs', () => {
  const tabs = (view: Awaited<ReturnType<typeof room>>['view']) => view.findAll('[role=tab]').map(tab => [tab.text(), tab.attributes('aria-selected')])

  test('show the runs, the weights or the datasets, and the choice is a setting', async () => {
    const { main, view } = await room(() => [sample], {}, 'runs')
    expect(tabs(view)).toEqual([['Runs', 'true'], ['Weights', 'false'], ['Datasets', 'false']])
    expect(view.get('[role=tabpanel]').text()).toContain('No runs yet.')
    await view.findAll('[role=tab]')[1]!.trigger('click')
    await flushPromises()
    expect(view.get('[role=tabpanel]').text()).toContain('Sample weights')
    expect(main.asked('settings:write')).toEqual([{ filesTab: 'weights' }])
  })

  test('are one stop of the Tab key, with arrow keys, Home and End between them', async () => {
    const { view } = await room(() => [sample], {}, 'runs')
    const press = async (key: string) => {
      await view.get('[role=tab][aria-selected=true]').trigger('keydown', { key })
      await flushPromises()
      return [document.activeElement?.textContent?.trim(), view.get('[role=tabpanel]').attributes('aria-label'), view.findAll('[role=tab][tabindex="0"]').length]
    }
    expect(await press('ArrowLeft')).toEqual(['Datasets', 'Datasets', 1])
    expect(await press('Home')).toEqual(['Runs', 'Runs', 1])
    expect(await press('ArrowRight')).toEqual(['Weights', 'Weights', 1])
    expect(await press('End')).toEqual(['Datasets', 'Datasets', 1])
  })
})

describe('the files room', () => {
  test('describes the contents of each file', async () => {
    const { row } = await room(() => [sample, entry({})])
    const text = row('mine.safetensors').text()
    for (const part of ['/home/me', '784-100-10', 'Sigmoid', '1,234', '94.3%', '160 kB', '2026', 'a56cb8ca']) expect(text).toContain(part)
    expect(row('Sample weights').text()).toContain('comes with the lab')
  })

  // Cause: 'Batch Norm, ReLU, Dropout' stood for every network of these sizes, whatever it had learned.
  test('tells networks of the same sizes apart: by their chain, their dataset and their loss', async () => {
    const layers: readonly LayerSpec[] = [{ kind: 'affine', units: 100 }, { kind: 'batchNormalization' }, { kind: 'relu' }, { kind: 'dropout', rate: 0.2 }, { kind: 'affine', units: 10 }]
    const clothes = entry({ name: 'a.safetensors', summary: { ...entry({}).summary!, architecture: { input: [784], layers, loss: 'softmaxWithLoss' }, dataset: 'Clothes' } })
    const squared = entry({ handle: 'h3', name: 'b.safetensors', summary: { ...entry({}).summary!, architecture: { input: [784], layers: [layers[0]!, layers[2]!, layers[4]!], loss: 'identityWithLoss' }, dataset: null } })
    const { row } = await room(() => [clothes, squared])
    expect(row('a.safetensors').get('.network').text()).toMatch(/^784 → Affine 100, Batch Norm, ReLU, Dropout 0\.2, Affine 10\s*Clothes · Softmax-with-Loss$/)
    expect(row('b.safetensors').get('.network').text()).toMatch(/^784-100-10 ReLU\s*dataset not named · Identity-with-Loss$/)
  })

  test('explains what to do next while nothing was saved', async () => {
    const { view } = await room(() => [sample])
    expect(view.text()).toContain('Nothing saved yet.')
    const { view: full } = await room(() => [sample, entry({})])
    expect(full.text()).not.toContain('Nothing saved yet.')
  })

  test('a deleted file says so, cannot be opened, and can be removed from the list', async () => {
    const { main, view, row, press } = await room(() => [sample, deleted])
    expect(row('gone.safetensors').text()).toContain('gone.safetensors does not exist')
    expect(row('gone.safetensors').findAll('button').map(button => button.text())).toEqual(['Remove from list'])
    await press('Remove from list')
    expect(main.asked('weights:forget')).toEqual([{ handle: 'h2' }])
    expect(view.text()).not.toContain('gone.safetensors')
  })

  // Cause: the list was read only when the room was entered, so a file deleted later was still offered.
  test('refreshes when the window gets the focus, and no longer once it is unmounted', async () => {
    let list: readonly WeightsEntry[] = [sample, entry({})]
    const { main, view } = await room(() => list)
    list = [sample, deleted]
    const before = main.asked('weights:list').length
    window.dispatchEvent(new Event('focus'))
    await flushPromises()
    expect(main.asked('weights:list')).toHaveLength(before + 1)
    expect(view.text()).toContain('gone.safetensors does not exist')
    view.unmount()
    window.dispatchEvent(new Event('focus'))
    await flushPromises()
    expect(main.asked('weights:list')).toHaveLength(before + 1)
  })

  test('a large file, whose numbers were not read for the list, has a dash instead of a fingerprint', async () => {
    const { row } = await room(() => [sample, entry({ summary: { ...entry({}).summary!, weightsSha256: null } })])
    expect(row('mine.safetensors').find('.sha').exists()).toBe(false)
    expect(row('mine.safetensors').text()).toContain('–')
  })

  test('the sample cannot be removed from the list, and has no folder', async () => {
    const { row } = await room(() => [sample])
    const names = (text: string) => row(text).findAll('.actions button').map(button => button.attributes('aria-label'))
    expect(names('Sample weights').filter(Boolean)).toEqual([expect.stringMatching(/^Open/), 'More for Sample weights'])
    expect(row('Sample weights').findAll('.menu button').map(button => button.text())).toEqual(['Details', 'Export the network…', 'Go on in PyTorch…'])
  })

  test('opening reports the file', async () => {
    const { main, row, press, notices } = await room(() => [sample, entry({})])
    await press(/^Open mine/, row('mine.safetensors'))
    expect(main.asked('weights:open')).toEqual([{ handle: 'h1' }])
    expect(notices()).toEqual([{ kind: 'done', key: 'files.opened', parameters: { name: 'mine.safetensors' } }])
  })

  test.each([[400, 'files.openedKept'], [40, 'files.opened']] as const)('and that the run before stays in the list of runs, if it is long enough to stay: %i steps', async (step, key) => {
    const { row, press, notices } = await room(() => [sample, entry({})], { 'run:left': () => ({ runId: 1, id: 'a'.repeat(32), step }) })
    await press(/^Open mine/, row('mine.safetensors'))
    expect(notices().map(({ key }) => key)).toEqual([key])
  })

  test.each([['activation', 'ReLU was assumed'], ['optimizer', 'not what its optimizer had gathered']] as const)('missing information in a file is said once, beside the network: %s', async (gap, words) => {
    const gapped = { ...opened, origin: { from: 'file', name: 'mine.safetensors', step: 1234, gaps: [gap] } } as const
    const { view, row, press, notices } = await room(() => [sample, entry({})], { 'weights:open': () => gapped })
    await press(/^Open mine/, row('mine.safetensors'))
    expect(notices()).toEqual([{ kind: 'done', key: 'files.opened', parameters: { name: 'mine.safetensors' } }])
    expect(view.get('[aria-label="The current network"]').text()).toContain(words)
  })

  test('a refused file leaves everything as it was and gives the reason', async () => {
    const { row, press, notices } = await room(() => [entry({})], { 'weights:open': () => { throw new LabError('safetensors.empty', 'empty', { file: 'mine.safetensors', wanted: 'a header', found: '0 bytes' }) } })
    await press(/^Open mine/, row('mine.safetensors'))
    expect(notices().map(({ kind, key }) => [kind, key])).toEqual([['error', 'errors.safetensors.empty']])
    expect(useRun().state?.runId).toBe(1)
  })

  test('a cancelled dialog says nothing', async () => {
    const { main, press, notices } = await room(() => [sample], { 'file:open': () => null, 'weights:save': () => null })
    await press('Open…')
    await press('Save the current weights…')
    expect(main.asked('file:open')).toHaveLength(1)
    expect(main.asked('weights:save')).toHaveLength(1)
    expect(notices()).toEqual([])
  })

  test('the whole SHA-256 is copied; if that fails, the notice contains it', async () => {
    const writeText = vi.fn((text: string) => text ? Promise.resolve() : Promise.reject(new TypeError('empty')))
    vi.stubGlobal('navigator', { clipboard: { writeText } })
    const { press, notices } = await room(() => [sample])
    await press(/^Copy the SHA-256/)
    expect(writeText).toHaveBeenCalledWith(sha)
    expect(notices().map(({ key }) => key)).toEqual(['files.copiedSha'])
    writeText.mockRejectedValueOnce(new DOMException('denied', 'NotAllowedError'))
    await press(/^Copy the SHA-256/)
    expect(notices().at(-1)).toMatchObject({ key: 'files.copyFailed', parameters: { text: sha } })
  })

  test.each([
    [1234, /test accuracy 91\.2%$/],
    [1200, /test accuracy 91\.2% \(at step 1,200\)$/], // it appeared next to step 1,234, at which it was not measured
    [0, /test accuracy 91\.2% \(at step 0\)$/],
  ])('the accuracy of the current network at step 1,234, measured at step %i, names its step if it is another one', async (step, words) => {
    const { view } = await room(() => [sample], { 'run:read': () => soFar(runState({ step: 1234, evaluation: evaluation(step, { test: 0.912 }) })) })
    expect(view.get('.facts').text()).toMatch(words)
  })

  test('the current network is described, with a link to draw with it', async () => {
    const { view, press } = await room(() => [sample], { 'run:read': () => soFar(opened) })
    expect(view.get('.facts').text()).toMatch(/784-50-10.*MNIST.*Softmax-with-Loss.*step 1,234/)
    expect(view.get('.origin').text()).toContain('mine.safetensors')
    await press('Draw with it')
    expect([useRoom().current, useSketch().sources.room]).toEqual(['draw', 'run'])
  })
})

describe('the dataset card', () => {
  const bands = { ...infoOf({ id: 'bands-1', rows: 20, columns: 30, classes: 3, train: 700, test: 70 }), name: 'Bands', classes: ['thin', 'thick', '긴 것 🎀'], testSource: 'heldOut', source: 'a.idx, b.idx' } as const

  test('lists every dataset: size, classes, images, where the test images come from, and its source', async () => {
    const { view } = await room(() => [sample], {
      'data:list': () => [{ id: mnist.id, info: mnist, problem: null }, { id: bands.id, info: bands, problem: null }],
      'run:read': () => soFar(runState({ dataset: bands, input: [600] })),
    }, 'datasets')
    const [first, second] = view.findAll('.card li').map(item => item.text())
    expect(first).not.toContain('in Train now')
    for (const part of ['Bands', 'in Train now', '20×30 pixels', '3 classes', '700 training images', '70 test images, held out', 'thin, thick, 긴 것 🎀', 'a.idx, b.idx']) expect(second).toContain(part)
    expect(view.findAll('[data-known]').map(item => item.attributes('data-known'))).toEqual(['fashion-mnist', 'kmnist'])
  })

  test('names a dataset that cannot be used, and why', async () => {
    const problem = { code: 'dataset.vanished', message: 'no', details: { name: 'Bands', file: 'train-images.idx' } } as const
    const { view } = await room(() => [sample], { 'data:list': () => [{ id: bands.id, info: bands, problem }, { id: 'odd', info: null, problem }] }, 'datasets')
    expect(view.findAll('.card .problem').map(item => item.text())).toEqual([' Its menu has “Repair from its files…” and “Repair from its folder…” for this.', ''].map(more => `The dataset Bands is not used: its file train-images.idx is missing or unreadable. Import it again.${more}`))
    expect(view.get('.card').text() + view.text()).toContain('odd')
  })

  test('sees a dataset that the terminal imports while the lab runs', async () => {
    let imported = false
    const { view } = await room(() => [sample], { 'data:list': () => [{ id: mnist.id, info: mnist, problem: null }, ...imported ? [{ id: bands.id, info: bands, problem: null }] : []] }, 'datasets')
    expect(view.text()).not.toContain('Bands')
    imported = true
    dispatchEvent(new Event('focus'))
    await flushPromises()
    expect(view.text()).toContain('Bands')
  })

  test('names counts and licence when it is ready', async () => {
    const { view } = await room(() => [sample], {}, 'datasets')
    expect(view.get('.card li .state').text()).toBe('ready')
    for (const part of ['MNIST', '60,000', '10,000', 'CC BY-SA 3.0', '28×28 pixels', '10 classes']) expect(view.text()).toContain(part)
  })

  test('says that it is loading, or why it cannot be used', async () => {
    const { main, view } = await room(() => [sample], { 'app:info': () => ({ ...info, dataset: { phase: 'loading' } }) }, 'datasets')
    expect(view.get('.card li .state').text()).toBe('loading and checking…')
    main.tell('dataset', { phase: 'failed', error: { code: 'dataset.missing', message: 'no', details: { file: 't10k-images', found: '/data' } } })
    await flushPromises()
    expect(view.get('[role=alert]').text()).toContain('t10k-images')
    expect(view.get('.card li .state').text()).toBe('cannot be used')
  })
})
