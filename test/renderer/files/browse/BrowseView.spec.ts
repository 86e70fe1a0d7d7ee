import { LabError, meanImage, unitRange } from '@core'
import type { RequestArg } from '@contract'
import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, test, vi } from 'vitest'
import BrowseView from '../../../../renderer/files/browse/BrowseView.vue'
import { useBrowse } from '../../../../renderer/stores/browse'
import { useBrowseAnswers } from '../../../../renderer/stores/browse-answers'
import { useNotices } from '../../../../renderer/stores/notices'
import { useRoom } from '../../../../renderer/stores/room'
import { useRun } from '../../../../renderer/stores/run'
import { useSketch } from '../../../../renderer/stores/sketch/sketch'
import { imageOn } from '../../../../renderer/stores/sketch/strokes'
import { infoOf } from '../../../fixtures/dataset-info'
import { runConfig } from '../../../fixtures/run-config'
import { frame, recordCanvases } from '../../canvas'
import { fakeMain, runState, show, soFar } from '../../lab'

afterEach(() => { vi.restoreAllMocks(); vi.unstubAllGlobals(); document.body.replaceChildren() })

/** Twenty training and ten test images of 20×30, of seven classes in turn; every third is read as class 2. */
const info = { ...infoOf({ id: 'boats', rows: 20, columns: 30, classes: 7, train: 20, test: 10 }), name: 'Boats', classes: ['dinghy', 'ferry', 'tug', 'yacht', 'canoe', 'barge', 'raft'] }
const size = 600
const split = (count: number) => ({
  count, normalization: unitRange, labels: Uint16Array.from({ length: count }, (_, n) => n % 7),
  images: Uint8Array.from({ length: count * size }, (_, i) => (Math.floor(i / size) * 7 + i % size) % 256),
})
const [train, testImages] = [split(20), split(10)]
const of = (name: 'train' | 'test') => name === 'train' ? train : testImages
const reads = (count: number) => Uint16Array.from({ length: count }, (_, n) => n % 3 === 0 ? 2 : n % 7)
const state = runState({ step: 12, dataset: info, input: [size], config: { ...runConfig({ layers: [size, 5, 7] }), dataset: info.id } })

async function browser(filter?: Parameters<ReturnType<typeof useBrowse>['open']>[1], given = state) {
  const drawn = recordCanvases()
  const main = fakeMain({
    'run:read': () => soFar(given), 'data:leave': () => null,
    'data:open': () => ({ info, labels: { train: train.labels, test: testImages.labels } }),
    'data:bytes': ({ split, indices }: RequestArg<'data:bytes'>) => Uint8Array.from(indices.flatMap(index => [...of(split).images.subarray(index * size, (index + 1) * size)])),
    'data:means': ({ split, classes }) => classes.map(label => meanImage(of(split), label)),
    'data:answers': () => ({ at: { runId: 1, step: 12 }, predicted: { train: reads(20), test: reads(10) } }),
    'draw:predict': ({ source }) => ({ source, at: { runId: 1, step: 12 }, label: 2, outputs: Float32Array.of(0.1, 0.05, 0.6, 0.05, 0.05, 0.1, 0.05), areProbabilities: true }),
  })
  await useRun().load()
  await useBrowse().open('boats', filter)
  const view = await show(BrowseView)
  await flushPromises()
  await frame()
  const cells = () => view.findAll('[role=gridcell]')
  const key = async (name: string, to = '.images') => {
    await view.get(to).trigger('keydown', { key: name })
    await flushPromises()
    await frame()
  }
  return { view, main, drawn, cells, key, names: () => cells().map(cell => cell.attributes('aria-label')) }
}

