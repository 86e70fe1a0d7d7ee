import type { ProbeFrame, ProbeQuery, TensorQuery } from '@contract'
import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { defineComponent, h, shallowRef } from 'vue'
import HeatMap from '../../../renderer/components/charts/HeatMap.vue'
import Inspector from '../../../renderer/inspector/Inspector.vue'
import type { OptimizerName } from '@core'
import { useRun } from '../../../renderer/stores/run'
import { useXray } from '../../../renderer/stores/xray'
import { fakeMain, runState, show, soFar } from '../lab'
import { probeFrame, tensorStats } from '../probe'
import { fakePopovers } from '../terms/popovers'
import { runConfig } from '../../fixtures/run-config'

const shapes: Readonly<Record<string, readonly number[]>> = { W: [784, 50], dW: [784, 50], b: [50], db: [50], gamma: [50], dgamma: [50], out: [100, 50], dout: [100, 50], dx: [100, 50] }
const stats = (path: string, norm: number) => tensorStats(path, {
  shape: shapes[path.split('.')[1]!]!, norm, min: -0.5, max: 0.25, zeroShare: 12.5, histogram: { from: -0.5, to: 0.5, counts: Uint32Array.of(1, 2, 3) },
})
const frame = probeFrame({
  loss: 2.3, updates: [{ layer: 'affine1', ratio: 0.005 }, { layer: 'affine2', ratio: 0.02 }], blocks: [
    { name: 'affine1', tensors: [{ ...stats('affine1.W', 8), updateNorm: 0.04 }, stats('affine1.dW', 0.4), stats('affine1.b', 0.2), stats('affine1.db', 0.1), stats('affine1.out', 60)] },
    { name: 'relu1', tensors: [stats('relu1.out', 40), stats('relu1.dout', 0.3)] },
  ],
})
const [affine1, relu1] = runState().blocks

afterEach(() => { vi.unstubAllGlobals(); vi.restoreAllMocks(); document.body.replaceChildren() })

/** A part of a tensor, as in the reply of the training thread. */
function tensorOf({ path, firstColumn = 0 }: TensorQuery) {
  const columns = 50
  const data = new Float32Array(784 * columns)
  data[0] = 0.125
  data[columns] = -0.25
  return { path, shape: [784, columns], firstRow: 0, rows: 784, firstColumn, columns, data, absMax: 0.25, norm: 1, robustMax: 0.25 }
}

/** The inspector inside of the view that requests its numbers and its map with one request. */
async function inspector(props: Record<string, unknown> = {}, patch: Partial<ProbeFrame> = {}, optimizer: OptimizerName = 'sgd', settings: Record<string, unknown> = {}) {
  fakeMain({ 'run:read': () => soFar(runState({ step: 1, loss: 2.3, config: runConfig({ optimizer, ...settings }) })), 'xray:open': () => new Promise(() => undefined) })
  await useRun().load()
  const asked: TensorQuery[] = []
  const wanted = shallowRef<ProbeQuery>({})
  const given = shallowRef<Record<string, unknown>>({ block: affine1, frame, first: true, ...props })
  const answered = () => ({ ...given.value['frame'] as ProbeFrame, ...patch, tensors: (wanted.value.tensors ?? []).map(tensorOf) })
  const Room = defineComponent(() => () => h(Inspector, {
    ...given.value, frame: answered(), wanted: wanted.value, refused: null,
    'onUpdate:wanted': (query: ProbeQuery) => { wanted.value = query; asked.push(...query.tensors ?? []) },
  } as never))
  const view = await show(Room)
  const settle = async () => { await new Promise(done => setTimeout(done, 150)); await flushPromises() }
  const setProps = async (next: Record<string, unknown>) => { given.value = { ...given.value, ...next }; await flushPromises() }
  await settle()
  return { asked, view, settle, setProps }
}
const numbers = (view: VueWrapper) => view.findAll('dl > div').map(pair => `${pair.get('dt').text()} ${pair.get('dd').text()}`)
const choose = (view: VueWrapper, text: string) => view.findAll('label').find(label => label.text() === text)!.get('input').setValue()

