import { lossColumns } from '@core'
import { describe, expect, test } from 'vitest'
import { apart, type CompareChoice, indexAt, lineOf, rangeOfX, rangeOfY, smoothed, ticksOf, unlike } from '../../../renderer/compare/compare-lines'
import { exported } from '../../../renderer/compare/export'
import { runCurves } from './run-curves'

const choice = (more: Partial<CompareChoice> = {}): CompareChoice => ({ measure: 'loss', axis: 'step', classIndex: 0, window: 1, ...more })
const line = (run: ReturnType<typeof runCurves>, more: Partial<CompareChoice> = {}) => lineOf(run, choice(more), runCurves(1).classes)

describe('the line of a run', () => {
  test('has its losses along steps, epochs or seconds', () => {
    const run = runCurves(1, { steps: 3 })
    expect(line(run).x).toEqual([1, 2, 3])
    expect(line(run, { axis: 'epoch' }).x).toEqual([1, 2, 3].map(step => step / 600))
    expect(line(run, { axis: 'time' }).x).toEqual([0.1, 0.2, 0.3])
    expect(line(run).y).toEqual([2, 1.05, 0.1].map(Math.fround))
    expect(line(run).smooth).toBeNull()
  })

  test('shows the least and the greatest loss behind a mean of several', () => {
    const run = { ...runCurves(1), loss: lossColumns({ losses: Float32Array.of(4, 2, 8, 6), firstStep: 1 }, 2), epochs: new Float64Array(2), seconds: new Float64Array(2) }
    expect(line(run)).toMatchObject({ steps: [2, 4], y: [3, 7], raw: [{ x: 2, y: 2 }, { x: 2, y: 4 }, { x: 4, y: 6 }, { x: 4, y: 8 }] })
  })

  test('has the accuracy of a split, or of a class where it has images', () => {
    expect(line(runCurves(1), { measure: 'train' }).y).toEqual([0.1, 0.5, 0.9])
    expect(line(runCurves(1), { measure: 'class', classIndex: 2 }).y.map(y => Math.round(1e6 * y) / 1e6)).toEqual([0.08, 0.413333, 0.746667])
    expect(line(runCurves(1), { measure: 'class', classIndex: 3 }).missing).toBe('measure')
  })

  test('says what is missing: a split, times, the same classes', () => {
    expect(line(runCurves(1), { measure: 'validation' })).toMatchObject({ missing: 'measure', x: [] })
    expect(line(runCurves(1, { more: { seconds: new Float64Array(20).fill(NaN) } }), { axis: 'time' })).toMatchObject({ missing: 'time', x: [] })
    expect(line(runCurves(1, { more: { classes: ['cat', 'dog'] } }), { measure: 'class' })).toMatchObject({ missing: 'classes', x: [] })
    expect(line(runCurves(1, { steps: 0, more: { evaluations: [] } })).missing).toBe('measure')
  })

  test('ends where the time is no longer known', () => {
    const seconds = Float64Array.from({ length: 20 }, (_, i) => i < 5 ? i : NaN)
    expect(line(runCurves(1, { more: { seconds } }), { axis: 'time', window: 5 })).toMatchObject({ steps: [1, 2, 3, 4, 5], x: [0, 1, 2, 3, 4], missing: null })
    expect(line(runCurves(1, { more: { seconds } }), { axis: 'time', window: 5 }).smooth).toHaveLength(5)
  })
})

test('a mean goes over a window, weighted, and at the ends over what there is', () => {
  expect(smoothed([1, 2, 6, 4], [1, 1, 1, 1], 3)).toEqual([1.5, 3, 4, 5])
  expect(smoothed([1, 7], [3, 1], 3)).toEqual([2.5, 2.5])
})

test('a value is read at or before a place', () => {
  expect([0, 1, 1.5, 3, 99].map(place => indexAt([1, 2, 3], place))).toEqual([-1, 0, 0, 2, 2])
  expect(indexAt([], 1)).toBe(-1)
})

