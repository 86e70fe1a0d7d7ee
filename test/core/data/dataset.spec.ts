import { fillImages, fillTarget, imageAt, sparseOf, Tensor, unitRange } from '@core'
import { expect, test } from 'vitest'

const split = { count: 4, images: Uint8Array.from([0, 255, 51, 1, 2, 3, 10, 20, 30, 254, 128, 127]), labels: Uint16Array.from([3, 1, 0, 2]), normalization: unitRange }

test('images become rows from 0 to 1, in the requested order', () => {
  const x = Tensor.zeros([2, 3], 'float64')
  fillImages(x, split, [2, 0], 0, 2)
  expect([...x.data]).toEqual([10 / 255, 20 / 255, 30 / 255, 0, 1, 51 / 255])
})

test('every byte is exact in float32: 255 is exactly 1, and multiplying by 255 restores it', () => {
  const images = Uint8Array.from({ length: 256 }, (_, i) => i)
  const x = Tensor.zeros([1, 256])
  fillImages(x, { count: 1, images, labels: new Uint16Array(1), normalization: unitRange }, [0], 0, 1)
  expect(x.data[255]).toBe(1)
  expect([...x.data].map(value => Math.round(value * 255))).toEqual([...images])
})

test('a range of the indices starts at the requested offset, and no other row is touched', () => {
  const x = Tensor.from(new Array<number>(9).fill(7), [3, 3])
  fillImages(x, split, Uint32Array.from([3, 1, 0, 2]), 1, 2)
  expect([...x.data].map(value => Math.round(value * 255))).toEqual([1, 2, 3, 0, 255, 51, 1785, 1785, 1785])
})

test('a dataset’s own normalization is used, for a batch, for sparse rows and for one image', () => {
  const doubled = { ...split, normalization: { divideBy: 510 } }
  const x = Tensor.zeros([1, 3], 'float64')
  fillImages(x, doubled, [0], 0, 1)
  expect([...x.data]).toEqual([0, 0.5, 0.1])
  expect([...imageAt(doubled, 0)]).toEqual([0, 0.5, Math.fround(0.1)])
  const { pixelValues } = sparseOf(doubled)
  expect([pixelValues[255], pixelValues[51]]).toEqual([0.5, Math.fround(0.1)])
})

test('labels become class indices', () => {
  const t = Tensor.from([9, 9, 9], [3])
  fillTarget(t, split, Uint32Array.from([3, 1, 0, 2]), 1, 2)
  expect([...t.data]).toEqual([1, 3, 9])
})

test('a narrowed tensor accepts the short last batch', () => {
  const x = Tensor.zeros([3, 3])
  x.setRows(1)
  fillImages(x, split, [1], 0, 1)
  expect(x.data).toHaveLength(3)
  expect(Math.round(x.data[2]! * 255)).toBe(3)
})
