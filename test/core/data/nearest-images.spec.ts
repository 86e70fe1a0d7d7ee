import { distanceBetween, meanImage, nearestImages, Random } from '@core'
import { expect, test } from 'vitest'

const shape = [1, 3, 4] as const
/** Five images of 3×4, of the classes 0, 1 and 2. */
const split = {
  count: 5, labels: Uint16Array.from([0, 1, 0, 2, 1]),
  images: Uint8Array.from([
    255, 0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, // a line on the left
    0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255, // on the right
    0, 255, 0, 0, 0, 255, 0, 0, 0, 255, 0, 0, // one beside the left
    255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0, // at the top
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  ]),
}
const left = Float32Array.from(split.images.subarray(0, 12), byte => byte / 255)

test('the nearest images come first, with their classes; a pixel that is one beside is no difference', () => {
  const found = nearestImages(split, shape, left, 3)
  expect(found.map(({ index, label }) => [index, label])).toEqual([[0, 0], [2, 0], [3, 2]])
  expect(found.map(({ distance }) => distance)).toEqual([0, 0, Math.sqrt(1 + 2)]) // the lowest pixel of one, and two pixels on the right of the other
})

test('the distance is what either has that the other has nowhere near', () => {
  const [a, b] = [new Float32Array(12), new Float32Array(12)]
  a[0] = 1 // at the upper left
  b[11] = 0.5 // at the lower right
  expect(distanceBetween(a, b, shape)).toBeCloseTo(Math.sqrt(1 + 0.25), 6)
  expect(distanceBetween(a, b, shape)).toBe(distanceBetween(b, a, shape))
  b[5] = 0.75 // on the diagonal beside
  expect(distanceBetween(a, b, shape)).toBeCloseTo(Math.sqrt(2 * 0.25 ** 2 + 0.5 ** 2), 6) // 1 and 0.75 differ by 0.25, seen from both
})

test('channels are compared each with itself', () => {
  const colours = [2, 1, 1] as const
  expect(distanceBetween(Float32Array.from([1, 0]), Float32Array.from([0, 1]), colours)).toBeCloseTo(Math.sqrt(2), 6) // each has what the other one lacks
})

test('of many images the same are found as by comparing with each', () => {
  const random = new Random(11)
  const count = 200
  const images = Uint8Array.from({ length: count * 12 }, () => random.next() < 0.5 ? 0 : random.integer(256))
  const many = { count, images, labels: Uint16Array.from({ length: count }, () => random.integer(3)) }
  for (let i = 0; i < 20; i++) {
    const image = Float32Array.from({ length: 12 }, () => random.next())
    const euclidean = (n: number) => image.reduce((sum, value, d) => sum + (value - images[n * 12 + d]! / 255) ** 2, 0)
    const close = Array.from({ length: count }, (_, n) => n).sort((a, b) => euclidean(a) - euclidean(b)).slice(0, 25)
    const byDistance = close.map(n => distanceBetween(image, Float32Array.from(images.subarray(n * 12, n * 12 + 12), byte => byte / 255), shape)).sort((a, b) => a - b).slice(0, 5)
    expect(nearestImages(many, shape, image, 5).map(({ distance }) => distance)).toEqual(byDistance)
  }
})

test('fewer images than asked for are all of them', () => {
  expect(nearestImages(split, shape, left, 9)).toHaveLength(5)
})

test('the mean image of a class is that of its images; a class without images has none', () => {
  expect([...meanImage(split, 0)!]).toEqual([0.5, 0.5, 0, 0, 0.5, 0.5, 0, 0, 0.5, 0.5, 0, 0])
  expect(meanImage(split, 2)![0]).toBe(1)
  expect(meanImage(split, 7)).toBeNull()
})
