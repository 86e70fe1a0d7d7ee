import { edgeLightness, normalizeUnit, resizePicture, unitRange } from '@core'
import { expect, test } from 'vitest'

const light = (...shape: readonly [number, number, number]) => ({ shape, preprocessing: 'resize' as const })
const dark = (...shape: readonly [number, number, number]) => ({ shape, preprocessing: 'resizeDark' as const })
const grey = (...values: number[]) => Uint8Array.from(values.flatMap(value => [value, value, value, 255]))

test('a picture of the dataset’s size is taken pixel by pixel, black as 0 and white as 1', () => {
  expect([...resizePicture(grey(0, 51, 102, 153, 204, 255), 3, 2, light(1, 2, 3))].map(value => Math.round(value * 255))).toEqual([0, 51, 102, 153, 204, 255])
})

test('a larger picture is averaged, and a smaller one repeated', () => {
  expect([...resizePicture(grey(0, 255, 255, 255, 0, 255, 0, 0), 4, 2, light(1, 1, 2))].map(value => Math.round(value * 100))).toEqual([50, 50])
  expect([...resizePicture(grey(0, 255), 2, 1, light(1, 2, 4))].map(value => Math.round(value))).toEqual([0, 0, 1, 1, 0, 0, 1, 1])
})

test('colours count by their lightness, and what is transparent is black', () => {
  const green = resizePicture(Uint8Array.of(0, 255, 0, 255, 255, 255, 255, 0), 2, 1, light(1, 1, 2))
  expect(green[0]).toBeCloseTo(0.7152, 6)
  expect(green[1]).toBe(0)
})

test('a picture with dark ink is taken as its negative, and what is transparent is paper', () => {
  expect([...resizePicture(grey(0, 51, 102, 153, 204, 255), 3, 2, dark(1, 2, 3))].map(value => Math.round(value * 255))).toEqual([255, 204, 153, 102, 51, 0])
  // black ink on no paper at all, as drawing programs save it
  expect([...resizePicture(Uint8Array.of(0, 0, 0, 255, 0, 0, 0, 0, 0, 0, 0, 51), 3, 1, dark(1, 1, 3))].map(value => Math.round(value * 255))).toEqual([255, 0, 51])
})

test('the edge of a picture says how light its paper is, whatever is in the middle', () => {
  const framed = (edge: number, middle: number) => grey(edge, edge, edge, edge, middle, edge, edge, edge, edge)
  expect(edgeLightness(framed(255, 0), 3, 3)).toBeCloseTo(1, 12)
  expect(edgeLightness(framed(51, 255), 3, 3)).toBeCloseTo(0.2, 12)
  expect(edgeLightness(new Uint8Array(36), 3, 3)).toBe(1) // transparent: on white paper
  expect(edgeLightness(grey(0, 255), 2, 1)).toBeCloseTo(0.5, 12)
})

test('a normalized drawing is what the same image gives as bytes', () => {
  const bytes = Float32Array.from({ length: 256 }, (_, i) => i / 255)
  expect(normalizeUnit(bytes, unitRange)).toEqual(bytes)
  expect([...normalizeUnit(Float32Array.of(0, 0.2, 1), { divideBy: 51 })].map(value => Math.round(value * 1e5) / 1e5)).toEqual([0, 1, 5])
})
