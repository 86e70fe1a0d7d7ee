import { type BlockHealth, Curves, type HealthColumn, magnitudeBins, type Magnitudes, type UnitColumn } from '@core'
import type { ProbeQuery, RequestArg, UnitFrame } from '@contract'
import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import HealthTab from '../../../../renderer/inspector/health/HealthTab.vue'
import { useHealth } from '../../../../renderer/stores/health'
import { useRun } from '../../../../renderer/stores/run'
import { useTimeline } from '../../../../renderer/stores/timeline'
import { useXray } from '../../../../renderer/stores/xray'
import { recordCanvases } from '../../canvas'
import { fakeMain, metricsFrame, runState, show, soFar } from '../../lab'
import { probeFrame } from '../../probe'

beforeEach(() => { recordCanvases() })
let mounted: VueWrapper | null = null
afterEach(() => { mounted?.unmount(); mounted = null; vi.useRealTimers(); vi.unstubAllGlobals(); vi.restoreAllMocks(); document.body.replaceChildren() })

const last = 1000
/** Width of a plot, which happy-dom does not measure: 308 pixels less the edges at both sides */
const plotWidth = 308 - 44 - 26

/** Half of the numbers have an exponent, the others the one above. */
const magnitudes = (exponent: number, { zeros = 0, nonFinite = 0 } = {}): Magnitudes => {
  const counts = new Uint32Array(magnitudeBins)
  counts[exponent + 40] = counts[exponent + 41] = 4
  return { counts, zeros, nonFinite }
}
const block = (name: string, exponent: number, more: Partial<BlockHealth> = {}): BlockHealth =>
  ({ name, activation: magnitudes(-1), gradient: magnitudes(exponent, { zeros: 2 }), update: null, gradientNorm: 2 ** exponent, ratio: null, ...more })
/** The gradients of the first layer vanish, and its weights hardly change. */
const column = (step: number): HealthColumn => ({ step, blocks: [
  block('affine1', -20, { update: magnitudes(-23), ratio: 1e-6 }), block('relu1', -15), block('affine2', -10, { update: magnitudes(-13), ratio: 2e-3 }), block('softmaxWithLoss', -8),
] })
const unitColumn = (step: number, layer: string): UnitColumn => ({ step, layer, of: 'fired', shares: Uint8Array.from({ length: 50 }, (_, unit) => unit === 7 && step > 400 ? 0 : 51) })
const image = { index: 12, label: 3, pixels: new Float32Array(784), x: 1.25 }
const look = ({ layer, unit }: RequestArg<'unit:look'>, above: number): UnitFrame => ({
  runId: 1, step: last, layer, unit, images: 1000, above, most: [image], latest: { rows: 100, above, most: image },
  incoming: { layer: 'affine1', weights: new Float32Array(784).fill(0.5), bias: -0.1, ofPixels: true }, price: { ms: 4, share: 0, everyMs: 0 },
})

