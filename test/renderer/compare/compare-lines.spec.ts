import { lossColumns } from '@core'
import { describe, expect, test } from 'vitest'
import { bandOf, type CompareChoice, type CompareLine, type ComparePoint, endOf, grainOf, indexAt, lineOf, rangeOfX, rangeOfY, smoothed, stepsIn, unlike, valueAt, withPart } from '../../../renderer/compare/compare-lines'
import { apart } from '../../../renderer/components/charts/line-ends'
import { exported } from '../../../renderer/compare/export'
import { runCurves } from './run-curves'

const xOf = ({ points }: Pick<CompareLine, 'points'> | { points: readonly { x: number }[] }) => points.map(({ x }) => x)
const yOf = ({ points }: { readonly points: readonly { readonly y: number }[] }) => points.map(({ y }) => y)
const at = (step: number, more: Partial<ComparePoint> = {}): ComparePoint => ({ step, x: step, epoch: 0, y: step, count: 1, least: step, greatest: step, ...more })
const choice = (more: Partial<CompareChoice> = {}): CompareChoice => ({ measure: 'loss', axis: 'step', classIndex: 0, window: 1, ...more })
const line = (run: ReturnType<typeof runCurves>, more: Partial<CompareChoice> = {}) => lineOf(run, choice(more), runCurves(1).classes)

describe('the line of a run', () => {
  test('has its losses along steps, epochs or seconds', () => {
    const run = runCurves(1, { steps: 3 })
    expect(xOf(line(run))).toEqual([1, 2, 3])
    expect(xOf(line(run, { axis: 'epoch' }))).toEqual([1, 2, 3].map(step => step / 600))
    expect(xOf(line(run, { axis: 'time' }))).toEqual([0.1, 0.2, 0.3])
    expect(yOf(line(run))).toEqual([2, 1.05, 0.1].map(Math.fround))
    expect([line(run).smooth, bandOf(line(run))]).toEqual([null, null])
  })

  test('shows the least and the greatest loss behind a mean of several', () => {
    const run = { ...runCurves(1), loss: lossColumns({ losses: Float32Array.of(4, 2, 8, 6), firstStep: 1 }, 2), epochs: new Float64Array(2), seconds: new Float64Array(2) }
    expect(line(run).points).toMatchObject([{ step: 2, y: 3, count: 2, least: 2, greatest: 4 }, { step: 4, y: 7, count: 2, least: 6, greatest: 8 }])
    expect(bandOf(line(run))).toEqual([{ x: 2, y: 2 }, { x: 2, y: 4 }, { x: 4, y: 6 }, { x: 4, y: 8 }])
  })

  test('shows what was recorded behind a smoothed line', () => {
    expect(bandOf(line(runCurves(1, { steps: 3 }), { window: 3 }))).toEqual([2, 1.05, 0.1].map((y, i) => ({ x: i + 1, y: Math.fround(y) })))
    expect(yOf({ points: line(runCurves(1, { steps: 3 }), { window: 3 }).smooth! })).toEqual([1.525, 1.05, 0.575].map(y => expect.closeTo(y, 6) as number))
  })

  test('has the accuracy of a split, or of a class where it has images', () => {
    expect(yOf(line(runCurves(1), { measure: 'train' }))).toEqual([0.1, 0.5, 0.9])
    expect(yOf(line(runCurves(1), { measure: 'class', classIndex: 2 })).map(y => Math.round(1e6 * y) / 1e6)).toEqual([0.08, 0.413333, 0.746667])
    expect(line(runCurves(1), { measure: 'class', classIndex: 3 }).missing).toBe('measure')
  })

  test('says what is missing: a split, times, the same classes', () => {
    expect(line(runCurves(1), { measure: 'validation' })).toMatchObject({ missing: 'measure', points: [] })
    expect(line(runCurves(1, { more: { seconds: new Float64Array(20).fill(NaN) } }), { axis: 'time' })).toMatchObject({ missing: 'time', points: [] })
    expect(line(runCurves(1, { more: { classes: ['cat', 'dog'] } }), { measure: 'class' })).toMatchObject({ missing: 'classes', points: [] })
    expect(line(runCurves(1, { steps: 0, more: { evaluations: [] } })).missing).toBe('measure')
  })

  test('ends where the time is no longer known', () => {
    const seconds = Float64Array.from({ length: 20 }, (_, i) => i < 5 ? i : NaN)
    const timed = line(runCurves(1, { more: { seconds } }), { axis: 'time', window: 5 })
    expect([timed.points.map(({ step }) => step), xOf(timed), timed.missing]).toEqual([[1, 2, 3, 4, 5], [0, 1, 2, 3, 4], null])
    expect(timed.smooth).toHaveLength(5)
  })

  test('is exact within a part that was read more exactly, and as before around it', () => {
    const losses = Float32Array.from({ length: 8 }, (_, i) => i)
    const read = (width: number, range?: { from: number, to: number }) => line({ ...runCurves(1), loss: lossColumns({ losses, firstStep: 1 }, width, range), epochs: new Float64Array(8), seconds: new Float64Array(8) })
    const joined = withPart(read(2), read(1, { from: 3, to: 4 }))
    expect(joined.points.map(({ step, y }) => [step, y])).toEqual([[2, 0.5], [3, 2], [4, 3], [6, 4.5], [8, 6.5]])
    expect(withPart(read(2), undefined)).toEqual(read(2))
    expect(withPart(read(2), read(1, { from: 9, to: 12 })).points).toEqual(read(2).points)
  })
})

