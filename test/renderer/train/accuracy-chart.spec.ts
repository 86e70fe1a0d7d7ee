import { Curves, type Evaluation, maxEvaluations, Random } from '@core'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { defineComponent, type PropType } from 'vue'
import type { Line } from '../../../renderer/components/charts/line-chart'
import AccuracyChart from '../../../renderer/train/AccuracyChart.vue'
import { useMetrics } from '../../../renderer/stores/metrics'
import { fakeMain, metricsFrame, show } from '../lab'
import { evaluation, score } from '../../fixtures/evaluation'

afterEach(() => { vi.unstubAllGlobals(); document.body.replaceChildren() })

type Cells = readonly (readonly (string | number)[])[]
/** A stub that takes what the chart would draw and export; happy-dom has no canvas */
const PlainFigure = defineComponent({
  inheritAttrs: false,
  props: { count: { type: Number, required: true }, summary: { type: String, required: true }, fill: { type: Function as PropType<(lines: Line[], pixels: number) => void>, required: true }, rows: { type: Function as PropType<() => Cells>, required: true } },
  setup: (_, { slots }) => () => slots['default']?.(),
})

const count = 5000
const every = 90
/** Accuracies of a run that has learned, with noise, and one bad evaluation */
function measured(bad: number, patch: Partial<Evaluation>, validated = false): Evaluation[] {
  const random = new Random(5)
  const evaluations = Array.from({ length: count }, (_, i) => evaluation(i * every, { train: 0.95 + random.next() / 50, test: 0.93 + random.next() / 50, ...validated && { validation: 0.94 + random.next() / 50 } }))
  evaluations[bad] = { ...evaluations[bad]!, ...patch }
  return evaluations
}

async function shown(evaluations: readonly Evaluation[], restored: boolean) {
  fakeMain()
  const view = await show(AccuracyChart, {}, { TimelineFigure: PlainFigure })
  const metrics = useMetrics()
  if (restored) {
    const thread = new Curves()
    for (const evaluation of evaluations) thread.takeEvaluation(evaluation)
    metrics.restore(1, structuredClone(thread.read()))
  }
  else {
    metrics.reset(1)
    for (let i = 0; i < evaluations.length; i += 7) metrics.take(metricsFrame({ evaluations: evaluations.slice(i, i + 7) }))
  }
  await view.vm.$nextTick()
  const figure = view.getComponent(PlainFigure)
  const { count: lineCount, fill, rows, summary } = figure.props()
  const lines = Array.from({ length: lineCount }, (): Line => ({ data: [] }))
  fill(lines, 300)
  const [train, validation, test] = lines.map(({ data }) => data)
  return { train: train!, validation: validation!, test: test!, radius: lines[2]!.pointRadius as readonly number[], rows: rows(), summary, legend: figure.text() }
}

describe('one bad evaluation among 5,000', () => {
  test.each([[1, false], [1025, false], [4998, false], [2500, true]] as const)('number %i is drawn and exported (restored: %s)', async (bad, restored) => {
    const { train, test, rows } = await shown(measured(bad, { test: score(0.1) }), restored)
    const point = { x: bad * every, y: 0.1 }
    const at = test.findIndex(({ x, y }) => x === point.x && y === point.y)
    expect(test[at]).toEqual(point)
    expect([test[at - 1]!.y, test[at + 1]!.y].some(Number.isFinite)).toBe(true) // joined, or drawn as a dot
    expect(test.length).toBeLessThanOrEqual(440) // 400, and gaps
    expect(Math.min(...train.map(({ y }) => y).filter(Number.isFinite))).toBeGreaterThan(0.9)
    expect(rows.filter(([, , , , accuracy]) => accuracy === 0.1).map(([step]) => step)).toEqual([bad * every])
    expect(rows.length).toBeLessThanOrEqual(maxEvaluations + 1)
  })

  test('on the training images is drawn on their line', async () => {
    const { train, rows } = await shown(measured(1777, { train: score(0.2) }), false)
    expect(train).toContainEqual({ x: 1777 * every, y: 0.2 })
    expect(rows.filter(([, accuracy]) => accuracy === 0.2).map(([step]) => step)).toEqual([1777 * every])
  })

  test('looks the same after a reload', async () => {
    const evaluations = measured(3333, { test: score(0.1) })
    expect(await shown(evaluations, true)).toEqual(await shown(evaluations, false))
  })
})

describe('evaluations on different numbers of images', () => {
  test('have points of two sizes, which the legend names', async () => {
    const { radius, legend } = await shown([evaluation(0, { images: 10_000 }), evaluation(1), evaluation(2), evaluation(3, { images: 10_000 })], false)
    expect(radius).toEqual([3.5, 1.75, 1.75, 3.5])
    expect(legend).toMatch(/of 10,000\s+of 1,000$/)
  })

  test('have points of one size where there is one number of images, and none in a long run', async () => {
    const { radius, legend } = await shown([evaluation(0), evaluation(1)], false)
    expect([radius, legend]).toEqual([[3.5, 3.5], expect.not.stringMatching(/of 1,000\s+of 1,000$/)])
    const long = await shown(Array.from({ length: 50 }, (_, i) => evaluation(600 * i, { images: i % 2 ? 1000 : 10_000 })), false)
    expect(new Set(long.radius)).toEqual(new Set([0, 3.5])) // the first one has no neighbour to be joined with
  })
})

describe('validation images', () => {
  test('have a line, a legend, a place in the summary and columns of their own', async () => {
    const { validation, rows, summary, legend } = await shown(measured(1777, { validation: score(0.2) }, true), false)
    expect(validation).toContainEqual({ x: 1777 * every, y: 0.2 })
    expect(rows[0]).toEqual(['step', 'train_accuracy', 'train_loss', 'train_images', 'validation_accuracy', 'validation_loss', 'validation_images', 'test_accuracy', 'test_loss', 'test_images'])
    expect(rows.find(([step]) => step === 1777 * every)!.slice(4, 7)).toEqual([0.2, 1, 1000])
    expect(summary).toMatch(/^Accuracy at step 449,910\. Training 9\d\.\d%, validation 9\d\.\d%, test 9\d\.\d%\. training − test: −?\d\.\d points\.$/)
    expect(legend.match(/test|validation|training/g)).toEqual(['test', 'validation', 'training', 'training', 'test'])
  })

  test('are not mentioned in a run that has none', async () => {
    const { validation, rows, summary, legend } = await shown(measured(0, {}), false)
    expect([validation, rows[0]]).toEqual([[], ['step', 'train_accuracy', 'train_loss', 'train_images', 'test_accuracy', 'test_loss', 'test_images']])
    expect(summary + legend).not.toContain('validation')
  })
})