/** The tab of a run that has learned a thousand steps, of which the past has answered with some. */
async function tab({ steps = [1, 10, 100, 400, 700, last], above = 30 } = {}) {
  const curves = new Curves()
  for (let step = 1; step <= last; step++) curves.takeLoss(step, 2.5 - step / 500)
  const main = fakeMain({
    'run:read': () => soFar(runState({ step: last, loss: 0.5 }), curves), 'past:leave': () => null, 'past:endHealth': () => null,
    'past:health': ({ from, to }) => ({ id: main.asked('past:health').length, from, to, columns: 50 }),
    'run:probe': ({ health, unitMap }: ProbeQuery) => probeFrame({ step: last, health: health ? column(last) : null, unitMap: unitMap === undefined ? null : unitColumn(last, unitMap), price: { ms: unitMap === undefined ? 1 : 2.5, share: 0, everyMs: 0 } }),
    'past:read': () => ({ id: '1', name: '', first: 0, last, beginning: runState().config, checkpoints: [0], bookmarks: [] }) as never,
    'past:visit': ({ step }) => ({ state: runState({ runId: 9, step, loss: 2 }), exact: true, differsAt: null, stepMs: 0.1 }) as never,
    'past:price': () => ({ steps: 900, seconds: 0.8, times: 2, pauses: null }),
    'past:find': () => ({ step: 401, value: 0, fromStart: false, before: 400, first: 1, last, exact: true }), 'past:cancel': () => null, 'past:bookmark': () => null as never,
    'past:lastWake': () => look({ layer: 'relu1', unit: 7 }, 1), 'unit:look': asked => look(asked, above), 'xray:open': () => new Promise(() => undefined),
  })
  await useRun().load()
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  const view = await show(HealthTab)
  mounted = view
  await flushPromises()
  /** Until the figures are drawn again, which they are a few times per second */
  const drawn = async () => {
    await flushPromises()
    await vi.advanceTimersByTimeAsync(300)
    await new Promise((done) => { requestAnimationFrame(done) })
    await flushPromises()
  }
  const told = async (more = steps) => {
    main.tell('past:health', { id: main.asked('past:health').length, columns: more.map(column), units: useHealth().unitLayer === null ? [] : more.map(step => unitColumn(step, 'relu1')), done: 1 })
    await drawn()
  }
  await told()
  const figures = () => view.findAll('.time-figure')
  const surface = (at: number) => view.findAll('.surface')[at]!
  const at = async (index: number, event: string, offsetX: number, more: object = {}) => {
    Object.assign(surface(index).element, { setPointerCapture: () => undefined })
    await surface(index).trigger(event, { offsetX, clientX: offsetX, offsetY: 5, button: 0, pointerId: 1, ...more })
  }
  return { main, view, told, drawn, figures, surface, at, reading: (index: number) => figures()[index]!.find('.reading, .beside').text() }
}

