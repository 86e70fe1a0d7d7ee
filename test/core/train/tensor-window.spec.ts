import { createReferenceOps, maxReadNumbers, readTensor, Summaries, Tensor } from '@core'
import { describe, expect, test } from 'vitest'

/** Of tensors with memory of their own. */
const summaries = (): Summaries => new Summaries(createReferenceOps('float32'))

describe('reading a tensor', () => {
  const W = Tensor.from([1, 2, 3, 4, 5, 6, 7, -8], [2, 4])

  test('returns all of it when it fits', () => {
    expect(readTensor(W, {}, summaries())).toEqual({ shape: [2, 4], firstRow: 0, rows: 2, firstColumn: 0, columns: 4, data: Float32Array.from(W.data), absMax: 8, norm: Math.sqrt(204), robustMax: 8 })
  })

  test('returns a window of whole columns, with the scale of the whole', () => {
    const { firstColumn, columns, data, absMax } = readTensor(W, { firstColumn: 1, columns: 2 }, summaries())
    expect({ firstColumn, columns, absMax, data: [...data] }).toEqual({ firstColumn: 1, columns: 2, absMax: 8, data: [2, 3, 6, 7] })
  })

  test('returns what exists when more is requested', () => {
    expect([...readTensor(W, { firstColumn: 3, columns: 9 }, summaries()).data]).toEqual([4, -8])
    expect([...readTensor(W, { firstColumn: 99 }, summaries()).data]).toEqual([4, -8])
  })

  test('returns a window of rows, alone or with columns', () => {
    const { firstRow, rows, columns, data, absMax } = readTensor(W, { firstRow: 1, rows: 1 }, summaries())
    expect({ firstRow, rows, columns, absMax, data: [...data] }).toEqual({ firstRow: 1, rows: 1, columns: 4, absMax: 8, data: [5, 6, 7, -8] })
    expect([...readTensor(W, { firstRow: 0, rows: 1, firstColumn: 2, columns: 1 }, summaries()).data]).toEqual([3])
    expect([...readTensor(W, { firstRow: 7, rows: 9 }, summaries()).data]).toEqual([5, 6, 7, -8]) // what exists
  })

  test('treats a vector as one row', () => {
    const { columns, data } = readTensor(Tensor.from([1, 2, 3], [3]), { firstColumn: 1 }, summaries())
    expect([columns, ...data]).toEqual([2, 2, 3])
  })

  test('stops at the maximum number of columns of an answer', () => {
    const { columns, data } = readTensor(Tensor.zeros([784, 1000]), {}, summaries())
    expect(columns).toBe(334)
    expect(data.length).toBeLessThanOrEqual(maxReadNumbers)
  })

  test('returns a copy: later learning does not change it', () => {
    const tensor = Tensor.from([1, 2], [1, 2])
    const { data } = readTensor(tensor, {}, summaries())
    tensor.data.fill(9)
    expect([...data]).toEqual([1, 2])
  })

  test('of more rows than fit has as many as fit, of one column', () => {
    const { rows, columns, shape } = readTensor(Tensor.zeros([300_000, 2]), {}, summaries())
    expect({ rows, columns, shape }).toEqual({ rows: maxReadNumbers, columns: 1, shape: [300_000, 2] })
  })

  test('has the scale of its finite numbers', () => {
    const { absMax, norm, data } = readTensor(Tensor.from([3, NaN, -4, Infinity], [2, 2]), {}, summaries())
    expect([absMax, norm, ...data]).toEqual([4, 5, 3, NaN, -4, Infinity])
    expect(readTensor(Tensor.from([NaN], [1]), {}, summaries())).toMatchObject({ absMax: 0, norm: 0 })
  })
})
