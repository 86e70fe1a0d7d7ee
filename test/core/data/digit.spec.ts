import { preprocessDigit } from '@core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cpuMs, medianCpuMs } from '../../fixtures/cpu-time'
import { difference, drawFour, measure, Sheet } from './drawings'

const digitOf = ({ ink, width, height }: Sheet): Float32Array => preprocessDigit(ink, width, height) ?? new Float32Array(0)
const four = () => digitOf(drawFour(new Sheet(280, 280), 80, 40, 200))

describe('a drawn digit', () => {
  test('fills 20 of 28 pixels in its longer direction, and keeps its aspect', () => {
    const tall = measure(four())
    expect(tall.height).toBe(20)
    expect(tall.width).toBe(15) // drawn (0.75 − 0.05 + 0.12) / (1 + 0.12) = 0.73 as wide as high, so 14.6 of 20
    const wide = measure(digitOf(new Sheet(280, 280).line(40, 100, 240, 100, 20).line(40, 100, 140, 160, 20)))
    expect([wide.width, wide.height]).toEqual([20, 7]) // 220 × 80 drawn: 20 × 7.3
  })

  test('has its centre of mass in the middle, like MNIST’s digits', () => {
    // The pixel grid allows an error of half a pixel; the centre is 14, as measured on MNIST below.
    for (const sheet of [drawFour(new Sheet(280, 280), 80, 40, 200), drawFour(new Sheet(280, 280), 5, 5, 90), new Sheet(280, 280).line(60, 40, 60, 200, 24).line(60, 200, 150, 200, 24)]) {
      const { x, y } = measure(digitOf(sheet))
      expect(Math.abs(x - 14)).toBeLessThanOrEqual(0.5)
      expect(Math.abs(y - 14)).toBeLessThanOrEqual(0.5)
    }
  })

  test('is 784 numbers from 0 to 1, with a maximum of 1', () => {
    const image = four()
    expect(image).toHaveLength(784)
    expect(Math.min(...image)).toBe(0)
    expect(Math.max(...image)).toBeCloseTo(1, 6)
  })

  test('has soft edges: a slanted line has many greys', () => {
    expect(new Set([...four()].map(value => Math.round(value * 255))).size).toBeGreaterThan(25)
  })

  test('is the same wherever it is drawn', () => {
    const there = four()
    for (const [x, y] of [[14, 12], [117, 67], [90, 13], [60, 67]] as const)
      expect(difference(there, digitOf(drawFour(new Sheet(280, 280), x, y, 200)))).toBeLessThan(1e-5) // rounding of the pen
    // A shift by a fraction of a pixel may enlarge the box by 1 of 224 pixels, which is 0.1 of a pixel of MNIST on strokes 2.4 wide; a shift by a whole pixel would give 0.8.
    for (const [x, y] of [[14.5, 12], [117, 66.9], [90.3, 12.7]] as const)
      expect(difference(there, digitOf(drawFour(new Sheet(280, 280), x, y, 200)))).toBeLessThan(0.2)
  })

  test('is nearly the same at any drawn size', () => {
    const there = four()
    for (const size of [40, 90, 150, 260]) // at size 40 a stroke is 5 pixels wide and its edges are blurred
      expect(difference(there, digitOf(drawFour(new Sheet(300, 300), 8, 16, size)))).toBeLessThan(0.25)
  })

  test('is the same on a sheet of any size', () => {
    const there = four()
    for (const [width, height] of [[400, 300], [1000, 250], [250, 1200]] as const)
      expect(difference(there, digitOf(drawFour(new Sheet(width, height), 20, 20, 200)))).toBeLessThan(0.05)
  })

  test('is the same with faint ink', () => {
    const sheet = drawFour(new Sheet(280, 280), 80, 40, 200)
    expect(difference(four(), preprocessDigit(sheet.ink.map(value => value * 0.3), 280, 280) ?? [])).toBeLessThan(0.01)
  })

  test('is the same in float64', () => {
    const sheet = drawFour(new Sheet(280, 280), 80, 40, 200)
    expect(preprocessDigit(Float64Array.from(sheet.ink), 280, 280)).toEqual(digitOf(sheet))
  })

  test('does not modify the drawing', () => {
    const sheet = drawFour(new Sheet(280, 280), 80, 40, 200)
    const before = sheet.ink.slice()
    digitOf(sheet)
    expect(sheet.ink.every((value, i) => value === before[i])).toBe(true)
  })
})