describe('Health', () => {
  test('has the loss first, then a strip for each layer with where half of its numbers lie', async () => {
    const { view, figures } = await tab()
    expect(figures().map(figure => figure.get('h3').text())).toEqual(['Loss', 'Sizes of the numbers, layer by layer', 'Size of the updates ‖ΔW‖ / ‖W‖', 'Gradient norms'])
    expect(figures()[0]!.get('.beside').text()).toBe('step 1,000 · loss 0.500')
    expect(figures()[1]!.findAll('canvas')).toHaveLength(4)
    // bins 2⁻²⁰ and 2⁻¹⁹ with four numbers each: from 2⁻²⁰ to 2⁻¹⁸
    expect(figures()[1]!.get('g > g').text()).toMatch(/^Affine 1 dW ?9\.54e−7 – 3\.81e−6/)
    expect(view.get('header').text()).not.toContain('filling in')
  })

  test('reads the step under the pointer in words, in all its figures, and the present without one', async () => {
    const { at, reading } = await tab()
    expect(reading(1)).toBe('step 1,000 · Affine 1 dW: half of the numbers between 9.54e−7 and 3.81e−6, zeros 20.0%')
    await at(1, 'pointermove', 0.1 * plotWidth, { offsetY: 120 })
    expect(reading(1)).toBe('step 100 · Affine 2 dW: half of the numbers between 0.00098 and 0.0039, zeros 20.0%')
    expect(reading(2)).toBe('step 100 · A1 1e−6, A2 0.002')
    expect(useTimeline().axis.cursor).toBe(100)
  })

  test('says what is not measured yet', async () => {
    const { at, reading } = await tab()
    await at(1, 'pointermove', 0.55 * plotWidth)
    expect(reading(1)).toBe('step 550: not measured yet')
  })

  test('shows activations and updates, these only of layers with weights', async () => {
    const { view, figures } = await tab()
    await view.findAll('.time-figure input[type=radio]')[2]!.setValue()
    expect(figures()[1]!.findAll('canvas')).toHaveLength(2)
    expect(figures()[1]!.text()).toContain('Affine 2 ΔW')
    await view.findAll('.time-figure input[type=radio]')[0]!.setValue()
    expect(figures()[1]!.text()).toContain('ReLU 1 out')
  })

  test('draws a line at 10⁻³ among the ratios, and names each line at its end', async () => {
    const { figures } = await tab()
    expect(figures()[2]!.findAll('.end').map(text => text.text())).toEqual(['A1', 'A2'])
    expect(figures()[2]!.get('.said').text()).toBe('10⁻³: rule of thumb')
    expect(figures()[3]!.findAll('.end').map(text => text.text())).toEqual(['A1', 'R1', 'A2', 'S'])
    // of the scale from 1e−6 to 1e−2, 10⁻³ is a quarter below the top
    expect(figures()[2]!.get('.guide').attributes('d')).toBe(`M0 26H${plotWidth}`)
  })

  test('a press shows the network as it was there, and the position is in every figure', async () => {
    const { main, view, at } = await tab()
    await at(0, 'pointerdown', 0.4 * plotWidth)
    await at(0, 'pointerup', 0.4 * plotWidth)
    await flushPromises()
    expect(main.asked('past:visit')).toEqual([{ step: 400 }])
    expect(view.findAll('.line.shown')).toHaveLength(4)
  })

  test('a drag chooses a range, of which the past is asked in detail, and the whole run comes back', async () => {
    const { main, view, at } = await tab()
    await at(1, 'pointerdown', 0.2 * plotWidth)
    await at(1, 'pointermove', 0.4 * plotWidth)
    expect(view.find('.range').exists()).toBe(true)
    await at(1, 'pointerup', 0.4 * plotWidth)
    await flushPromises()
    expect([main.asked('past:health').at(-1), main.asked('past:visit')]).toMatchObject([{ from: 200, to: 400 }, []])
    expect(view.get('header').text()).toContain('steps 200 to 400')
    await view.get('.whole').trigger('click')
    await flushPromises()
    expect(main.asked('past:health').at(-1)).toMatchObject({ from: 0, to: last })
  })

  test('works by keys: they read, choose a range with Shift, show it, and visit a step', async () => {
    const { main, surface, reading } = await tab()
    const press = (key: string, shiftKey = false) => surface(1).trigger('keydown', { key, shiftKey })
    await press('Home')
    await press('PageDown')
    expect(reading(0)).toBe('step 125 · loss 2.25')
    for (let i = 0; i < 10; i++) await press('ArrowRight', true)
    await press('Enter')
    await flushPromises()
    expect(main.asked('past:health').at(-1)).toMatchObject({ from: 125, to: 125 + 10 * 17 }) // four pixels are 16.8 steps
    await press('Home')
    await press('ArrowRight')
    await press('Enter')
    await flushPromises()
    expect(main.asked('past:visit')).toEqual([{ step: 126 }])
  })

  test('leaves its range and its reading by Escape, and then lets the key through to the room', async () => {
    const { surface } = await tab()
    const seen: boolean[] = []
    document.body.addEventListener('keydown', (event) => { if (event.key === 'Escape') seen.push(event.defaultPrevented) })
    const press = (key: string) => surface(1).trigger('keydown', { key })
    await press('Home')
    await press('Escape')
    expect(seen).toEqual([])
    await press('Escape')
    expect(seen).toEqual([false])
  })

  // Each frame of metrics drew every figure again, and after a minute the window answered no more.
  test('follows a fast run a few times per second', async () => {
    const { main, surface, drawn } = await tab()
    const end = () => surface(0).attributes('aria-valuemax')
    main.tell('run:metrics', metricsFrame({ firstStep: last + 1, losses: new Float32Array(50) }))
    await flushPromises()
    expect(end()).toBe('1000')
    await drawn()
    expect(end()).toBe('1050')
  })

  test('spreads the early steps on a logarithmic axis', async () => {
    const { main, view, at, reading } = await tab()
    await view.findAll('header input[type=radio]')[1]!.setValue()
    await flushPromises()
    expect(main.asked('past:health').at(-1)).toMatchObject({ scale: 'logarithmic' })
    // log(step + 1) from log 2 to log 1001: step 10 is at 27 % of the width
    await at(1, 'pointermove', Math.log(11 / 2) / Math.log(1001 / 2) * plotWidth)
    expect(reading(2)).toBe('step 10 · A1 1e−6, A2 0.002')
  })
})

