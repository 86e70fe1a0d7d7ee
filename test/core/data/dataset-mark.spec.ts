import { type DatasetMark, isSameDataset, markOf, mnist, readDatasetMark } from '@core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

const mark = markOf(mnist)
const { normalization, ...written } = mark
const read = (changes: Record<string, unknown> = {}, divide: unknown = normalization) => readDatasetMark({ ...written, ...changes }, divide)

describe('what a weights file says about its dataset', () => {
  test('is what a stranger needs to use the weights: shape, normalization, preprocessing, and the files’ hashes', () => {
    expect(JSON.parse(JSON.stringify(mark))).toEqual({
      id: 'mnist', name: 'MNIST', shape: [1, 28, 28], normalization: { divideBy: 255 }, preprocessing: 'digit', counts: { train: 60_000, test: 10_000 }, sha256: mnist.sha256,
    })
    expect(Object.values(mark.sha256).every(hash => /^[0-9a-f]{64}$/.test(hash))).toBe(true)
  })

  test('is read back as it was written', () => {
    expect(read()).toEqual(mark)
    expect(read({}, { divideBy: 2 })).toEqual({ ...mark, normalization: { divideBy: 2 } })
  })

  test.each<[string, unknown]>([
    ['id', 'a/b'], ['id', 7], ['name', null], ['shape', [28, 28]], ['shape', [1, 0, 28]], ['shape', [1, 2.5, 28]], ['shape', '1×28×28'], ['counts', { train: 1 }],
    ['counts', { train: -1, test: 0 }], ['counts', null], ['preprocessing', 'crop'], ['preprocessing', undefined],
  ])('is ignored as a whole when its %s is %j', (key, value) => {
    expect(read({ [key]: value })).toBeUndefined()
  })

  test('is read without invalid hashes, and with bytes as 0 to 1 if its normalization is invalid', () => {
    expect(read({ sha256: { ...mnist.sha256, testLabels: 'abc', other: 'x' } })?.sha256).toEqual({ ...mnist.sha256, testLabels: undefined })
    for (const bad of [null, { divideBy: 0 }, { divideBy: -1 }, { divideBy: '255' }, { divideBy: null }, 255]) expect(read({}, bad)?.normalization).toEqual({ divideBy: 255 })
  })

  test('may be anything at all without an error', () => {
    fc.assert(fc.property(fc.anything(), fc.anything(), (value, other) => { readDatasetMark(value, other) }), { seed: 1, numRuns: 500 })
  })
})

test('datasets are the same when all their files are, whatever they are called', () => {
  const sha256: DatasetMark['sha256'] = { trainImages: 'a', trainLabels: 'b' }
  expect(isSameDataset({ sha256 }, { sha256: { ...sha256 } })).toBe(true)
  expect(isSameDataset({ sha256 }, { sha256: { ...sha256, trainLabels: 'c' } })).toBe(false)
  expect(isSameDataset({ sha256 }, { sha256: { ...sha256, testImages: 'c' } })).toBe(false)
  expect(isSameDataset(mnist, { sha256 })).toBe(false)
})
