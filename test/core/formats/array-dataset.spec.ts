import { datasetOfArrays, type NumberArray } from '@core'
import { describe, expect, test } from 'vitest'

const array = (data: NumberArray['data'], ...shape: readonly number[]): NumberArray => ({ type: 'f4', shape, data })
const bytes = (count: number, ...axes: readonly number[]) => array(Uint8Array.from({ length: count * axes.reduce((a, b) => a * b, 1) }, (_, i) => i % 250), count, ...axes)
const labels = (...values: readonly number[]) => array(Int32Array.from(values), values.length)
const read = (arrays: Readonly<Record<string, NumberArray>>) => datasetOfArrays(new Map(Object.entries(arrays)), 'a.npz')
const fails = (arrays: Readonly<Record<string, NumberArray>>) => {
  try { read(arrays) }
  catch (cause) { return cause }
  throw new Error('it was accepted')
}

describe('arrays are told apart', () => {
  const [x, y, xTest, yTest] = [bytes(3, 2, 4), labels(0, 4, 2), bytes(2, 2, 4), labels(1, 0)]
  test.each([
    [{ x_train: x, y_train: y, x_test: xTest, y_test: yTest }],
    [{ test_labels: yTest, train_labels: y, test_images: xTest, train_images: x }],
    [{ X: x, Y: y, Xtest: xTest, ytest: yTest }],
    [{ 'k-train-imgs.npz: arr_0': x, 'k-train-labels.npz: arr_0': y, 'k-t10k-imgs.npz: arr_0': xTest, 'k-t10k-labels.npz: arr_0': yTest }],
    [{ images: x, labels: y, val_images: xTest, val_labels: yTest }],
  ])('by their axes and names: %j', (arrays) => {
    const { images, others } = read(arrays)
    expect([others, images.rows, images.columns, [...images.train.labels], [...images.test!.labels], images.train.labelWidth]).toEqual([[], 2, 4, [0, 4, 2], [1, 0], 1])
    expect([images.train.images, images.test!.images]).toEqual([x.data, xTest.data])
  })

  test('without test images', () => { expect(read({ images: x, labels: y }).images.test).toBe(null) })

  test('and validation images beside test images are not used', () => {
    expect(read({ x_train: x, y_train: y, x_test: xTest, y_test: yTest, x_val: x, y_val: y }).others).toEqual(['x_val', 'y_val'])
  })

  test.each<[string, Readonly<Record<string, NumberArray>>]>([
    ['no arrays', {}], ['no labels', { x_train: x }], ['two arrays of images', { a: x, b: x, y }], ['test images alone', { x_test: xTest, y_test: yTest }],
    ['test images without labels', { x_train: x, y_train: y, x_test: xTest }], ['a number alone', { x, y: array(Uint8Array.of(1)) }],
  ])('and are refused where they do not say it: %s', (_, arrays) => {
    expect(fails(arrays)).toMatchObject({ code: 'arrays.names', details: { file: 'a.npz' } })
  })
})