describe('odd drawings', () => {
  test('an empty sheet, and one with hardly any ink, is not a digit', () => {
    expect(preprocessDigit(new Float32Array(280 * 280), 280, 280)).toBeNull()
    expect(preprocessDigit(new Float32Array(280 * 280).fill(0.01), 280, 280)).toBeNull()
    expect(preprocessDigit(new Float32Array(0), 0, 0)).toBeNull()
  })

  test.each([[0, 0], [279, 0], [0, 279], [279, 279], [140, 140]])('one dot at %i, %i is centred', (x, y) => {
    const sheet = new Sheet(280, 280)
    sheet.ink[y * 280 + x] = 1
    const { x: cx, y: cy, width, height } = measure(digitOf(sheet))
    expect([width, height]).toEqual([20, 20])
    expect(Math.abs(cx - 14) + Math.abs(cy - 14)).toBeLessThanOrEqual(1)
  })

  test('a hairline is 20 long and one wide, upright or horizontal', () => {
    const upright = new Sheet(280, 280)
    for (let y = 0; y < 280; y++) upright.ink[y * 280 + 200] = 1
    expect(measure(digitOf(upright))).toMatchObject({ width: 1, height: 20 })
    const lying = new Sheet(5000, 3)
    lying.ink.fill(1, 5000, 10_000)
    expect(measure(digitOf(lying))).toMatchObject({ width: 20, height: 1 })
  })

  test('a sheet full of ink becomes a centred square of 20', () => {
    const image = preprocessDigit(new Float32Array(280 * 280).fill(1), 280, 280) ?? []
    expect(measure(image)).toMatchObject({ width: 20, height: 20 })
    expect(measure(image).ink).toBeCloseTo(400, 2)
  })

  test('a drawing smaller than 20 is enlarged', () => {
    const small = new Sheet(6, 6)
    small.ink.set([1, 1, 1, 1], 1)
    small.ink.set([1], 8)
    expect(measure(digitOf(small))).toMatchObject({ width: 20, height: 10 })
  })

  test('a drawing with its ink at one end stays inside the image', () => {
    const sheet = new Sheet(280, 280).line(20, 20, 260, 20, 3).line(140, 120, 140, 260, 60)
    const { width, height } = measure(digitOf(sheet))
    expect([width, height]).toEqual([19, 20]) // 243 × 270 as drawn, complete
  })

  test('any drawing gives 784 numbers from 0 to 1 with their centre near the middle, or null', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }), fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (width, height, values) => {
      const ink = Float32Array.from({ length: width * height }, () => (values.next().value as number) > 0.7 ? 1 : 0)
      const image = preprocessDigit(ink, width, height)
      if (!image) {
        expect(ink.every(value => value === 0)).toBe(true)
        return
      }
      const { x, y } = measure(image)
      // at most 4 pixels of margin on each side, so nothing can move further
      expect(image.every(value => value >= 0 && value <= 1.000001)).toBe(true)
      expect(Math.max(Math.abs(x - 14), Math.abs(y - 14))).toBeLessThan(7)
    }), { seed: 4, numRuns: 300 })
  })
})

describe('time', () => {
  test('a drawing of 280×280 takes less than 5 ms: it can follow the pointer', () => {
    const { ink } = drawFour(new Sheet(280, 280), 80, 40, 200)
    expect(medianCpuMs(31, () => preprocessDigit(ink, 280, 280))).toBeLessThan(5) // 0.3 ms on the reference machine
  })

  test('a scan of 24 megapixels takes less than two seconds', () => {
    const { ink } = drawFour(new Sheet(6000, 4000), 1500, 500, 3000)
    expect(cpuMs(() => preprocessDigit(ink, 6000, 4000))).toBeLessThan(2000)
  })
})
