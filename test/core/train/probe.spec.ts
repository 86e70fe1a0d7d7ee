import { describe, expect, test } from 'vitest'
import { defaultConfig, histogramBins, maxReadNumbers, probeModel, readTensor, summarizeTensor, Tensor, tensorAt, Trainer } from '../../../core'
import { smallDataset } from '../../fixtures/small-dataset'

describe('a summary', () => {
  test('gives norm, range, zeros and a histogram that is symmetric about zero', () => {
    const { shape, norm, min, max, zeroShare, histogram } = summarizeTensor('affine1.dW', Tensor.from([3, 0, -4, 0, 0.01, -0.01], [2, 3]))
    expect({ shape, min, max }).toEqual({ shape: [2, 3], min: -4, max: 3 })
    expect(norm).toBeCloseTo(Math.sqrt(25.0002), 6) // 0.01 is rounded to float32
    expect(zeroShare).toBeCloseTo(100 / 3, 10)
    expect([histogram.from, histogram.to, histogram.counts.length]).toEqual([-4, 4, histogramBins])
    expect(histogram.counts[20]).toBe(4) // zero and what is near it
    expect(histogram.counts[0]).toBe(1)
    expect(histogram.counts.reduce((a, b) => a + b)).toBe(6)
  })

  test('of nothing but zeros has them all in the middle', () => {
    const { min, max, zeroShare, histogram } = summarizeTensor('relu1.out', Tensor.zeros([3, 4]))
    expect([min, max, zeroShare, histogram.counts[20]]).toEqual([0, 0, 100, 12])
    expect(histogram.to).toBeGreaterThan(histogram.from)
  })

  test('survives numbers that are not finite', () => {
    const { min, max, norm, histogram } = summarizeTensor('affine1.dW', Tensor.from([1, -2, Infinity], [3]))
    expect([min, max, norm]).toEqual([-2, 1, Infinity])
    expect(histogram.counts.reduce((a, b) => a + b)).toBe(2)
    expect(summarizeTensor('b', Tensor.from([NaN], [1])).norm).toBeNaN()
  })
})

describe('reading a tensor', () => {
  const W = Tensor.from([1, 2, 3, 4, 5, 6, 7, -8], [2, 4])

  test('gives all of it when it fits', () => {
    expect(readTensor(W)).toEqual({ shape: [2, 4], firstColumn: 0, columns: 4, data: Float32Array.from(W.data), absMax: 8, norm: Math.sqrt(204) })
  })

  test('gives a window of whole columns, with the scale of the whole', () => {
    const { firstColumn, columns, data, absMax } = readTensor(W, { firstColumn: 1, columns: 2 })
    expect({ firstColumn, columns, absMax, data: [...data] }).toEqual({ firstColumn: 1, columns: 2, absMax: 8, data: [2, 3, 6, 7] })
  })

  test('gives what is there when more is asked for', () => {
    expect([...readTensor(W, { firstColumn: 3, columns: 9 }).data]).toEqual([4, -8])
    expect([...readTensor(W, { firstColumn: 99 }).data]).toEqual([4, -8])
  })

  test('takes a vector for one row', () => {
    const { columns, data } = readTensor(Tensor.from([1, 2, 3], [3]), { firstColumn: 1 })
    expect([columns, ...data]).toEqual([2, 2, 3])
  })

  test('stops at as many columns as an answer may hold', () => {
    const { columns, data } = readTensor(Tensor.zeros([784, 1000]))
    expect(columns).toBe(334)
    expect(data.length).toBeLessThanOrEqual(maxReadNumbers)
  })

  test('is a copy: what is learned later does not change it', () => {
    const tensor = Tensor.from([1, 2], [1, 2])
    const { data } = readTensor(tensor)
    tensor.data.fill(9)
    expect([...data]).toEqual([1, 2])
  })
})

describe('a network', () => {
  const trainer = new Trainer({ ...defaultConfig, layers: [12, 8, 6], batchSize: 20 }, smallDataset())
  trainer.learn()

  test('shows every block with its weights, activations and gradients', () => {
    expect(probeModel(trainer.model).map(({ tensors }) => tensors.map(({ path }) => path))).toEqual([
      ['affine1.W', 'affine1.dW', 'affine1.b', 'affine1.db', 'affine1.out'],
      ['relu1.out', 'relu1.dout'],
      ['affine2.W', 'affine2.dW', 'affine2.b', 'affine2.db', 'affine2.out'],
      ['softmaxWithLoss.y', 'softmaxWithLoss.dx'],
    ])
  })

  test('has no other tensors', () => {
    expect(() => tensorAt(trainer.model, 'affine3.W')).toThrow(expect.objectContaining({ code: 'train.noTensor', details: { found: 'affine3.W' } }) as Error)
  })
})