describe('images', () => {
  test.each<[readonly number[], readonly number[]]>([[[2, 3, 4], [3, 4]], [[2, 3, 4, 1], [3, 4]], [[2, 1, 3, 4], [3, 4]], [[2, 9], [3, 3]], [[2, 1, 1], [1, 1]], [[2, 128, 128], [128, 128]]])('of the shape %j have %j pixels', (shape, size) => {
    const { images } = read({ x: bytes(...shape as [number]), y: labels(0, 1) })
    expect([images.rows, images.columns]).toEqual(size)
  })

  test.each([[[2, 3, 4, 3]], [[2, 3, 4, 1, 1]], [[2, 8]], [[2, 129, 4]], [[2, 0, 4]], [[0, 3, 4]]])('of the shape %j are refused', (shape) => {
    expect(fails({ images: bytes(...shape as unknown as [number]), labels: labels(0, 1) })).toMatchObject({ code: 'arrays.shape', details: { name: 'images', found: `(${shape.join(', ')})` } })
  })

  test('for testing have the size of those for training', () => {
    expect(fails({ x: bytes(2, 3, 4), y: labels(0, 1), x_test: bytes(1, 4, 3), y_test: labels(0) })).toMatchObject({ code: 'arrays.shape', details: { name: 'x_test', wanted: '(n, 3, 4)' } })
  })

  // 0.5 × 255 = 127.5, which is rounded up
  test.each<[string, NumberArray['data'], readonly number[]]>([
    ['bytes', Uint8Array.of(0, 2, 254, 255), [0, 2, 254, 255]], ['whole numbers', Int32Array.of(0, 2, 254, 255), [0, 2, 254, 255]],
    ['numbers from 0 to 1', Float32Array.of(0, 0.5, 1, 51 / 255), [0, 128, 255, 51]], ['numbers from 0 to 255', Float64Array.of(0, 2.4, 254.6, 255), [0, 2, 255, 255]],
    ['zeros and ones', Uint8Array.of(0, 1, 1, 0), [0, 255, 255, 0]],
  ])('may be %s', (_, data, expected) => {
    expect([...read({ x: array(data, 1, 2, 2), y: labels(0) }).images.train.images]).toEqual(expected)
  })

  test('for training and testing are scaled alike', () => {
    const { train, test } = read({ x: array(Float32Array.of(0, 255), 1, 1, 2), y: labels(0), x_test: array(Float32Array.of(0, 1), 1, 1, 2), y_test: labels(0) }).images
    expect([[...train.images], [...test!.images]]).toEqual([[0, 255], [0, 1]])
  })

  test.each([-0.5, 255.5, NaN, Infinity, -Infinity])('with a pixel of %d are refused, and the place is named', (value) => {
    expect(fails({ x: array(Float32Array.of(0, 1, value, 0), 1, 2, 2), y: labels(0) })).toMatchObject({ code: 'arrays.pixels', details: { name: 'x', index: 2, found: value } })
  })
})

describe('labels', () => {
  const x = bytes(3, 2, 2)
  test.each<[string, NumberArray, readonly number[]]>([
    ['numbers', labels(0, 999, 4), [0, 999, 4]], ['whole floats', array(Float32Array.of(1, 2, 0), 3), [1, 2, 0]], ['a column', array(Int16Array.of(1, 2, 0), 3, 1), [1, 2, 0]],
    ['one-hot', array(Float32Array.of(0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1), 3, 4), [1, 0, 3]],
  ])('may be %s', (_, y, expected) => {
    expect([...read({ x, y }).images.train.labels]).toEqual(expected)
  })

  test.each<[string, NumberArray, object]>([
    ['negative', labels(0, -1, 2), { code: 'arrays.label', details: { name: 'y', index: 1, found: -1 } }],
    ['1,000', labels(0, 1, 1000), { code: 'arrays.label', details: { index: 2, found: 1000, wanted: '0–999' } }],
    ['a fraction', array(Float32Array.of(0, 0.5, 1), 3), { code: 'arrays.label', details: { index: 1, found: 0.5 } }],
    ['a row with two ones', array(Uint8Array.of(1, 0, 1, 1, 0, 1), 3, 2), { code: 'arrays.label', details: { index: 1, found: -1 } }],
    ['a row of probabilities', array(Float32Array.of(1, 0, 0.4, 0.6, 0, 1), 3, 2), { code: 'arrays.label', details: { index: 1, found: -1 } }],
    ['of fewer images', labels(0, 1), { code: 'arrays.count', details: { name: 'x', labels: 'y', wanted: 3, found: '2' } }],
  ])('are refused where one is %s', (_, y, expected) => {
    expect(fails({ x, y })).toMatchObject(expected)
  })

  test('of more than 256 classes take two bytes', () => {
    expect(read({ x, y: labels(0, 256, 1) }).images.train.labelWidth).toBe(2)
    expect(read({ x, y: labels(0, 255, 1) }).images.train.labelWidth).toBe(1)
  })
})
