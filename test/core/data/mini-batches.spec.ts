import { MiniBatches, startPosition } from '@core'
import { describe, expect, test } from 'vitest'

const batchesOf = (batches: MiniBatches, from: number, steps: number): number[][] =>
  Array.from({ length: steps }, (_, i) => [...batches.at(batches.positionAt(from + i))])

describe('an epoch', () => {
  test.each([[60_000, 100, 600], [10, 3, 4], [10, 10, 1], [10, 11, 1], [1, 1, 1], [7, 1, 7]])('of %i images in batches of %i takes %i steps and shows each image once', (count, batchSize, steps) => {
    const batches = new MiniBatches({ count: count, batchSize: batchSize, seed: 1 })
    expect(batches.stepsPerEpoch).toBe(steps)
    const seen = new Uint8Array(count)
    for (let step = 0; step < steps; step++) for (const index of batches.at(batches.positionAt(step))) seen[index]!++
    expect(seen.every(times => times === 1)).toBe(true)
  })

  test('ends with a short batch when the images do not divide evenly', () => {
    const batches = new MiniBatches({ count: 10, batchSize: 4, seed: 1 })
    expect([0, 1, 2, 3].map(step => batches.at(batches.positionAt(step)).length)).toEqual([4, 4, 2, 4])
  })

  test('is counted, and so are the images seen in it', () => {
    const batches = new MiniBatches({ count: 10, batchSize: 4, seed: 1 })
    const places = [0, 2, 3, 8, 9].map((step) => { const { epoch, seen } = batches.positionAt(step); return [epoch, seen] })
    expect(places).toEqual([[0, 0], [0, 8], [1, 0], [2, 8], [3, 0]])
    let position = startPosition
    for (let step = 0; step < 9; step++) {
      expect(position).toEqual(batches.positionAt(step))
      position = batches.after(position)
    }
  })

  test('is reshuffled: no two have the same order', () => {
    const batches = new MiniBatches({ count: 50, batchSize: 50, seed: 1 })
    const orders = batchesOf(batches, 0, 20).map(order => order.join())
    expect(new Set(orders).size).toBe(20)
  })
})

describe('the order', () => {
  test('depends on the seed', () => {
    expect(batchesOf(new MiniBatches({ count: 100, batchSize: 10, seed: 1 }), 0, 30)).toEqual(batchesOf(new MiniBatches({ count: 100, batchSize: 10, seed: 1 }), 0, 30))
    expect(batchesOf(new MiniBatches({ count: 100, batchSize: 10, seed: 1 }), 0, 30)).not.toEqual(batchesOf(new MiniBatches({ count: 100, batchSize: 10, seed: 2 }), 0, 30))
  })

  test('at any step is found without replaying earlier ones, forward and back', () => {
    const straight = batchesOf(new MiniBatches({ count: 23, batchSize: 4, seed: 7 }), 0, 60)
    const jumping = new MiniBatches({ count: 23, batchSize: 4, seed: 7 })
    for (const step of [59, 0, 30, 29, 31, 5, 59, 6, 0]) expect([...jumping.at(jumping.positionAt(step))]).toEqual(straight[step])
  })

  test('mixes well: after a shuffle an image is equally likely in every batch', () => {
    // Occurrences of image 0 in each of 10 batches over 2,000 epochs: 200 expected, deviation √(2000·0.1·0.9) = 13.4
    const batches = new MiniBatches({ count: 100, batchSize: 10, seed: 3 })
    const times = new Array<number>(10).fill(0)
    for (let step = 0; step < 20_000; step++) if (batches.at(batches.positionAt(step)).includes(0)) times[step % 10]!++
    for (const n of times) expect(Math.abs(n - 200)).toBeLessThan(5 * 13.4) // five deviations
  })
})

test('a step allocates nothing: the same view is returned with new contents in the next epoch', () => {
  const batches = new MiniBatches({ count: 10, batchSize: 4, seed: 1 })
  const first = batches.at(batches.positionAt(0))
  const before = [...first]
  expect(batches.at(batches.positionAt(3))).toBe(first)
  expect([...first]).not.toEqual(before)
})

describe('a position', () => {
  test('behind which the batch size changes: the next batch begins at the image that follows', () => {
    const [small, large] = [4, 7].map(batchSize => new MiniBatches({ count: 23, batchSize, seed: 5 })) as [MiniBatches, MiniBatches]
    const order = [...new MiniBatches({ count: 23, batchSize: 23, seed: 5 }).at(startPosition)]
    let position = small.after(small.after(startPosition)) // 8 images seen
    const seen = [order.slice(0, 8)]
    while (position.epoch === 0) {
      seen.push([...large.at(position)])
      position = large.after(position)
    }
    expect(seen.map(({ length }) => length)).toEqual([8, 7, 7, 1])
    expect(seen.flat()).toEqual(order)
    expect(position).toEqual({ step: 5, epoch: 1, seen: 0 })
  })
})

describe('images set aside for validation', () => {
  test('are a seeded part that no epoch shows, and the others are all shown', () => {
    const batches = new MiniBatches({ count: 100, batchSize: 10, seed: 3, validation: 0.2 })
    expect([batches.validation.length, batches.count, batches.stepsPerEpoch]).toEqual([20, 80, 8])
    const shown = batchesOf(batches, 0, 8).flat()
    expect([...shown, ...batches.validation].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i))
  })

  test('stay the same when only the order changes', () => {
    const options = { count: 100, batchSize: 10, validation: 0.2, validationSeed: 1 }
    const [one, two] = [new MiniBatches({ ...options, seed: 1 }), new MiniBatches({ ...options, seed: 2 })]
    expect(one.validation).toEqual(two.validation)
    expect(batchesOf(one, 0, 8)).not.toEqual(batchesOf(two, 0, 8))
  })
})
