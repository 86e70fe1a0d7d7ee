import type { RunCurves } from '@contract'
import { LabError, lossColumns, widthFor } from '@core'
import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { defineComponent, type PropType } from 'vue'
import type { Drawn, Line } from '../../../renderer/components/charts/line-chart'
import type { AxisWindow } from '../../../renderer/lib/axis-window'
import CompareView from '../../../renderer/compare/CompareView.vue'
import { useCompare } from '../../../renderer/stores/compare'
import { useNotices } from '../../../renderer/stores/notices'
import { useRoom } from '../../../renderer/stores/room'
import { useRuns } from '../../../renderer/stores/runs'
import { idOf, runEntry } from '../files/run-entry'
import { fakeMain, show } from '../lab'
import { fakePopovers } from '../terms/popovers'
import { runCurves } from './run-curves'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] })
  fakePopovers()
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
  document.body.replaceChildren()
})

/** A stub that takes what the chart would draw, say and copy; happy-dom has no canvas */
const PlainFigure = defineComponent({
  inheritAttrs: false,
  props: {
    axis: { type: Object as PropType<AxisWindow>, required: true }, summary: { type: String, required: true }, about: { type: String, required: true }, note: { type: String, required: true }, count: { type: Number, required: true },
    reading: { type: Array as PropType<readonly string[]>, required: true }, fill: { type: Function as PropType<(lines: Line[]) => Drawn>, required: true }, empty: { type: [String, null] as PropType<string | null>, default: null },
  },
  setup: (_, { slots }) => () => [slots['default']?.(), slots['menu']?.({ close: () => undefined })],
})
const distance = (step: number) => ({ step, tensors: [{ path: 'affine1.W', distance: 0.5, norms: [11.8, 12] as const }], exact: true })

async function view(curves: readonly RunCurves[], answers: Parameters<typeof fakeMain>[0] = {}) {
  const main = fakeMain({
    'runs:list': () => curves.map(({ id, name }) => runEntry({ id, name })), 'runs:curves': () => curves, 'runs:compared': () => null,
    'runs:difference': () => ({ step: 24, first: 0, last: 20, exact: true }), 'runs:distance': ({ step }) => distance(step), ...answers,
  })
  useRoom().go('files')
  await useRuns().refresh()
  const compare = useCompare()
  compare.add(curves.map(({ id }) => id))
  await compare.open()
  const shown = await show(CompareView, {}, { LineFigure: PlainFigure })
  const region = (name: string) => shown.get(`[aria-label="${name}"]`)
  const choose = async (label: string) => {
    await shown.findAll('.choices label').find(found => found.text() === label)!.get('input').setValue(true)
    await flushPromises()
  }
  const press = async (name: string) => {
    await shown.findAll('button').find(button => button.text() === name)!.trigger('click')
    await flushPromises()
  }
  const legend = () => region('The runs').findAll('li').map(item => item.text().replace(/\s+/g, ' '))
  const figure = () => shown.getComponent(PlainFigure).props()
  const drawn = () => {
    const lines = Array.from({ length: figure().count }, (): Line => ({ data: [] }))
    return { ...figure().fill(lines), lines }
  }
  const read = async (at: number | null) => {
    figure().axis.read(at)
    await flushPromises()
  }
  return { shown, compare, region, choose, press, legend, figure, drawn, read, asked: main.asked, tell: main.tell }
}