describe('the grid', () => {
  test('has a cell for each image in sight, which says what it is and what the network reads', async () => {
    const { view, names } = await browser()
    const grid = view.get('[role=grid]')
    expect([grid.attributes('aria-label'), grid.attributes('aria-rowcount')]).toEqual(['30 of 30 images', '4'])
    expect(names().slice(0, 4)).toEqual(['Training image 0, class dinghy, read as tug', 'Training image 1, class ferry, read right', 'Training image 2, class tug, read right', 'Training image 3, class yacht, read as tug'])
    expect(names()).toContain('Test image 9, class tug, read right')
  })

  test('paints every image at whole pixels in its own proportions', async () => {
    const { drawn } = await browser()
    const painted = drawn.filter(({ call, args }) => call === 'drawImage' && args.length === 9)
    expect(painted.length).toBeGreaterThanOrEqual(20)
    expect(painted.every(({ args }) => args[3] === 30 && args[4] === 20 && args[7] === 60 && args[8] === 40)).toBe(true)
  })

  test('is one stop of the Tab key: keys choose, and the active cell follows', async () => {
    const { view, key } = await browser()
    const active = () => { const id = view.get('[role=grid]').attributes('aria-activedescendant'); return id === undefined ? null : document.getElementById(id)?.getAttribute('aria-label') }
    expect(active()).toMatch(/^Training image 0,/) // it has the focus
    await key('ArrowRight')
    await key('ArrowDown')
    expect(active()).toMatch(/^Training image 10,/) // nine in a row
    await key('End')
    expect(active()).toMatch(/^Test image 9,/)
    await key('Home')
    expect(active()).toMatch(/^Training image 0,/)
    expect(view.findAll('[tabindex="0"].images')).toHaveLength(1)
  })

  test.each([
    [{ split: 'test' }, 10, /^Test image 0,/], [{ label: 3 }, 4, /^Training image 3, class yacht/], [{ read: 'wrong' }, 9, /^Training image 0, class dinghy, read as tug/], [{ label: 3, read: 2 }, 2, /^Training image 3,/],
  ] as const)('shows only the images that are asked for: %j', async (filter, count, first) => {
    const { view, names } = await browser(filter)
    expect(names()).toHaveLength(count)
    expect(names()[0]).toMatch(first)
    expect(view.get('[role=grid]').attributes('aria-label')).toMatch(new RegExp(`^${count} of`))
  })

  test('says so where there is no such image', async () => {
    const { view } = await browser({ label: 0, read: 5 })
    expect(view.find('[role=grid]').exists()).toBe(false)
    expect(view.get('.empty').text()).toContain('No image is like that')
  })

  test('is told what the network’s answers are of', async () => {
    const { view } = await browser()
    expect(view.get('footer').text()).toContain('9 of 30 misread at step 12')
  })

  test('is not judged by a network that learns from another dataset, and says so', async () => {
    const { view, names, main, key } = await browser(undefined, { ...state, dataset: { ...info, id: 'ships', name: 'Ships' } })
    expect(view.get('footer').text()).toContain('learns from Ships: its answers mean nothing here. Train one on Boats')
    expect(names()[0]).toBe('Training image 0, class dinghy')
    expect(view.findAll<HTMLSelectElement>('select')[1]!.element.disabled).toBe(true)
    await key('Enter')
    expect(view.get('.large .facts').text()).not.toContain('The network reads it')
    expect([main.asked('data:answers'), main.asked('draw:predict')]).toEqual([[], []])
  })

  test('a filter by answers can be taken back, also when the network no longer reads the images', async () => {
    const { view } = await browser({ read: 'wrong' }, { ...state, dataset: { ...info, id: 'ships', name: 'Ships' } })
    expect(view.get('.empty').text()).toContain('learns from Ships')
    const network = view.findAll<HTMLSelectElement>('select')[1]!
    expect(network.element.disabled).toBe(false)
    await network.setValue('any')
    await flushPromises()
    expect(view.get('[role=grid]').attributes('aria-label')).toBe('30 of 30 images')
  })

  test('of images that the network cannot read says only their classes', async () => {
    const { view, names, main } = await browser(undefined, runState())
    expect(names()[0]).toBe('Training image 0, class dinghy')
    expect(main.asked('data:answers')).toEqual([])
    expect(view.get('footer').text()).toContain('images of another size')
    expect(view.findAll<HTMLSelectElement>('select')[1]!.element.disabled).toBe(true)
  })
})

describe('the filters', () => {
  test('a class is chosen by its bar, and all again by the same', async () => {
    const { view, names } = await browser()
    const row = () => view.findAll('.row')[4]!
    expect(row().text()).toBe('canoe4')
    await row().trigger('click')
    await flushPromises()
    expect([row().attributes('aria-pressed'), names().length, names().every(name => name!.includes('class canoe'))]).toEqual(['true', 4, true])
    await row().trigger('click')
    expect(useBrowse().shown.label).toBeNull()
  })

  test('bars count the images that the network reads like that', async () => {
    const { view } = await browser({ read: 'wrong' })
    expect(view.findAll('.row').map(row => row.text())).toEqual(['dinghy2 / 5', 'ferry1 / 5', 'tug0 / 5', 'yacht2 / 4', 'canoe1 / 4', 'barge1 / 4', 'raft2 / 3'])
    expect(view.get('.classes h2').text()).toBe('Matching images by class')
  })

  test('each class has its mean image, of both splits or of the chosen one', async () => {
    const { view, main } = await browser()
    expect(main.asked('data:means')).toEqual([{ dataset: 'boats', split: 'train', classes: [0, 1, 2, 3, 4, 5, 6] }, { dataset: 'boats', split: 'test', classes: [0, 1, 2, 3, 4, 5, 6] }])
    expect(view.findAll('.row canvas')).toHaveLength(7)
    expect(view.get('.classes').text()).toContain('fewest: raft (3) · most: dinghy (5)')
  })

  test('the order, by number or by class, is chosen', async () => {
    const { view, names } = await browser()
    await view.findAll('.segmented')[1]!.findAll('input')[1]!.setValue(true)
    await flushPromises()
    expect(names().slice(0, 5).every(name => name!.includes('class dinghy'))).toBe(true)
  })
})

