import { digitOfStrokes, doubtIn, inkOf, preprocessDigit, type Stroke } from '@core'
import { describe, expect, test } from 'vitest'
import { writtenDigits } from '../../fixtures/written-digits'
import { Canvas, grey } from './pictures'
import { testDigits } from './reader'

const strokes = (digit: number, { size = 1, x = 0.5, y = 0.5 } = {}): Stroke[] => writtenDigits[digit]!.map(stroke => stroke.map(([u, v]) => ({ x: x + size * (u - 0.5), y: y + size * (v - 0.5) })))
const drawn = (...all: Stroke[]) => doubtIn(digitOfStrokes(all)!)
const doubtInPicture = ({ rgba, width, height }: Canvas) => { const digit = preprocessDigit(inkOf(rgba, width, height), width, height); return digit && doubtIn(digit) }
const line = (...points: (readonly [number, number])[]): Stroke => points.map(([x, y]) => ({ x, y }))
const { image, count } = testDigits()

describe('a digit is not doubted', () => {
  test('in MNIST’s 10,000 test images, except for fewer than one in 200', () => {
    const accused = Array.from({ length: count }, (_, n) => doubtIn(image(n))).filter(doubt => doubt !== null).length
    expect(accused).toBeLessThan(50) // 0.5 %
    expect(accused).toBeLessThan(30) // 26 at the time of writing: broken strokes, and two or three digits that fill their box
  })

  test('when it is handwritten, at any size', () => {
    for (const size of [1, 0.5, 0.25, 0.15]) expect(writtenDigits.map((_, digit) => drawn(...strokes(digit, { size })))).toEqual(writtenDigits.map(() => null))
  })

  test('when its strokes do not quite meet: an open 4, a 5 with a detached bar', () => {
    expect(drawn(line([0.36, 0.12], [0.28, 0.52], [0.55, 0.52]), line([0.64, 0.14], [0.58, 0.9]))).toBeNull()
    expect(drawn(line([0.38, 0.16], [0.34, 0.45], [0.6, 0.5], [0.66, 0.7], [0.5, 0.88], [0.28, 0.82]), line([0.44, 0.12], [0.7, 0.1]))).toBeNull()
  })

  test.each([[line([0.5, 0.1], [0.5, 0.9])], [line([0.3, 0.2], [0.7, 0.8])], [line([0.2, 0.3], [0.8, 0.7])]])('when it is a straight 1, upright or slanted (%#)', (stroke) => {
    expect(drawn(stroke)).toBeNull()
  })
})

describe('a drawing that is not a single digit is recognized as such:', () => {
  test.each([[1, 7], [1, 0], [4, 2], [8, 8], [3, 9], [6, 1], [5, 0]])('%i and %i side by side', (a, b) => {
    for (const size of [0.45, 0.2]) expect(drawn(...strokes(a, { size, x: 0.5 - 0.4 * size }), ...strokes(b, { size, x: 0.5 + 0.4 * size }))).toBe('parts')
  })

  test('three digits, two on top of each other, two on a slope', () => {
    expect(drawn(...[1, 2, 3].flatMap((digit, i) => strokes(digit, { size: 0.3, x: 0.2 + 0.3 * i })))).toBe('parts')
    expect(drawn(...strokes(3, { size: 0.4, y: 0.25 }), ...strokes(5, { size: 0.4, y: 0.75 }))).toBe('parts')
    expect(drawn(...strokes(2, { size: 0.4, x: 0.25, y: 0.25 }), ...strokes(6, { size: 0.4, x: 0.75, y: 0.75 }))).toBe('parts')
  })

  test('an equals sign, and two dots', () => {
    expect(drawn(line([0.2, 0.3], [0.8, 0.3]), line([0.2, 0.7], [0.8, 0.7]))).toBe('parts')
    expect(drawn(line([0.2, 0.5]), line([0.8, 0.5]))).not.toBeNull()
  })

  test.each([[line([0.1, 0.5], [0.9, 0.5])], [line([0.1, 0.45], [0.9, 0.55])], [line([0.4, 0.5], [0.6, 0.52])]])('a flat line (%#)', (stroke) => {
    expect(drawn(stroke)).toBe('flat')
  })

  test('a dot', () => {
    expect(drawn(line([0.5, 0.5]))).toBe('little')
    expect(drawn(line([0.5, 0.5], [0.51, 0.51]))).toBe('little')
  })

  test('a scribble that fills its box', () => {
    expect(drawn(line(...Array.from({ length: 240 }, (_, i) => [0.2 + 0.15 * Math.min(i % 8, 8 - i % 8), 0.2 + 0.0025 * i] as const)))).toBe('full')
  })

  test('in pictures: a filled square, a blot, a wide bar, two digits', () => {
    expect(doubtInPicture(new Canvas(100, 100).rectangle(30, 30, 40, 40, grey(0)))).toBe('full')
    expect(doubtInPicture(new Canvas(100, 100).circle(50, 50, 20, grey(0)))).toBe('full')
    expect(doubtInPicture(new Canvas(100, 100).rectangle(10, 45, 80, 10, grey(0)))).toBe('flat')
    expect(doubtInPicture(new Canvas(260, 140).digit(image(0), 0, 0, 140, grey(0)).digit(image(2), 120, 0, 140, grey(0)))).toBe('parts')
  })

  test('an image without ink', () => {
    expect(doubtIn(new Float32Array(784))).toBe('little')
  })
})