describe('runs that are compared', () => {
  test('have a letter, a name, a pattern of their own and their latest value', async () => {
    const { shown, legend, drawn } = await view([runCurves(1), runCurves(2, { steps: 10 }), runCurves(3)])
    expect(legend()).toEqual(['ARun 10.100 step 20 · epoch 0.0333', 'BRun 20.100 step 10 · epoch 0.0167', 'CRun 30.100 step 20 · epoch 0.0333'])
    const dashes = shown.findAll('.legend line').map(line => (line.element as SVGElement).style.strokeDasharray)
    expect(new Set(dashes).size).toBe(3)
    expect(drawn().ends?.map(({ text, x }) => [text, x])).toEqual([['A', 20], ['B', 10], ['C', 20]])
    expect(drawn().lines.map(({ label, data }) => [label, data.length])).toEqual([['', 0], ['A · Run 1', 20], ['', 0], ['B · Run 2', 10], ['', 0], ['C · Run 3', 20], ...Array.from({ length: 6 }, () => ['', 0])])
  })

  test('tell all values at the place that is read', async () => {
    const { legend, region, figure, read } = await view([runCurves(1), runCurves(2, { steps: 10 })])
    expect([figure().axis.whole, figure().reading]).toEqual([{ from: 0, to: 20 }, []])
    await read(1)
    expect(legend()).toEqual(['ARun 12.00 step 1 · epoch 0.00167', 'BRun 22.00 step 1 · epoch 0.00167'])
    await read(5)
    expect(figure().reading).toEqual(['At step 5', 'A 1.60', 'B 1.16'])
    await read(20)
    expect(region('Loss').text()).toContain('At step 20')
    await read(null)
    expect(region('Loss').text()).toContain('The latest values')
  })

  test('are read by parts of an epoch where they are drawn along epochs', async () => {
    const { choose, legend, figure, read } = await view([runCurves(1)])
    await choose('epoch')
    expect([figure().axis.grain, figure().axis.whole.to]).toEqual([expect.closeTo(1 / 600, 9), 20 / 600])
    await read(3 * figure().axis.grain)
    expect(legend()[0]).toContain('step 3 · epoch 0.005')
  })

  test('are drawn from means of columns, which say what they are means of, and exactly where they are looked at closely', async () => {
    const losses = Float32Array.from({ length: 40_000 }, (_, i) => 1 + i / 40_000)
    const long = (columns: number, range?: { from: number, to: number }): RunCurves => {
      const loss = lossColumns({ losses, firstStep: 1 }, widthFor(range ? range.to - range.from : 40_000, columns), range)
      return { ...runCurves(1), last: 40_000, loss, epochs: loss.steps.map(step => step / 600), seconds: loss.steps.map(step => step / 10), evaluations: [] }
    }
    const { legend, drawn, figure, read, shown, asked } = await view([long(600)], { 'runs:curves': ({ columns, range }) => [long(columns, range)] })
    expect(shown.text()).toContain('range of 128 mini-batches')
    expect([figure().note, legend()[0]]).toEqual(['range of 128 mini-batches · mean of 128 mini-batches', expect.stringContaining('mean of 64 up to step 40,000 · epoch 66.7')])
    expect(drawn().lines[0]!.data).toHaveLength(2 * 313)
    await read(20_000)
    expect(figure().reading[1]).toBe('A 1.50 (mean of 128, 1.50 to 1.50)') // 19,969 to 20,096
    figure().axis.zoom(0.005, 20_000)
    await flushPromises()
    expect(asked('runs:curves').at(-1)).toMatchObject({ range: { from: expect.toSatisfy((from: number) => from <= 19_900) as number, to: expect.toSatisfy((to: number) => to >= 20_100) as number } })
    expect([figure().note, figure().reading[1]]).toEqual(['', 'A 1.50'])
    const exact = drawn().lines[1]!.data.filter(({ x }) => x >= 19_900 && x <= 20_100)
    expect([exact.length, exact[100]]).toEqual([201, { x: 20_000, y: losses[19_999] }].map((value, i) => i === 0 ? value : expect.objectContaining(value as object) as object))
    figure().axis.showWhole()
    await flushPromises()
    expect(figure().note).toContain('mean of 128')
  })

  test('have a logarithmic axis of losses where Train has one', async () => {
    const { drawn, press } = await view([runCurves(1)])
    expect(drawn().axis).toMatchObject({ kind: 'linear', min: 0 })
    await press('Logarithmic axis')
    expect(drawn().axis).toEqual({ kind: 'logarithmic', min: 0.1, max: 2 })
  })

  test('show accuracies, and those of a class, and say what is not recorded', async () => {
    const { choose, legend, region, shown } = await view([runCurves(1), runCurves(2, { more: { evaluations: [] } })])
    await choose('Test')
    expect(legend()[0]).toMatch(/76\.7% step 20/)
    expect(region('Accuracy, test').text()).toContain('Accuracy, test: not recorded in B.')
    await choose('Per class')
    await shown.get('select').setValue('2')
    expect(legend()[0]).toMatch(/74\.7% step 20/)
    expect(shown.findAll('.choices label').map(label => label.text())).not.toContain('Validation')
  })

  test('are smoothed with what was recorded behind, and say over how many steps', async () => {
    const { shown, drawn, figure } = await view([runCurves(1)])
    expect(drawn().lines[0]!.data).toHaveLength(0)
    const slider = shown.get<HTMLInputElement>('input[type=range]')
    await slider.setValue(2)
    expect(slider.attributes('aria-valuetext')).toBe('mean of 11 steps')
    expect([drawn().lines[0]!.data.length, figure().note]).toEqual([20, 'mean of 11 mini-batches'])
  })

  test('on other datasets, with other losses or without times say so', async () => {
    const [a, b] = [runCurves(1), runCurves(2, { more: { seconds: new Float64Array(20).fill(NaN) } })]
    const other = { ...b, dataset: { ...b.dataset, sha256: { ...b.dataset.sha256, trainImages: '0'.repeat(64) } }, config: { ...b.config, network: { ...b.config.network, loss: 'identityWithLoss' as const } } }
    const { shown, choose } = await view([a, other])
    expect(shown.get('.notes').text()).toMatch(/different datasets[^]*different loss functions/)
    await choose('time')
    expect(shown.get('.notes').text()).toContain('How long it learned was not recorded in B.')
  })

  test('list only the settings that differ, with the changes on the way', async () => {
    const { figure, region } = await view([runCurves(1), runCurves(2, { rate: 0.05, more: { events: [{ step: 1200, change: { optimizer: { learningRate: 0.01 } } }] } })])
    expect(figure().about).toContain('Learning rate: A 0.1 · B 0.05, from step 1,200: 0.01')
    expect(region('Settings that differ').findAll('tbody tr').map(row => row.text())).toEqual(['Learning rate0.10.05from step 1,200: 0.01'])
  })

  test('with the same settings say so', async () => {
    const { region } = await view([runCurves(1), runCurves(2)])
    expect(region('Settings that differ').text()).toContain('all settings are the same')
  })
})