describe('the inspector', () => {
  test('shows an Affine layer’s gradients, and how much W changes by them in a step', async () => {
    const { view } = await inspector()
    expect(numbers(view)).toEqual(['‖dW‖ 0.400', '‖db‖ 0.100', 'η·‖dW‖/‖W‖ 0.00500', 'Zeros 12.5%'])
    expect(view.get('.formula').text()).toContain('dW = xᵀ · dout')
  })

  test('names γ in the rule by which batch normalization learns', async () => {
    const block = { name: 'batchNormalization1', kind: 'batchNormalization', inputs: 50, outputs: 50 }
    const { view } = await inspector({ block, frame: { ...frame, blocks: [{ name: block.name, tensors: [stats('batchNormalization1.gamma', 7), stats('batchNormalization1.dgamma', 0.5)] }] } })
    await choose(view, 'Weights')
    expect(view.get('.formula').text()).toBe('γ ← γ − η · dγ')
  })

  test('shows the ratio and the rule of the actual update, whatever the optimizer', async () => {
    const { view } = await inspector({}, {}, 'adam')
    expect(numbers(view)).toContain('‖ΔW‖/‖W‖ 0.00500')
    await choose(view, 'Weights')
    expect(view.get('.formula').text()).toBe('m ← 0.9 m + 0.1 dW\nv ← 0.999 v + 0.001 dW²\nW ← W − η · m̂ / (√v̂ + ε)')
    const unmoved = { ...frame, updates: [{ layer: 'affine1', ratio: null }], blocks: [{ name: 'affine1', tensors: [stats('affine1.W', 8), stats('affine1.dW', 0.4)] }] }
    const before = (await inspector({ frame: unmoved })).view
    expect(numbers(before).some(text => text.includes('/‖W‖'))).toBe(false)
    expect(before.get('.update').text()).toContain('Shown after the next update.')
  })

  test('shows the updates of all layers on one logarithmic scale, the chosen one marked', async () => {
    const { view } = await inspector()
    expect(view.get('.update .own').text()).toBe('0.00500')
    expect(view.get('.ratios .usual').attributes('title')).toBe('usual range 10⁻⁴–10⁻¹')
    expect(view.findAll('.ratios .mark').map(mark => [mark.attributes('title'), mark.classes('chosen')])).toEqual([['Affine 1 0.00500', true], ['Affine 2 0.0200', false]])
    expect(view.find('[aria-label^="‖ΔW‖/‖W‖ of each layer"]').attributes('aria-label')).toContain('Affine 1 0.00500, Affine 2 0.0200')
  })

  // Cause: a ratio of 0 was taken for a missing one, so that a dead network was said to have had no update at step 97,378.
  test('shows an update that changed nothing as 0, at the low end of the scale', async () => {
    const still = { ...frame, updates: [{ layer: 'affine1', ratio: 0 }, { layer: 'affine2', ratio: 0 }] }
    const { view } = await inspector({ frame: still })
    expect(view.get('.update .own').text()).toBe('0')
    expect(view.findAll('.ratios .mark').map(mark => [mark.attributes('title'), (mark.element as HTMLElement).style.left])).toEqual([['Affine 1 0', '0%'], ['Affine 2 0', '0%']])
    expect(view.get('.update').text()).not.toContain('after the next update')
  })

  test('says that weights which are all 0 have no ratio, although they were updated', async () => {
    const zero = { ...frame, updates: [{ layer: 'affine1', ratio: null }], blocks: [{ name: 'affine1', tensors: [{ ...stats('affine1.W', 0), updateNorm: 0 }, stats('affine1.dW', 0)] }] }
    expect((await inspector({ frame: zero })).view.get('.update').text()).toContain('All weights of this layer are 0')
  })

  test('has a card for each name, with the numbers of this moment; weight decay is part of the update', async () => {
    const { view } = await inspector()
    const cardOf = async (view: VueWrapper, label: string) => {
      await view.findAll('.measure').find(name => name.text() === label)!.trigger('click', { detail: 0 })
      await flushPromises()
      return view.findAll('.sheet .formula').at(-1)!.text()
    }
    fakePopovers()
    expect(await cardOf(view, 'η·‖dW‖/‖W‖')).toMatch(/0\.100.*0\.400.*8\.00.*0\.00500/)
    expect(await cardOf(view, '‖db‖')).toContain('50') // of 50 numbers
    const decayed = await inspector({}, {}, 'sgd', { weightDecay: 0.01 })
    expect(await cardOf(decayed.view, '‖ΔW‖/‖W‖')).toMatch(/0\.0400.*8\.00.*0\.00500/)
  })

  test('shows its weights', async () => {
    const { asked, view, settle } = await inspector()
    await choose(view, 'Weights')
    await settle()
    expect(numbers(view)).toEqual(['‖W‖ 8.00', '‖b‖ 0.200', 'Minimum −0.500', 'Maximum 0.250'])
    expect(asked.map(({ path }) => path)).toEqual(['affine1.dW', 'affine1.W'])
  })

  test('shows its activations with the share of zeros, and no map', async () => {
    const { view } = await inspector()
    await choose(view, 'Activations')
    expect(numbers(view)).toContain('Zeros 12.5%')
    expect(view.text()).toContain('Shape (100, 50)')
    expect(view.find('canvas').exists()).toBe(false)
  })

  // Cause: an axis of ±1 was drawn below numbers that are all 0.
  test('shows the range of a measured histogram, and none when everything is 0', async () => {
    const range = (view: { findAll: (selector: string) => { text: () => string }[] }) => view.findAll('.range').map(each => each.text())
    expect(range((await inspector()).view)[0]).toBe('−0.5000+0.500')
    const dead = { ...stats('affine1.dW', 0), min: 0, max: 0, zeroShare: 100, histogram: { from: -1, to: 1, counts: Uint32Array.of(0, 39_200, 0) } }
    expect(range((await inspector({ frame: { ...frame, blocks: [{ name: 'affine1', tensors: [dead] }] } })).view)).toEqual(['0'])
  })

  test('shows no weights of a ReLU, and shows the rest', async () => {
    const { view, setProps } = await inspector()
    await choose(view, 'Weights')
    await setProps({ block: relu1, first: false })
    expect(view.findAll('header label').map(label => label.text())).toEqual(['Gradients', 'Activations'])
    expect(view.get('dt').text()).toBe('‖dout‖')
  })

  test('shows dx beside the dout of a ReLU, and how much of each is 0', async () => {
    const { view } = await inspector({ block: relu1, first: false }, { details: [{ ...stats('relu1.dx', 0.2), zeroShare: 98 }] })
    expect(numbers(view)).toEqual(['‖dout‖ 0.300', 'dout = 0 12.5%', '‖dx‖ 0.200', 'dx = 0 98.0%'])
    expect(view.findAll('.figures h3').map(title => title.text())).toEqual(['dout', 'dx'])
  })

  test('crosses out the units whose ReLU gave 0 for every image', async () => {
    const fired = new Array<number>(50).fill(9).with(7, 0)
    const { view, settle } = await inspector({}, { units: { layer: 'relu1', rows: 100, fired, saturatedShare: null, mask: null } })
    await settle()
    expect(view.getComponent(HeatMap).props('dead')).toEqual([7])
  })

  test('explains what to do before the first step; weights are available already', async () => {
    const { view } = await inspector({}, { loss: null })
    expect(view.get('.waiting').text()).toBe('Learn one step to see gradients here: press Space or N.')
    await choose(view, 'Weights')
    expect(view.find('.waiting').exists()).toBe(false)
  })
})

