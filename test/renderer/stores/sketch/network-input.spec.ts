import { digitOfStrokes, mnist, Random, type Stroke } from '@core'
import { expect, test } from 'vitest'
import { infoOf } from '../../../fixtures/dataset-info'
import { seenOf } from '../../../../renderer/stores/sketch/network-input'

const five: readonly Stroke[] = [[[0.68, 0.12], [0.36, 0.14], [0.32, 0.45], [0.64, 0.5], [0.6, 0.82], [0.27, 0.82]].map(([x = 0, y = 0]) => ({ x, y }))]
const image = Float32Array.from({ length: 784 }, (_, i) => Number(Math.floor(i / 28) > 8 && Math.floor(i / 28) < 20 && i % 28 === 10))
const base = { dataset: 'mnist', split: 'test' as const, shape: mnist.shape, index: 3, label: 1, image }

test('the network’s input is null for a blank paper, and a test image itself', () => {
  expect(seenOf({ base: null, strokes: [] }, mnist)).toBeNull()
  expect(seenOf({ base, strokes: [] }, mnist)).toBe(image)
})

test('strokes are rendered as lines, at any size', () => {
  expect(seenOf({ base: null, strokes: five }, mnist)).toEqual(digitOfStrokes(five))
  const small = five.map(stroke => stroke.map(({ x, y }) => ({ x: x / 4, y: y / 4 })))
  const [large, little] = [seenOf({ base: null, strokes: five }, mnist)!, seenOf({ base: null, strokes: small }, mnist)!]
  large.forEach((value, i) => { expect(Math.abs(value - little[i]!)).toBeLessThan(0.02) }) // only rounding: the same lines
})

test('a stroke on a test image is added to its ink', () => {
  const seen = seenOf({ base, strokes: [[{ x: 10.5 / 28, y: 9 / 28 }, { x: 18.5 / 28, y: 9 / 28 }]] }, mnist)!
  const columns = Array.from({ length: 28 }, (_, x) => Array.from({ length: 28 }, (_, y) => seen[y * 28 + x]!).reduce((a, b) => a + b))
  const rows = Array.from({ length: 28 }, (_, y) => seen.slice(y * 28, y * 28 + 28).reduce((a, b) => a + b))
  expect(Math.max(...columns)).toBeGreaterThan(12) // the image's vertical line, now 20 high
  expect(Math.max(...rows)).toBeGreaterThan(10) // the horizontal stroke
})

const wide = infoOf({ id: 'wide', rows: 20, columns: 30, classes: 7, train: 10, test: 10 })

test('on other images than digits a drawing stays where it is, with its size', () => {
  const seen = seenOf({ base: null, strokes: [[{ x: 0.5, y: 0.05 }, { x: 0.5, y: 0.95 }]] }, wide)!
  const inColumn = (x: number) => Array.from({ length: 20 }, (_, y) => seen[y * 30 + x]!)
  expect(seen).toHaveLength(600)
  expect(Math.min(...inColumn(14).slice(2, -2), ...inColumn(15).slice(2, -2))).toBeGreaterThan(0.7) // a line of 1.7 pixels between two columns
  expect(Math.max(...inColumn(11), ...inColumn(18))).toBe(0)
})

test('a test image is read as what is on the paper by a network that has learned other images', () => {
  const flat = { dataset: 'wide', split: 'test' as const, shape: wide.shape, index: 0, label: 6, image: new Float32Array(600).fill(0.25) }
  const [seen, other] = [seenOf({ base: flat, strokes: [] }, { ...wide, id: 'small', shape: [1, 4, 5] })!, seenOf({ base: flat, strokes: [] }, wide)]
  expect(other).toBe(flat.image)
  expect(seen).toHaveLength(20)
  for (const value of seen) expect(value).toBeCloseTo(0.25, 6)
})

test('any drawing becomes numbers from 0 to 1 for images of any size, and blank paper none', () => {
  const random = new Random(5)
  for (let i = 0; i < 40; i++) {
    const [rows, columns] = [1 + random.integer(40), 1 + random.integer(40)]
    const dataset = infoOf({ id: 'any', rows, columns, classes: 2, train: 10, test: 10 })
    const strokes = Array.from({ length: 1 + random.integer(4) }, () => Array.from({ length: 1 + random.integer(6) }, () => ({ x: 1.4 * random.next() - 0.2, y: 1.4 * random.next() - 0.2 })))
    const seen = seenOf({ base: null, strokes }, dataset)!
    expect(seen).toHaveLength(rows * columns)
    expect(seen.every(value => value >= 0 && value <= 1)).toBe(true)
    expect(seenOf({ base: null, strokes: [] }, dataset)).toBeNull()
  }
})

test('of a picture the network sees its ink, scaled to the size of a digit', () => {
  const [width, height] = [60, 100]
  const rgba = new Uint8ClampedArray(4 * width * height).fill(255)
  for (let y = 20; y < 80; y++) for (let x = 27; x < 33; x++) rgba.fill(20, 4 * (y * width + x), 4 * (y * width + x) + 3)
  const seen = seenOf({ base: { kind: 'picture', name: 'one.png', width, height, rgba, sensitivity: 0.5 }, strokes: [] }, mnist)!
  const rows = Array.from({ length: 28 }, (_, y) => seen.slice(y * 28, y * 28 + 28).reduce((a, b) => a + b))
  expect(rows.filter(ink => ink > 0.5)).toHaveLength(20) // MNIST's box of 20×20
})
