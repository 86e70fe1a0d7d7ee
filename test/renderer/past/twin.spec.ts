import type { TwinRequest, TwinState } from '@contract'
import { Curves, defaultConfig, LabError } from '@core'
import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { defineComponent, type PropType } from 'vue'
import type { Line } from '../../../renderer/components/charts/line-chart'
import ForkDialog from '../../../renderer/past/ForkDialog.vue'
import { useCompare } from '../../../renderer/stores/compare'
import { useMetrics } from '../../../renderer/stores/metrics'
import { useNotices } from '../../../renderer/stores/notices'
import { usePast } from '../../../renderer/stores/past'
import { useRoom } from '../../../renderer/stores/room'
import { useRun } from '../../../renderer/stores/run'
import { useTwin } from '../../../renderer/stores/twin'
import AccuracyChart from '../../../renderer/train/AccuracyChart.vue'
import LossChart from '../../../renderer/train/LossChart.vue'
import TwinMenu from '../../../renderer/past/twin/TwinMenu.vue'
import TwinNote from '../../../renderer/past/twin/TwinNote.vue'
import { evaluation } from '../../fixtures/evaluation'
import { idOf } from '../files/run-entry'
import { fakeMain, metricsFrame, runState, show, soFar } from '../lab'
import { runCurves } from './run-curves'

beforeEach(() => {
  Object.assign(HTMLDialogElement.prototype, { showModal() { (this as unknown as HTMLDialogElement).open = true } })
  Object.assign(HTMLElement.prototype, { hidePopover: () => undefined })
})
afterEach(() => { vi.unstubAllGlobals(); vi.useRealTimers(); document.body.replaceChildren() })

const slower = { ...defaultConfig, optimizer: { kind: 'sgd', learningRate: 0.01 } } as const
const twinOf = (patch: Partial<TwinState['state']> = {}, name = ''): TwinState =>
  ({ id: idOf(2), name, parent: { run: idOf(1), step: 0 }, before: { ...defaultConfig, optimizer: { kind: 'sgd', learningRate: 0.1 } }, after: slower, state: runState({ runId: 900, phase: 'running', config: slower, ...patch }) })

async function lab(answers: Parameters<typeof fakeMain>[0] = {}, twin: TwinState | null = twinOf()) {
  const main = fakeMain({
    'run:read': () => soFar(runState({ step: 1200 })), 'twin:read': () => twin && { twin, history: new Curves().read() }, 'twin:end': () => null, 'runs:curves': () => [runCurves()], 'past:leave': () => null,
    'past:read': () => ({ id: idOf(1), name: '', first: 0, last: 1200, beginning: runCurves().config, checkpoints: [0], bookmarks: [] }), ...answers,
  })
  useRoom().go('train')
  await useRun().load()
  await useTwin().load()
  await usePast().refresh()
  const take = (step: number, losses: readonly number[], more = {}) => main.tell('twin:metrics', metricsFrame({ runId: 900, firstStep: step - losses.length + 1, losses: Float32Array.from(losses), ...more }))
  return { main, take }
}

describe('the note about a twin', () => {
  test('says what differs and where it is, and that it catches up while it is behind', async () => {
    const { take } = await lab()
    const view = await show(TwinNote)
    take(100, Array<number>(100).fill(1))
    await flushPromises()
    expect(view.text()).toContain('Learning rate 0.1 → 0.01')
    expect(view.text()).toContain('catching up: step 100 of 1,200')
    take(1190, Array<number>(1090).fill(1))
    await flushPromises()
    expect(view.text()).toContain('step 1,190')
    expect(view.text()).not.toContain('catching up')
  })

  test('says where it cannot learn any more', async () => {
    const { main } = await lab()
    const view = await show(TwinNote)
    main.tell('twin:state', twinOf({ step: 7, phase: 'diverged', divergence: { step: 8, loss: 'Infinity' } }))
    await flushPromises()
    expect(view.text()).toContain('its loss was not finite after step 7')
  })

  test('leads to the comparison of both, and ends it', async () => {
    const { main } = await lab()
    const view = await show(TwinNote)
    const press = async (name: string) => {
      await view.findAll('button').find(button => button.text() === name)!.trigger('click')
      await flushPromises()
    }
    await press('Compare')
    expect([useCompare().marked, useRoom().current]).toEqual([[idOf(1), idOf(2)], 'files'])
    await press('Stop')
    expect(main.asked('twin:end')).toHaveLength(1)
    main.tell('twin:state', null)
    await flushPromises()
    expect(view.text()).toBe('')
  })

  test('is absent without one, and takes no frames of a twin that has ended', async () => {
    const { take } = await lab({}, null)
    const view = await show(TwinNote)
    take(5, [1, 1, 1, 1, 1])
    expect([view.text(), useTwin().loss]).toEqual(['', null])
  })
})