describe('the unit map', () => {
  async function map(options: Parameters<typeof tab>[0] = {}) {
    const given = await tab(options)
    await given.view.get('.unit-map > button').trigger('click')
    await flushPromises()
    await given.told()
    return { ...given, cells: () => given.view.get('.unit-map .surface') }
  }

  test('is measured only when it is asked for, and says its price first', async () => {
    const { main, view } = await tab()
    const queries = () => main.asked('run:probe') as readonly ProbeQuery[]
    expect(view.get('.unit-map > button').text()).toBe('Show the unit map (about 2.5% of speed)')
    expect(queries().filter(({ health, unitMap }) => health && unitMap !== undefined)).toEqual([])
    await view.get('.unit-map > button').trigger('click')
    expect(useHealth().unitLayer).toBe('relu1')
    await view.get('.close').trigger('click')
    expect(useHealth().unitLayer).toBeNull()
  })

  test('counts the units that fired for no image, and puts them first when asked', async () => {
    const { view, cells } = await map()
    expect(view.get('.unit-map .reading').text()).toBe('1 of 50 units fired for no image of the mini-batch at step 1,000.')
    await view.findAll('.unit-map input[type=radio]')[2]!.setValue()
    await cells().trigger('keydown', { key: 'Home' })
    expect(view.get('.unit-map .reading').text()).toBe('step 1,000 · unit 7: fires for 0% of the images · silent since step 700 at the latest')
  })

  test('a unit opens by keys, with its weights and the images that wake it most', async () => {
    const { main, view, cells } = await map()
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowDown', 'Enter']) await cells().trigger('keydown', { key })
    await vi.waitUntil(() => view.find('.unit figure').exists())
    expect(main.asked('unit:look')).toEqual([{ layer: 'relu1', unit: 2 }])
    expect(view.get('.unit').text()).toContain('It is above 0 (x > 0) for 30 of 1,000 training images.')
    expect(view.get('.unit .weights').text()).toContain('bias −0.1')
    expect(view.findAll('.unit [role=gridcell]').map(cell => cell.attributes('aria-label'))).toEqual(['3, input x = 1.25', '3, input x = 1.25'])
    await view.findAll('.unit [role=gridcell]')[0]!.trigger('keydown', { key: 'Enter' })
    expect(useXray().image).toEqual({ split: 'train', index: 12 })
    await view.get('.unit .close').trigger('click')
    expect(view.find('.unit').exists()).toBe(false)
  })

  test('of a dead unit finds when it died and the last image that woke it, once asked, with ways there', async () => {
    const { main, view, cells } = await map({ above: 0 })
    for (let i = 0; i < 8; i++) await cells().trigger('keydown', { key: 'ArrowDown' })
    await cells().trigger('keydown', { key: 'Enter' })
    await vi.waitUntil(() => view.find('.death > button').exists())
    await flushPromises()
    expect([view.get('.death > button').text(), main.asked('past:find')]).toEqual(['Find when it died, and the last image that woke it (about 0.8 s)', []])
    await view.get('.death > button').trigger('click')
    await flushPromises()
    expect(main.asked('past:lastWake')).toEqual([{ layer: 'relu1', unit: 7, step: 400 }])
    expect(view.get('.death').text()).toContain('It died at step 401.')
    expect(view.get('.death figcaption').text()).toBe('3: the last image that woke it, at step 400')
    await view.get('.death [role=gridcell]').trigger('dblclick')
    expect(useXray().image).toEqual({ split: 'train', index: 12 })
    await view.findAll('.death .ways button')[0]!.trigger('click')
    await flushPromises()
    expect(main.asked('past:visit')).toEqual([{ step: 400 }])
  })
})