describe('the weights of two runs', () => {
  test('are compared on request: the first step that differs, and ‖ΔW‖ at the latest common step or another', async () => {
    const { press, region, asked, shown } = await view([runCurves(1), runCurves(2, { steps: 10 })])
    expect([asked('runs:difference'), asked('runs:distance')]).toEqual([[], []])
    await press('Find the first difference')
    expect(region('Weights of two runs').text()).toContain('The weights of A and B differ from step 24 on.')
    await shown.get('form').trigger('submit')
    await flushPromises()
    expect(asked('runs:distance')).toEqual([{ a: idOf(1), b: idOf(2), step: 10 }])
    expect(region('Weights of two runs').get('tbody').text()).toBe('W10.50011.812.0')
    await shown.get('form input').setValue('7')
    await shown.get('form').trigger('submit')
    await flushPromises()
    expect(asked('runs:distance').at(-1)).toMatchObject({ step: 7 })
  })

  test('that are the same, or differ from the beginning, say so', async () => {
    for (const [step, said] of [[null, 'A and B have the same weights, bit for bit, up to step 20'], [0, 'A and B begin with different weights, at step 0.']] as const) {
      const { press, region } = await view([runCurves(1), runCurves(2)], { 'runs:difference': () => ({ step, first: 0, last: 20, exact: false }) })
      await press('Find the first difference')
      expect(region('Weights of two runs').text()).toContain(said)
      expect(region('Weights of two runs').text()).toContain('Other kernels')
    }
  })

  test('that cannot be compared name the reason, and the rest stays', async () => {
    const { press, region } = await view([runCurves(1), runCurves(2)], { 'runs:difference': () => { throw new LabError('compare.networks', '', {}) } })
    await press('Find the first difference')
    expect(useNotices().inPlace.map(({ key }) => key)).toEqual(['errors.compare.networks'])
    expect(region('Weights of two runs').text()).not.toContain('learned again…')
  })

  test('say while they are learned again which run, how far, and stop at a press without an error', async () => {
    let end: (cause: unknown) => void = () => undefined
    const { press, region, tell, asked } = await view([runCurves(1), runCurves(2)], { 'runs:difference': () => new Promise((_, refuse) => { end = refuse }), 'runs:compared': () => { end(new LabError('worker.died', '', {})); return null } })
    await press('Find the first difference')
    expect([region('Weights of two runs').text(), region('Weights of two runs').get('progress').attributes('value')]).toEqual([expect.stringContaining('Both runs are being learned again…'), undefined])
    tell('runs:comparing', { run: idOf(2), look: 3, step: 60, from: 50, to: 90 })
    await flushPromises()
    const { value, max } = region('Weights of two runs').get('progress').attributes()
    expect([region('Weights of two runs').text(), value, max]).toEqual([expect.stringContaining('Look 3: B is being learned again, step 60 of 90'), '10', '40'])
    await press('Stop')
    expect([asked('runs:compared').length, useNotices().notices, region('Weights of two runs').find('progress').exists()]).toEqual([1, [], false])
  })
})

test('Escape goes back to the list, also from a field, and the thread rests', async () => {
  const { shown, compare, asked } = await view([runCurves(1), runCurves(2)])
  await shown.get('form input').trigger('keydown', { key: 'Escape' })
  expect([compare.shown, compare.marked.length, asked('runs:compared').length]).toEqual([false, 2, 1])
})

test('curves that cannot be read are told, and the list stays', async () => {
  const main = { 'runs:curves': () => { throw new LabError('run.missing', '', { file: 'a' }) } }
  fakeMain({ ...main, 'runs:list': () => [] })
  useRoom().go('files')
  const compare = useCompare()
  compare.add([idOf(1), idOf(2)])
  await compare.open()
  expect([compare.shown, useNotices().inPlace.map(({ key }) => key)]).toEqual([false, ['errors.run.missing']])
})
