import { readFileSync } from 'node:fs'
import { digitOfStrokes, type Stroke } from '@core'
import { expect, test } from 'vitest'
import { sampleReader, testDigits } from './reader'

/** The first five test images of each digit as lines, made by test/fixtures/stroke-paths/generate.py */
const paths = JSON.parse(readFileSync('test/fixtures/stroke-paths/paths.json', 'utf8')) as readonly { readonly index: number, readonly label: number, readonly strokes: readonly Stroke[] }[]
const read = sampleReader()
const { image } = testDigits()
const placed = (strokes: readonly Stroke[], scale: number, left: number, top: number) => strokes.map(stroke => stroke.map(({ x, y }) => ({ x: left + scale * x, y: top + scale * y })))
const labelOf = (strokes: readonly Stroke[]) => read(digitOfStrokes(strokes)!).label

test('50 thinned test digits, drawn as strokes, are read as well as the images within 2 points', () => {
  const right = paths.filter(({ strokes, label }) => labelOf(strokes) === label).length
  const untouched = paths.filter(({ index, label }) => read(image(index)).label === label).length
  expect(paths).toHaveLength(50)
  expect(Math.abs(right - untouched)).toBeLessThanOrEqual(1) // one of 50 is 2 points
})

test('at a half, a third and a quarter of the size, in nine places, at least 98 % have the same label', () => {
  let [same, all] = [0, 0]
  for (const { strokes } of paths) {
    const full = labelOf(strokes)
    for (const scale of [1 / 2, 1 / 3, 1 / 4]) for (const left of [0, 0.5, 1]) for (const top of [0, 0.5, 1]) {
      all++
      same += Number(labelOf(placed(strokes, scale, left * (1 - scale), top * (1 - scale))) === full)
    }
  }
  expect(all).toBe(50 * 27)
  expect(same / all).toBeGreaterThanOrEqual(0.98)
})