describe('the search', () => {
  const type = async (view: Awaited<ReturnType<typeof browser>>['view'], text: string) => { await view.get('.search input').setValue(text) }

  test('proposes what a text may mean, and keys choose', async () => {
    const { view, names } = await browser()
    await view.get('.search input').trigger('focus')
    await type(view, 'yacht tug')
    expect(view.findAll('[role=option]').map(option => option.text())).toEqual(['Class yacht, read as tug'])
    await view.get('.search input').trigger('keydown', { key: 'Enter' })
    await flushPromises()
    expect(names()).toEqual(['Training image 3, class yacht, read as tug', 'Test image 3, class yacht, read as tug'])
  })

  test('finds an image by its number, also beyond what is shown', async () => {
    const { view } = await browser({ split: 'train', label: 6 })
    await type(view, '9')
    expect(view.findAll('[role=option]').map(option => option.text())).toEqual(['Test image 9', 'Training image 9'])
    await view.findAll('[role=option]')[0]!.trigger('click')
    await flushPromises()
    expect([useBrowse().shown, useBrowse().image]).toEqual([{ split: 'test', label: null, read: 'any', order: 'index' }, 29])
    await vi.waitFor(() => { expect(view.get('.card h2').text()).toBe('Test image 9') })
  })

  const find = async (view: Awaited<ReturnType<typeof browser>>['view'], text: string) => {
    await type(view, text)
    await view.get('.search input').trigger('keydown', { key: 'Enter' })
    await flushPromises()
  }
  const note = (view: Awaited<ReturnType<typeof browser>>['view']) => view.get('.filters [role=status]').text()

  test('says which filter is given up for an image, until other images are shown', async () => {
    const { view } = await browser({ split: 'test', label: 6, read: 'any' })
    await find(view, '9') // class tug
    expect(note(view)).toBe('Test image 9 is of class tug: shown among all classes.')
    useBrowse().select({ split: 'all' })
    await flushPromises()
    expect(note(view)).toBe('')
  })

  test.each([
    [{ label: 2, read: 'wrong' }, 9, { label: 2, read: 'any' }, 'Test image 9 is not read like that: shown with any answer.'], // read as tug, which it is
    [{ label: 0, read: 'right' }, 3, { label: null, read: 'any' }, 'Test image 3 is of class yacht and not read like that: shown among all classes, with any answer.'],
  ] as const)('gives up only the filters that an image does not pass: %j, %i', async (filter, index, left, text) => {
    const { view } = await browser({ split: 'test', ...filter })
    await find(view, String(index))
    expect([useBrowse().shown, note(view)]).toEqual([{ split: 'test', order: 'index', ...left }, text])
  })

  test('brings an image into sight although other images are shown for it', async () => {
    const { view } = await browser({ label: 6 })
    await view.findAll('.segmented')[2]!.findAll('input')[2]!.setValue(true) // five rows, 6 + 5 · 81 px high in 400 px
    await find(view, '9')
    await frame()
    expect([view.get<HTMLElement>('.images').element.scrollTop, useBrowse().image]).toEqual([11, 29])
  })

  test('says so when nothing is meant, and Escape first empties it', async () => {
    const { view } = await browser()
    await type(view, 'submarine')
    expect(view.get('[role=listbox]').text()).toBe('No image and no class is called that.')
    for (let i = 0; i < 2; i++) await view.get('.search input').trigger('keydown', { key: 'Escape' })
    expect(view.get<HTMLInputElement>('.search input').element.value).toBe('')
  })
})