describe('the axes', () => {
  const lines = [runCurves(1), runCurves(2, { steps: 10 })].map(run => line(run, { measure: 'test' }))
  test('hold all lines', () => {
    expect(rangeOfX(lines)).toEqual({ min: 0, max: 20 })
    expect(rangeOfX([line(runCurves(1))])).toEqual({ min: 0, max: 20 }) // from step 1 on
    expect(rangeOfX([])).toEqual({ min: 0, max: 1 })
    expect(rangeOfY(lines, 'test', false)).toEqual({ min: 0, max: 1 })
  })

  test('are fitted to what the later half shows, so that a small gap is seen', () => {
    const { min, max } = rangeOfY(lines.map(line => ({ ...line, x: [0, 10, 20], y: [0.1, 0.972, 0.99] })), 'test', true)
    expect([min, max]).toEqual([expect.closeTo(0.97056, 6), expect.closeTo(0.99144, 6)]) // 8 % of room on both sides
  })

  test('have few round ticks', () => {
    expect(ticksOf({ min: 0, max: 5250 }, 6)).toEqual([0, 1000, 2000, 3000, 4000, 5000])
    expect(ticksOf({ min: 0.9, max: 1 }, 4)).toEqual([0.9, 0.95, 1])
    expect(ticksOf({ min: 0, max: 0.3 }, 3)).toEqual([0, 0.1, 0.2, 0.3])
  })

  test('have labels that do not lie on each other, within the height', () => {
    const size = { width: 14, height: 13, bottom: 100 }
    expect(apart([{ x: 5, y: 50 }, { x: 5, y: 52 }], size)).toEqual([50, 65])
    expect(apart([{ x: 5, y: 50 }, { x: 40, y: 52 }], size)).toEqual([50, 52])
    const [low, middle, high] = apart([{ x: 5, y: 100 }, { x: 5, y: 100 }, { x: 5, y: 99 }], size).toSorted((a, b) => b - a)
    expect(low).toBeLessThanOrEqual(100)
    expect([low! - middle!, middle! - high!].every(gap => gap >= 13)).toBe(true)
  })
})

test('runs of other datasets or loss functions are told', () => {
  const other = runCurves(2)
  expect(unlike([runCurves(1), other])).toEqual({ datasets: false, losses: false })
  expect(unlike([runCurves(1), { ...other, dataset: { ...other.dataset, sha256: { ...other.dataset.sha256, trainImages: '0'.repeat(64) } } }])).toEqual({ datasets: true, losses: false })
  expect(unlike([runCurves(1), { ...other, config: { ...other.config, network: { ...other.config.network, loss: 'identityWithLoss' } } }])).toEqual({ datasets: false, losses: true })
})

describe('what is exported', () => {
  const named = (run: { readonly name: string }) => run.name
  test('has every loss with all its digits, and an empty cell for what is not known', () => {
    const rows = exported([runCurves(1, { steps: 2, more: { seconds: Float64Array.of(0.5, NaN) } })], 'loss', named)
    expect(rows).toEqual([
      ['run', 'id', 'step', 'epoch', 'seconds', 'mini_batches', 'least_loss', 'greatest_loss', 'mean_loss'],
      ['Run 1', runCurves(1).id, 1, 1 / 600, 0.5, 1, 2, 2, 2],
      ['Run 1', runCurves(1).id, 2, 2 / 600, '', 1, Math.fround(0.1), Math.fround(0.1), Math.fround(0.1)],
    ])
  })

  test('has each evaluation with its classes', () => {
    const [header, first, second] = exported([runCurves(1, { steps: 0 })], 'test', named)
    expect(header!.slice(5)).toEqual(['split', 'images', 'accuracy', ...'0123456789'.split('').map(digit => `class_${digit}`)])
    expect([first!.slice(2, 9), second!.slice(5, 8)]).toEqual([[0, 0, 0, 'train', 1000, 0.1, 0.1], ['test', 1000, 0.1]])
    expect(first![11]).toBe('') // no image of a 3
  })
})
