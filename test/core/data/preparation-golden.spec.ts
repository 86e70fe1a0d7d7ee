import { readFileSync } from 'node:fs'
import { digitOfStrokes, inkOf, preprocessDigit, type Stroke } from '@core'
import { expect, test } from 'vitest'

interface Golden { readonly name: string, readonly image: readonly number[] }
const golden = JSON.parse(readFileSync('test/fixtures/golden/preparation/preparation.json', 'utf8')) as { strokes: readonly Golden[], pictures: readonly (Golden & { readonly side: number, readonly grey: string })[] }
const drawings = JSON.parse(readFileSync('test/fixtures/no-digits/drawings.json', 'utf8')) as readonly { readonly name: string, readonly strokes: readonly Stroke[] }[]

/** Rounded to four decimals in the file; single precision here, over some hundred sums. */
const within = 2e-4
const largest = (image: Float32Array | null, { image: wanted }: Golden): number => wanted.reduce((most, value, i) => Math.max(most, Math.abs(value - (image?.[i] ?? NaN))), 0)

test.each(golden.strokes)('the strokes of “$name” become what NumPy makes of them', (wanted) => {
  expect(largest(digitOfStrokes(drawings.find(({ name }) => name === wanted.name)!.strokes), wanted)).toBeLessThan(within)
})

test.each(golden.pictures)('the picture of “$name” becomes what NumPy makes of it', (wanted) => {
  const { side } = wanted
  const rgba = Uint8Array.from([...Buffer.from(wanted.grey, 'base64')].flatMap(value => [value, value, value, 255]))
  expect(largest(preprocessDigit(inkOf(rgba, side, side), side, side), wanted)).toBeLessThan(within)
})