describe('one image', () => {
  test('is opened by Enter, with its class, what the network reads, and the value of each pixel', async () => {
    const { view, key } = await browser()
    await key('Enter')
    expect(view.get('.large h2').text()).toBe('Training image 0')
    expect(view.get('.large .facts').text()).toContain('The network reads it as tug')
    expect(view.findAll('.large li').map(item => item.attributes('aria-label'))[0]).toBe('tug: 60.0%')
    expect(view.get('.reading').text()).toBe('row 10, column 15: 59, for the network 0.2314') // in the middle: pixel 10 · 30 + 15 = 315 of image 0; 59 / 255
    await key('ArrowRight', '.pixels canvas')
    expect(view.get('.reading').text()).toBe('row 10, column 16: 60, for the network 0.2353')
    await key('Home', '.pixels canvas')
    await key('ArrowUp', '.pixels canvas')
    expect(view.get('.reading').text()).toBe('row 9, column 0: 14, for the network 0.0549')
  })

  test('is followed by the next one, up to the last', async () => {
    const { view, key } = await browser({ label: 3 })
    await key('Enter')
    expect(view.get('.large header').text()).toContain('1 of 4')
    await key('PageDown', '.pixels canvas')
    expect([view.get('.large h2').text(), view.get('.large header').text()]).toEqual(['Training image 10', expect.stringContaining('2 of 4')])
    for (let i = 0; i < 4; i++) await key('PageDown', '.pixels canvas')
    expect(view.get('.large h2').text()).toBe('Test image 3')
    await view.get('[aria-label="Previous image"]').trigger('click')
    expect(view.get('.large h2').text()).toBe('Training image 17')
  })

  test('Escape goes back to the grid, to the place where it was, then out', async () => {
    const { view, key, main } = await browser()
    await key('End')
    await key('Enter')
    expect(view.find('.large').exists()).toBe(true)
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }))
    await flushPromises()
    expect([view.find('.large').exists(), useBrowse().image]).toEqual([false, 29])
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }))
    expect([useBrowse().isShown, main.asked('data:leave')]).toEqual([false, [null]])
  })

  test('from Mistakes, the way out leads back to them', async () => {
    const { view } = await browser()
    await useBrowse().open('boats', { read: 'wrong' }, { from: 'mistakes' })
    await flushPromises()
    await view.get('header button').trigger('click')
    expect(useRoom().current).toBe('train')
  })

  test('is put on the paper, and read there by the run’s network', async () => {
    const { view, key } = await browser()
    await key('ArrowRight')
    await vi.waitFor(() => { expect(view.get('.card h2').text()).toBe('Training image 1') })
    await view.findAll('.card button').at(-1)!.trigger('click')
    const { drawing, sources } = useSketch()
    expect(imageOn(drawing)).toMatchObject({ dataset: 'boats', split: 'train', index: 1, label: 1, shape: [1, 20, 30] })
    expect(imageOn(drawing)!.image[3]).toBeCloseTo(10 / 255, 6)
    expect([sources.room, useRoom().current, useRoom().sentBy]).toEqual(['run', 'draw', 'browse'])
  })
})

test('images that cannot be read are told once, in place of them', async () => {
  recordCanvases()
  fakeMain({
    'run:read': () => soFar(runState()), 'data:leave': () => null, 'data:open': () => ({ info, labels: { train: train.labels, test: testImages.labels } }),
    'data:bytes': () => { throw new LabError('dataset.vanished', 'gone', { name: 'Boats', file: 'train-images.idx' }) }, 'data:means': ({ classes }) => classes.map(() => null),
  })
  await useRun().load()
  await useBrowse().open('boats')
  const view = await show(BrowseView)
  await flushPromises()
  await frame()
  await flushPromises()
  expect(useNotices().notices.map(({ key }) => key)).toEqual(['errors.dataset.vanished'])
  expect(view.findAll('[role=gridcell]').length).toBeGreaterThan(0)
})

test('an image that is looked at stays, also when the network reads it right now', async () => {
  let step = 12
  const { view, key } = await browser({ read: 'wrong', split: 'train' })
  expect(view.get('[role=grid]').attributes('aria-label')).toBe('6 of 20 images')
  await key('Enter')
  expect(view.get('.large header').text()).toContain('1 of 6')
  step++
  const answers = useBrowseAnswers()
  vi.stubGlobal('lab', { ...window.lab, invoke: async () => ({ ok: true, value: { at: { runId: 1, step }, predicted: { train: train.labels, test: testImages.labels } } }) })
  await answers.read()
  await flushPromises()
  expect([answers.step, view.get('.large h2').text(), view.get('.large header').text()]).toEqual([13, 'Training image 0', expect.stringContaining('1 of 6')])
  await view.get('header button').trigger('click')
  await flushPromises()
  expect(view.get('.empty').text()).toContain('No image is like that')
})