test('a mean goes over a window, weighted, and at the ends over what there is', () => {
  expect(smoothed([1, 2, 6, 4], [1, 1, 1, 1], 3)).toEqual([1.5, 3, 4, 5])
  expect(smoothed([1, 7], [3, 1], 3)).toEqual([2.5, 2.5])
})

test('a value is read at or before a place, and that of the column which a place lies in', () => {
  const points = [1, 2, 3].map(step => at(step))
  expect([0, 1, 1.5, 3, 99].map(place => indexAt(points, place))).toEqual([-1, 0, 0, 2, 2])
  expect(indexAt([], 1)).toBe(-1)
  expect([0, 1, 1.5, 99].map(place => valueAt(points, place)?.step)).toEqual([undefined, 1, 1, 3])
  const columns = [4, 8, 10].map(step => at(step, { count: 4 }))
  expect([1, 4, 5, 8, 9, 99].map(place => valueAt(columns, place)?.step)).toEqual([4, 4, 8, 8, 10, 10])
  expect(valueAt([at(2, { x: 1 / 3 })], 0.1 + 0.2 + 1 / 30, 1e-6)?.step).toBe(2) // rounding leaves it a little before
})

test('a line ends at its last value, or where it leaves a part that it goes beyond', () => {
  const points = [{ x: 2, y: 10 }, { x: 4, y: 20 }]
  expect([1, 2, 3.5, 4, 9].map(to => endOf(points, to))).toEqual([undefined, { x: 2, y: 10 }, { x: 3.5, y: 17.5 }, { x: 4, y: 20 }, { x: 4, y: 20 }])
  expect(endOf([], 1)).toBeUndefined()
})

describe('the axes', () => {
  const view = { from: 0, to: 20 }
  const lines = [runCurves(1), runCurves(2, { steps: 10 })].map(run => line(run, { measure: 'test' }))
  test('hold all lines', () => {
    expect(rangeOfX(lines)).toEqual({ from: 0, to: 20 })
    expect(rangeOfX([line(runCurves(1))])).toEqual({ from: 0, to: 20 }) // from step 1 on
    expect(rangeOfX([])).toEqual({ from: 0, to: 1 })
    expect(rangeOfY(lines, { measure: 'test', fitted: false, view })).toEqual({ min: 0, max: 1, cut: null })
  })

  test('hold of the losses what a part shows, and cut off an early spike, which is told', () => {
    const spiked = { ...line(runCurves(1)), points: [at(0, { greatest: 2 }), at(1, { greatest: 40 }), at(15, { greatest: 1 }), at(20, { greatest: 0.5 })] }
    expect(rangeOfY([spiked], { measure: 'loss', fitted: false, view })).toEqual({ min: 0, max: expect.closeTo(2.5 * 1.04, 9) as number, cut: { x: 1, y: 40 } })
    expect(rangeOfY([spiked], { measure: 'loss', fitted: false, view: { from: 14, to: 20 } })).toEqual({ min: 0, max: 1.04, cut: null })
  })

  test('are fitted to what the later half shows, so that a small gap is seen', () => {
    const fitted = (measure: 'loss' | 'test') => rangeOfY([{ ...lines[0]!, points: [at(0, { y: 0.1 }), at(10, { y: 0.972 }), at(20, { y: 0.99 })].map(point => ({ ...point, greatest: point.y })) }], { measure, fitted: true, view })
    expect(fitted('loss')).toMatchObject({ min: expect.closeTo(0.97056, 6) as number, max: expect.closeTo(0.99144, 6) as number }) // 8 % of room on both sides
    expect(fitted('test')).toMatchObject({ min: 0.96, max: 1 }) // round ends, as in Train: a hundredth each
  })

  test('are read by steps, by the part of an epoch that a step is, or by its time', () => {
    const run = runCurves(1)
    expect(grainOf([line(run)], 'step')).toBe(1)
    expect(grainOf([line(run, { axis: 'epoch' })], 'epoch')).toBeCloseTo(1 / 600, 12)
    expect(grainOf([line(run, { axis: 'time' }), line(run, { axis: 'time' })], 'time')).toBeCloseTo(0.1, 12)
    expect(grainOf([], 'epoch')).toBe(1)
  })

  test('know the steps of a part, in any of the runs', () => {
    const epochs = [runCurves(1), runCurves(2, { more: { epochs: Float64Array.from({ length: 20 }, (_, i) => (i + 1) / 300) } })].map(run => line(run, { axis: 'epoch' }))
    expect(stepsIn(epochs, { from: 6 / 600, to: 9 / 600 })).toEqual({ from: 3, to: 10 }) // with a value beyond the end
    expect(stepsIn([], { from: 0, to: 1 })).toEqual({ from: 0, to: 0 })
  })
})

test('letters at the ends of lines do not lie on each other, within the height', () => {
  const size = { width: 14, height: 13, bottom: 100 }
  expect(apart([{ x: 5, y: 50 }, { x: 5, y: 52 }], size)).toEqual([50, 63])
  expect(apart([{ x: 5, y: 50 }, { x: 40, y: 52 }], size)).toEqual([50, 52])
  const [low, middle, high] = apart([{ x: 5, y: 100 }, { x: 5, y: 100 }, { x: 5, y: 99 }], size).toSorted((a, b) => b - a)
  expect(low).toBeLessThanOrEqual(100)
  // at the lower edge, the label of the upper line stays above
  const [upper, lower] = apart([{ x: 5, y: 95 }, { x: 5, y: 99 }], size)
  expect([upper, lower]).toEqual([87, 100])
  expect([low! - middle!, middle! - high!].every(gap => gap >= 13)).toBe(true)
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
