import { distanceBetween, inkOf, mnist, preprocessDigit } from '@core'
import { expect, test } from 'vitest'
import { Canvas, grey } from './pictures'
import { testDigits } from './reader'

const { image } = testDigits()
const digits = Array.from({ length: 12 }, (_, n) => image(n))
const side = 280
/** A test digit on a paper, prepared again. */
function prepared(pixels: Float32Array, { x = 60, y = 60, size = 168, ink = 0, paper = 255 } = {}): Float32Array {
  const { rgba } = new Canvas(side, side, grey(paper)).digit(pixels, x, y, size, grey(ink))
  return preprocessDigit(inkOf(rgba, side, side), side, side)!
}
const meanDifference = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, i) => sum + Math.abs(value - b[i]!), 0) / a.reduce((sum, value) => sum + value, 0)

test('where a digit stands on the paper changes nothing', () => {
  for (const pixels of digits) for (const [x, y] of [[0, 0], [112, 0], [31, 97]] as const) expect(meanDifference(prepared(pixels, { x, y }), prepared(pixels))).toBeLessThan(1e-6)
})

test('its size changes nearly nothing', () => {
  // Its place is rounded to a pixel and its narrower side to one of 20, which for a 1 is a fifth of its width: so pixels may move by one. What then is
  // left is less than half of the distance of the 1 % of test digits that are farthest from all training digits (1.07 by the root of the length).
  for (const pixels of digits) for (const size of [140, 196, 266]) {
    const [other, usual] = [prepared(pixels, { x: 4, y: 4, size }), prepared(pixels)]
    const length = Math.sqrt(usual.reduce((sum, value) => sum + value ** 2, 0))
    expect(distanceBetween(other, usual, mnist.shape) / Math.sqrt(length)).toBeLessThan(1.07 / 2)
  }
})

test('light on dark is the same as dark on light', () => {
  for (const pixels of digits) expect(meanDifference(prepared(pixels, { ink: 255, paper: 0 }), prepared(pixels))).toBeLessThan(0.02) // bytes are rounded
})

test('the centre of mass is in the middle of pixel 14, within half a pixel, unless the digit would leave the image', () => {
  for (const pixels of digits) {
    const digit = prepared(pixels)
    const mass = digit.reduce((a, b) => a + b)
    const [left, top] = [digit.findIndex((_, i) => digit.some((value, j) => value > 0 && j % 28 === i)), Math.floor(digit.findIndex(value => value > 0) / 28)]
    for (const [near, centre] of [[left, digit.reduce((sum, value, i) => sum + value * (i % 28 + 0.5), 0) / mass], [top, digit.reduce((sum, value, i) => sum + value * (Math.floor(i / 28) + 0.5), 0) / mass]] as const) {
      if (near > 0) expect(Math.abs(centre - 14.5)).toBeLessThanOrEqual(0.5 + 1e-6)
    }
  }
})
