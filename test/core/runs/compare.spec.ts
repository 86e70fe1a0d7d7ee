import { firstDifference, firstDifferingLoss, haveSameNumbers, lossColumns, Random, RunSeries, secondsAt, weightDistances, widthFor } from '@core'
import { describe, expect, test, vi } from 'vitest'

const seriesOf = (firstStep: number, ...values: readonly number[]) => new RunSeries([{ kind: 'losses', firstStep, losses: Float32Array.from(values) }])
const plain = (columns: ReturnType<typeof lossColumns>) => [...columns.steps].map((step, i) => [step, columns.least[i], columns.greatest[i], columns.mean[i], columns.count[i]])

describe('losses in columns', () => {
  test('are each their own while there are few', () => {
    expect(plain(lossColumns(seriesOf(1, 4, 2, 8), 1))).toEqual([[1, 4, 4, 4, 1], [2, 2, 2, 2, 1], [3, 8, 8, 8, 1]])
  })

  test('end at the same steps in every run, whatever their first one', () => {
    expect(plain(lossColumns(seriesOf(1, 4, 2, 8, 6, 1), 2))).toEqual([[2, 2, 4, 3, 2], [4, 6, 8, 7, 2], [5, 1, 1, 1, 1]])
    expect(plain(lossColumns(seriesOf(4, 4, 2, 8), 2))).toEqual([[4, 4, 4, 4, 1], [6, 2, 8, 5, 2]])
  })

  test('leave out what is missing or not finite', () => {
    expect(plain(lossColumns(seriesOf(1, 4, NaN, NaN, NaN, Infinity, 2), 2))).toEqual([[2, 4, 4, 4, 1], [6, 2, 2, 2, 1]])
    expect(plain(lossColumns(new RunSeries(), 4))).toEqual([])
  })

  test('of 200,000 steps are few, and their means weighted by their counts are the mean of all', () => {
    const random = new Random(3)
    const losses = Float32Array.from({ length: 200_000 }, () => random.next())
    const width = widthFor(losses.length, 600)
    const { steps, mean, count, least, greatest } = lossColumns({ losses, firstStep: 1 }, width)
    expect([width, steps.length, steps.at(-1)]).toEqual([512, 391, 200_000])
    // float64 sums of 200,000 float32 values below 1: the rounding of either is far below 1e-9
    expect(mean.reduce((sum, value, i) => sum + value * count[i]!, 0) / 200_000).toBeCloseTo(losses.reduce((a, b) => a + b, 0) / 200_000, 9)
    expect([least.reduce((a, b) => Math.min(a, b)), greatest.reduce((a, b) => Math.max(a, b))]).toEqual([losses.reduce((a, b) => Math.min(a, b)), losses.reduce((a, b) => Math.max(a, b))])
  })
})

test('a column is as wide as it must be, and a power of two', () => {
  expect([[1, 600], [600, 600], [601, 600], [1200, 600], [1201, 600], [200_000, 600]].map(([steps, columns]) => widthFor(steps!, columns!))).toEqual([1, 1, 2, 2, 4, 512])
})

test('the seconds of a step lie between those that were recorded, and are unknown after them', () => {
  const times = [{ kind: 'time', step: 14, seconds: 2 }, { kind: 'time', step: 24, seconds: 12 }] as const
  expect([...secondsAt(times, 10, [10, 12, 14, 19, 24, 25])]).toEqual([0, 1, 2, 7, 12, NaN])
  expect([...secondsAt([], 10, [10, 12])]).toEqual([NaN, NaN])
})

describe('the first loss that differs', () => {
  test.each<[string, RunSeries, RunSeries, number | null]>([
    ['is found in the steps of both', seriesOf(1, 4, 3, 2, 1), seriesOf(1, 4, 3, 2.5), 3],
    ['is found where one run begins later', seriesOf(1, 4, 3, 2, 1), seriesOf(3, 2, 1.5), 4],
    ['is none while all are the same', seriesOf(1, 4, 3), seriesOf(1, 4, 3, 2), null],
    ['is none where no step is common', seriesOf(1, 4, 3), seriesOf(9, 4), null],
    ['is none where nothing was recorded', seriesOf(1, 4), new RunSeries(), null],
    ['is not one that is missing', seriesOf(1, 4, NaN, 2), seriesOf(1, 4, 3, 2), null],
    ['tells 0 from −0', seriesOf(1, 0), seriesOf(1, -0), 1],
  ])('%s', (_, a, b, wanted) => {
    expect([firstDifferingLoss(a, b), firstDifferingLoss(b, a)]).toEqual([wanted, wanted])
  })
})

describe('the first step at which weights differ', () => {
  /** Weights that differ from a step on. */
  const from = (step: number) => vi.fn((at: number) => Promise.resolve(at >= step))

  test('is found by few looks where the losses tell', async () => {
    for (const lossDiffersAt of [1, 2, 3, 50, 51, 100]) {
      for (const step of [lossDiffersAt - 1, lossDiffersAt]) {
        const differ = from(step)
        expect(await firstDifference({ first: 0, last: 100, lossDiffersAt }, differ), `${step}`).toBe(step)
        expect(differ.mock.calls.length).toBeLessThanOrEqual(4)
      }
    }
  })

  test('is found when the losses did not tell, or were late', async () => {
    for (let step = 0; step <= 33; step++) {
      for (const lossDiffersAt of [null, 20, 33]) expect(await firstDifference({ first: 0, last: 33, lossDiffersAt }, from(step)), `${step} ${lossDiffersAt}`).toBe(step)
    }
    const differ = from(123_456)
    expect(await firstDifference({ first: 0, last: 200_000, lossDiffersAt: null }, differ)).toBe(123_456)
    expect(differ.mock.calls.length).toBeLessThanOrEqual(20) // log₂ of the steps, and both ends
  })

  test('is none while they are the same at the last common step', async () => {
    expect(await firstDifference({ first: 5, last: 9, lossDiffersAt: null }, from(10))).toBeNull()
    expect(await firstDifference({ first: 5, last: 5, lossDiffersAt: null }, from(10))).toBeNull()
  })
})

describe('weights', () => {
  const weights = (W: readonly number[], b: readonly number[]) => [{ path: 'affine1.W', data: Float32Array.from(W) }, { path: 'affine1.b', data: Float32Array.from(b) }]

  test('have a distance by tensor, and their own norms', () => {
    expect(weightDistances(weights([1, 2, 2], [0]), weights([1, -1, -2], [4]))).toEqual([
      { path: 'affine1.W', distance: 5, norms: [3, Math.sqrt(6)] }, // √(0² + 3² + 4²)
      { path: 'affine1.b', distance: 4, norms: [0, 4] },
    ])
  })

  test('are the same only bit for bit', () => {
    expect(haveSameNumbers(weights([1, 0], [2]), weights([1, 0], [2]))).toBe(true)
    expect(haveSameNumbers(weights([1, 0], [2]), weights([1, -0], [2]))).toBe(false)
    expect(haveSameNumbers(weights([1, 0], [2]), weights([1, 0], [2.5]))).toBe(false)
  })
})