describe('the heat map', () => {
  test('reads cells by arrow keys, also across the gap between images', async () => {
    const { view } = await inspector()
    const map = view.get('.sheet canvas')
    expect(map.attributes('aria-label')).toContain('784 rows by 50 columns')
    await map.trigger('keydown', { key: 'ArrowRight' }) // the cell of the largest magnitude
    expect(view.get('.now').text()).toBe('dW[1, 0] = −0.250 (unit 0, pixel (0, 1))')
    await map.trigger('keydown', { key: 'ArrowLeft' })
    expect(view.get('.reading').text()).toContain('dW[0, 0] = 0.125')
    await map.trigger('keydown', { key: 'ArrowRight' })
    for (let i = 0; i < 27; i++) await map.trigger('keydown', { key: 'ArrowRight' })
    expect(view.get('.reading').text()).toContain('dW[0, 1]')
    for (let i = 0; i < 3; i++) await map.trigger('keydown', { key: 'ArrowUp' })
    expect(view.get('.reading').text()).toContain('dW[0, 1]')
  })

  test('prints its range, symmetric about zero', async () => {
    const { view } = await inspector()
    expect(view.get('.scale').text()).toBe('−0.250+0.250')
  })

  test('shows the image of a unit large, goes to its neighbours, and returns to all', async () => {
    const { view, asked } = await inspector()
    const questions = asked.length
    const map = view.get('.sheet canvas')
    const press = (key: string) => map.trigger('keydown', { key })
    await press('ArrowDown')
    expect(view.get('.reading').text()).toContain('Click an image to see it large')
    await press('Enter')
    expect([view.get('nav').text(), view.get('.now').text()]).toEqual(['unit 0All images', 'dW[1, 0] = −0.250 (unit 0, pixel (0, 1))'])
    expect(view.get('[aria-label="Previous unit"]').attributes('disabled')).toBeDefined()
    await press('PageDown')
    expect(view.get('nav').text()).toContain('unit 1')
    await press('Escape')
    expect(view.find('nav').exists()).toBe(false)
    await press('ArrowDown')
    await press('Enter')
    await view.get('nav .all').trigger('click')
    expect(view.find('nav').exists()).toBe(false)
    expect(asked).toHaveLength(questions) // its numbers are there already
  })

  test('can be shown as a matrix', async () => {
    const { view } = await inspector()
    await choose(view, 'Matrix')
    const map = view.get('.sheet canvas')
    await map.trigger('keydown', { key: 'ArrowDown' }) // dW[1, 0], the largest
    await map.trigger('keydown', { key: 'ArrowDown' })
    await map.trigger('keydown', { key: 'ArrowRight' })
    expect(view.get('.now').text()).toBe('dW[2, 1] = 0')
  })

  test('pages through the columns of a wide matrix', async () => {
    const wide = { ...frame, blocks: [{ name: 'affine1', tensors: [{ ...stats('affine1.dW', 1), shape: [784, 250] }] }] }
    const { asked, view, settle } = await inspector({ frame: wide })
    expect(view.get('nav').text()).toBe('columns 0–99 of 250')
    const next = view.get('[aria-label="Next columns"]')
    await next.trigger('click')
    await next.trigger('click')
    await settle()
    expect(view.get('nav').text()).toBe('columns 200–249 of 250')
    expect(next.attributes('disabled')).toBeDefined()
    expect(asked.at(-1)).toMatchObject({ path: 'affine1.dW', firstColumn: 200 })
  })

  test.each([
    ['4,096 columns', [784, 4096], ['columns 0–99 of 4,096'], { rows: 784, columns: 100 }],
    ['one column', [784, 1], [], { rows: 784, columns: 1 }],
    ['10,000 rows', [10_000, 10], ['rows 0–999 of 10,000'], { rows: 1000, columns: 10 }],
    ['10,000 rows and 1,000 classes', [10_000, 1000], ['rows 0–999 of 10,000', 'columns 0–99 of 1,000'], { rows: 1000, columns: 100 }],
  ])('of %s says which part it shows', async (_, shape, texts, query) => {
    const large = { ...frame, blocks: [{ name: 'affine1', tensors: [{ ...stats('affine1.dW', 1), shape }] }] }
    const { asked, view } = await inspector({ frame: large, first: false })
    expect(view.findAll('nav').map(pager => pager.text())).toEqual(texts)
    expect(asked.at(-1)).toMatchObject({ firstRow: 0, firstColumn: 0, ...query })
  })

  test('opens a cell in the X-ray', async () => {
    const { view } = await inspector()
    const map = view.get('.sheet canvas')
    await map.trigger('keydown', { key: 'ArrowDown' })
    for (let i = 0; i < 3; i++) await map.trigger('keydown', { key: 'Enter' }) // large, pinned, opened
    expect(useXray().place).toEqual({ level: 'cell', block: 'affine1', part: 'dW', row: 1, column: 0 })
  })
})
