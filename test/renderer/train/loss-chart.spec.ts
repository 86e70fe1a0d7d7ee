import { Curves } from '@core'
import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { defineComponent, type PropType } from 'vue'
import type { Line } from '../../../renderer/components/charts/line-chart'
import LossChart from '../../../renderer/train/LossChart.vue'
import { useMetrics } from '../../../renderer/stores/metrics'
import { useRun } from '../../../renderer/stores/run'
import { useTimeline } from '../../../renderer/stores/timeline'
import { fakeMain, metricsFrame, runState, show } from '../lab'

afterEach(() => { vi.unstubAllGlobals(); document.body.replaceChildren() })

type Cells = readonly (readonly (string | number)[])[]
/** A stub that takes what the chart would draw and export; happy-dom has no canvas */
const PlainFigure = defineComponent({
  inheritAttrs: false,
  props: { values: { type: Array as PropType<readonly string[]>, required: true }, summary: { type: String, required: true }, fill: { type: Function as PropType<(lines: Line[], pixels: number) => void>, required: true }, rows: { type: Function as PropType<() => Cells>, required: true } },
  setup: (_, { slots }) => () => slots['default']?.(),
})
const losses = (steps: number) => Float32Array.from({ length: steps }, (_, i) => i === 0 ? 2.44 : i === 99 ? 9 : 0.5 + (i % 7) / 16)

/** @param restored whether the window was reloaded after the last step, or saw all of them */
async function shown(steps: number, { pixels = 500, restored = false } = {}) {
  fakeMain()
  const view = await show(LossChart, {}, { TimelineFigure: PlainFigure })
  const metrics = useMetrics()
  if (restored) {
    const thread = new Curves()
    losses(steps).forEach((loss, i) => thread.takeLoss(i + 1, loss))
    metrics.restore(1, structuredClone(thread.read()))
  }
  else {
    metrics.reset(1)
    metrics.take(metricsFrame({ losses: losses(steps) }))
  }
  const lines: Line[] = [{ data: [] }, { data: [] }]
  const figure = view.getComponent(PlainFigure)
  figure.props().fill(lines, pixels)
  await flushPromises()
  return { legend: view.text(), summary: figure.props().summary, lines: lines.map(({ data }) => data), rows: figure.props().rows() }
}

describe('the loss chart', () => {
  test.each([
    [100, /^mean of 2 mini-batches ?mini-batch ?9\.00$/, /^Loss up to step 100\. First 2\.44, now 9\.00\.$/],
    [999, /^mean of 16 mini-batches ?mini-batch ?0\.750$/, /^Loss up to step 999\. First 2\.44, now 0\.750\. The axis ends at 4: at step 100 the loss was 9\.00\.$/],
    [1000, /^range of 2 mini-batches ?mean of 16 ?loss at step 1,000 ?0\.813$/, /now 0\.813\. Drawn are the least and the greatest of every 2 mini-batches, and the mean of every 16\. The axis ends at 4: at step 100 the loss was 9\.00\.$/],
    [20_000, /^range of 32 mini-batches/, /every 32 mini-batches/],
  ])('says in its legend and its summary what is drawn of %i steps', async (steps, legend, summary) => {
    const seen = await shown(steps)
    expect(seen.legend).toMatch(legend)
    expect(seen.summary).toMatch(summary)
  })

  test.each([10, 1000, 20_000])('draws, says and exports after a reload what it did before, at %i steps', async (steps) => {
    expect(await shown(steps, { restored: true })).toEqual(await shown(steps))
  })

  test('draws the curve of the run that it was forked from behind its own, names it and reads it', async () => {
    const loss = { steps: Float64Array.of(2, 4, 6), count: Float64Array.of(1, 1, 1), least: Float64Array.of(1, 1, 1), greatest: Float64Array.of(1, 1, 1), mean: Float64Array.of(3, 2, 1) }
    fakeMain({ 'runs:curves': () => [{ id: 'a0'.repeat(16), name: 'Bold', loss, evaluations: [] }] as never })
    const view = await show(LossChart, {}, { TimelineFigure: PlainFigure })
    useRun().accept(runState({ step: 5, parent: { run: 'a0'.repeat(16), step: 4 } }))
    useMetrics().take(metricsFrame({ losses: Float32Array.of(9, 8, 7, 6, 5) }))
    await flushPromises()
    const lines = Array.from({ length: 4 }, (): Line => ({ data: [] }))
    view.getComponent(PlainFigure).props().fill(lines, 500)
    expect(lines.map(({ label, data }) => [label, data.length])).toEqual([['mini-batch', 5], ['mean of 1 mini-batches', 0], ['Bold', 2], ['', 0]])
    expect(lines[2]!.data).toEqual([{ x: 4, y: 2 }, { x: 6, y: 1 }]) // from the step of the fork on
    expect([view.text(), view.getComponent(PlainFigure).props().summary]).toEqual([expect.stringContaining('Bold 1.00'), expect.stringContaining('The grey line is Bold.')])
    useTimeline().axis.read(5)
    await flushPromises()
    expect(view.getComponent(PlainFigure).props().values).toEqual(['loss 5', 'Bold 2.00'])
  })

  test('draws the first loss and a lone spike, however many mini-batches share a column', async () => {
    const { lines: [band] } = await shown(200_000, { pixels: 120 })
    expect(band).toEqual(expect.arrayContaining([{ x: 1, y: Math.fround(2.44) }, { x: 100, y: 9 }]))
    expect(band!.length).toBeLessThanOrEqual(4 * 120 + 2)
  })

  test('exports each mini-batch while all are kept, and then what is kept of several', async () => {
    const few = await shown(200)
    expect(few.rows).toHaveLength(201)
    expect(few.rows.slice(0, 3)).toEqual([['step', 'loss'], [1, Math.fround(2.44)], [2, 0.5625]])
    const many = await shown(4097)
    expect(many.rows.slice(0, 2)).toEqual([['step', 'mini_batches', 'least_loss', 'greatest_loss', 'mean_loss'], [2, 2, 0.5625, Math.fround(2.44), (Math.fround(2.44) + 0.5625) / 2]])
    expect(many.rows.at(-1)).toEqual([4097, 1, ...Array<number>(3).fill(losses(4097).at(-1)!)])
  })
})
