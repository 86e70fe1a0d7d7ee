import { normalizeUnit, resizePicture, unitRange } from '@core'
import { expect, test } from 'vitest'

const grey = (...values: number[]) => Uint8Array.from(values.flatMap(value => [value, value, value, 255]))

test('a picture of the dataset’s size is taken pixel by pixel, black as 0 and white as 1', () => {
  expect([...resizePicture(grey(0, 51, 102, 153, 204, 255), 3, 2, [1, 2, 3])].map(value => Math.round(value * 255))).toEqual([0, 51, 102, 153, 204, 255])
})

test('a larger picture is averaged, and a smaller one repeated', () => {
  expect([...resizePicture(grey(0, 255, 255, 255, 0, 255, 0, 0), 4, 2, [1, 1, 2])].map(value => Math.round(value * 100))).toEqual([50, 50])
  expect([...resizePicture(grey(0, 255), 2, 1, [1, 2, 4])].map(value => Math.round(value))).toEqual([0, 0, 1, 1, 0, 0, 1, 1])
})

test('colours count by their lightness, and what is transparent is black', () => {
  const green = resizePicture(Uint8Array.of(0, 255, 0, 255, 255, 255, 255, 0), 2, 1, [1, 1, 2])
  expect(green[0]).toBeCloseTo(0.7152, 6)
  expect(green[1]).toBe(0)
})

test('a normalized drawing is what the same image gives as bytes', () => {
  const bytes = Float32Array.from({ length: 256 }, (_, i) => i / 255)
  expect(normalizeUnit(bytes, unitRange)).toEqual(bytes)
  expect([...normalizeUnit(Float32Array.of(0, 0.2, 1), { divideBy: 51 })].map(value => Math.round(value * 1e5) / 1e5)).toEqual([0, 1, 5])
})
