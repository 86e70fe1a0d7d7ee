import { digitOfStrokes, type Stroke } from '@core'
import { expect, test } from 'vitest'
import { seenOf } from '../../../../renderer/stores/sketch/network-input'

const five: readonly Stroke[] = [[[0.68, 0.12], [0.36, 0.14], [0.32, 0.45], [0.64, 0.5], [0.6, 0.82], [0.27, 0.82]].map(([x = 0, y = 0]) => ({ x, y }))]
const image = Float32Array.from({ length: 784 }, (_, i) => Number(Math.floor(i / 28) > 8 && Math.floor(i / 28) < 20 && i % 28 === 10))
const base = { index: 3, label: 1, image }

test('the network’s input is null for a blank paper, and a test image itself', () => {
  expect(seenOf({ base: null, strokes: [] })).toBeNull()
  expect(seenOf({ base, strokes: [] })).toBe(image)
})

test('strokes are rendered as lines, at any size', () => {
  expect(seenOf({ base: null, strokes: five })).toEqual(digitOfStrokes(five))
  const small = five.map(stroke => stroke.map(({ x, y }) => ({ x: x / 4, y: y / 4 })))
  const [large, little] = [seenOf({ base: null, strokes: five })!, seenOf({ base: null, strokes: small })!]
  large.forEach((value, i) => { expect(Math.abs(value - little[i]!)).toBeLessThan(0.02) }) // only rounding: the same lines
})

test('a stroke on a test image is added to its ink', () => {
  const seen = seenOf({ base, strokes: [[{ x: 10.5 / 28, y: 9 / 28 }, { x: 18.5 / 28, y: 9 / 28 }]] })!
  const columns = Array.from({ length: 28 }, (_, x) => Array.from({ length: 28 }, (_, y) => seen[y * 28 + x]!).reduce((a, b) => a + b))
  const rows = Array.from({ length: 28 }, (_, y) => seen.slice(y * 28, y * 28 + 28).reduce((a, b) => a + b))
  expect(Math.max(...columns)).toBeGreaterThan(12) // the image's vertical line, now 20 high
  expect(Math.max(...rows)).toBeGreaterThan(10) // the horizontal stroke
})