describe('a twin is begun', () => {
  test('at one press, from the first step, with a name that says what differs', async () => {
    const begun: TwinRequest[] = []
    const { main } = await lab({ 'twin:begin': (wanted) => {
      begun.push(wanted)
      return twinOf({}, wanted.name)
    } }, null)
    const view = await show(TwinMenu)
    const choices = view.findAll('.menu button').map(button => button.text())
    expect(choices).toEqual(['Learning rate 0.01', 'Learning rate 1', 'Momentum, learning rate 0.01', 'Adam, learning rate 0.001', 'Something else…'])
    await view.findAll('.menu button')[0]!.trigger('click')
    await flushPromises()
    expect(begun).toEqual([{ step: 0, change: { optimizer: { learningRate: 0.01 } }, name: 'Twin: Learning rate 0.01' }])
    expect([useTwin().twin?.id, main.asked('twin:begin').length]).toEqual([idOf(2), 1])
  })

  test('in the dialog only with exactly one thing changed; the batches are no choice', async () => {
    const { main } = await lab({ 'twin:begin': () => twinOf() }, null)
    const view = await show(ForkDialog, { step: 0, open: true, twin: true, anyStep: true })
    await flushPromises()
    const labels = view.findAll('label').map(label => label.text())
    expect(labels).not.toContain('Batch size')
    const field = (name: string) => view.get<HTMLInputElement>(`[id="${view.findAll('label').find(label => label.text() === name)!.attributes('for')}"]`)
    const button = () => view.get<HTMLButtonElement>('button.primary').element
    expect([button().disabled, view.text()]).toEqual([true, expect.stringContaining('A twin differs in exactly one thing. Changed here: 0.')])
    await field('Learning rate').setValue('0.05')
    expect(button().disabled).toBe(false)
    await field('Weight decay').setValue('0.1')
    expect([button().disabled, view.text()]).toEqual([true, expect.stringContaining('Changed here: 2.')])
    await field('Learning rate').setValue('0.1')
    await view.get('form').trigger('submit')
    await flushPromises()
    expect(main.asked('twin:begin')).toEqual([{ step: 0, change: { weightDecay: 0.1 }, name: 'Twin: Weight decay 0 → 0.1' }])
    expect(view.emitted('update:open')?.at(-1)).toEqual([false])
  })

  test('an error is told, unless another run has begun', async () => {
    let code: 'train.memory' | 'past.left' = 'train.memory'
    await lab({ 'twin:begin': () => { throw new LabError(code, '', { wanted: 2, found: 1 }) } }, null)
    expect(await useTwin().begin({ step: 0, change: { weightDecay: 0.1 } })).toBe(false)
    const told = useNotices().notices.length
    expect(told).toBe(1)
    code = 'past.left'
    await useTwin().begin({ step: 0, change: { weightDecay: 0.1 } })
    expect(useNotices().notices).toHaveLength(told)
  })
})

describe('the charts', () => {
  /** A stub that takes what the chart would draw; happy-dom has no canvas */
  const PlainFigure = defineComponent({
    inheritAttrs: false,
    props: { count: { type: Number, required: true }, summary: { type: String, required: true }, fill: { type: Function as PropType<(lines: Line[], pixels: number) => void>, required: true } },
    setup: (_, { slots }) => () => slots['default']?.(),
  })
  const drawnBy = async (chart: typeof LossChart | typeof AccuracyChart) => {
    const view = await show(chart, {}, { TimelineFigure: PlainFigure })
    await flushPromises()
    const figure = view.getComponent(PlainFigure)
    const lines = Array.from({ length: figure.props().count }, (): Line => ({ data: [] }))
    figure.props().fill(lines, 500)
    return { lines, text: figure.text(), summary: figure.props().summary }
  }

  test('have its losses and its accuracy beside those of the run, named with the latest value', async () => {
    vi.useFakeTimers()
    const { take } = await lab()
    useMetrics().take(metricsFrame({ losses: Float32Array.of(3, 2, 1), evaluations: [evaluation(2, { train: 0.5, test: 0.5 })] }))
    take(3, [3, 2.5, 2.25], { evaluations: [evaluation(3, { train: 0.25, test: 0.25 })] })
    await vi.advanceTimersByTimeAsync(200)
    const loss = await drawnBy(LossChart)
    expect(loss.lines[2]).toMatchObject({ label: 'Twin', data: [{ x: 1, y: 3 }, { x: 2, y: 2.5 }, { x: 3, y: 2.25 }] })
    expect([loss.text, loss.summary]).toEqual([expect.stringContaining('Twin 2.25'), expect.stringContaining('The dashed line is Twin.')])
    const accuracy = await drawnBy(AccuracyChart)
    expect(accuracy.lines[3]).toMatchObject({ label: 'Twin', data: [{ x: 3, y: 0.25 }] })
    expect(accuracy.text).toContain('Twin 25.0%')
  })
})
