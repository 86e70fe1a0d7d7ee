import { MiniBatches } from '@core'
import { describe, expect, test } from 'vitest'

const batchesOf = (batches: MiniBatches, from: number, steps: number): number[][] =>
  Array.from({ length: steps }, (_, i) => [...batches.at(from + i).indices])

describe('an epoch', () => {
  test.each([[60_000, 100, 600], [10, 3, 4], [10, 10, 1], [10, 11, 1], [1, 1, 1], [7, 1, 7]])('of %i images in batches of %i takes %i steps and shows each image once', (count, batchSize, steps) => {
    const batches = new MiniBatches(count, batchSize, 1)
    expect(batches.stepsPerEpoch).toBe(steps)
    const seen = new Uint8Array(count)
    for (let step = 0; step < steps; step++) for (const index of batches.at(step).indices) seen[index]!++
    expect(seen.every(times => times === 1)).toBe(true)
  })

  test('ends with a short batch when the images do not divide evenly', () => {
    const batches = new MiniBatches(10, 4, 1)
    expect([0, 1, 2, 3].map(step => batches.at(step).indices.length)).toEqual([4, 4, 2, 4])
  })

  test('is counted, and so is the step within it', () => {
    const batches = new MiniBatches(10, 4, 1)
    const places = [0, 2, 3, 8, 9].map((step) => { const { epoch, stepInEpoch } = batches.at(step); return [epoch, stepInEpoch] })
    expect(places).toEqual([[0, 0], [0, 2], [1, 0], [2, 2], [3, 0]])
  })

  test('is reshuffled: no two have the same order', () => {
    const batches = new MiniBatches(50, 50, 1)
    const orders = batchesOf(batches, 0, 20).map(order => order.join())
    expect(new Set(orders).size).toBe(20)
  })
})

describe('the order', () => {
  test('depends on the seed', () => {
    expect(batchesOf(new MiniBatches(100, 10, 1), 0, 30)).toEqual(batchesOf(new MiniBatches(100, 10, 1), 0, 30))
    expect(batchesOf(new MiniBatches(100, 10, 1), 0, 30)).not.toEqual(batchesOf(new MiniBatches(100, 10, 2), 0, 30))
  })

  test('at any step is found without replaying earlier ones, forward and back', () => {
    const straight = batchesOf(new MiniBatches(23, 4, 7), 0, 60)
    const jumping = new MiniBatches(23, 4, 7)
    for (const step of [59, 0, 30, 29, 31, 5, 59, 6, 0]) expect([...jumping.at(step).indices]).toEqual(straight[step])
  })

  test('mixes well: after a shuffle an image is equally likely in every batch', () => {
    // Occurrences of image 0 in each of 10 batches over 2,000 epochs: 200 expected, deviation √(2000·0.1·0.9) = 13.4
    const batches = new MiniBatches(100, 10, 3)
    const times = new Array<number>(10).fill(0)
    for (let step = 0; step < 20_000; step++) if (batches.at(step).indices.includes(0)) times[step % 10]!++
    for (const n of times) expect(Math.abs(n - 200)).toBeLessThan(5 * 13.4) // five deviations
  })
})

test('a step allocates nothing: the same objects are returned with new contents', () => {
  const batches = new MiniBatches(10, 4, 1)
  const first = batches.at(0)
  const { indices } = first
  const before = [...indices]
  expect(batches.at(1)).toBe(first)
  expect(batches.at(3)).toBe(first)
  expect(first.indices).toBe(indices)
  expect([...indices]).not.toEqual(before) // order of the next epoch
})
