import { inkOf, preprocessDigit, Random } from '@core'
import { describe, expect, test } from 'vitest'
import { cpuMs } from '../../fixtures/cpu-time'
import { difference, drawFour, Sheet } from './drawings'

const sheet = () => drawFour(new Sheet(120, 100), 30, 10, 75)
const wanted = preprocessDigit(sheet().ink, 120, 100)!
const digitIn = (rgba: Uint8ClampedArray | Uint8Array, { width, height } = sheet()) => preprocessDigit(inkOf(rgba, width, height), width, height) ?? []

describe('ink is separated from paper', () => {
  // 0.06: faint edge pixels below 15 % of the ink count as paper
  test.each([
    ['black on white', 0, 255], ['white on black', 255, 0], ['grey on white', 128, 255], ['grey on black', 128, 0], ['dark grey on grey', 70, 130], ['faint pencil', 220, 255], ['faint chalk', 40, 10],
  ])('%s', (_, ink, paper) => {
    expect(difference(wanted, digitIn(sheet().rgba(ink, paper)))).toBeLessThan(0.06)
  })

  test('the result is the same for dark on light and light on dark', () => {
    const [dark, light] = [inkOf(sheet().rgba(0, 255), 120, 100), inkOf(sheet().rgba(255, 0), 120, 100)]
    // 1.01 / 255: the two pictures round their greys in opposite directions
    dark.forEach((value, i) => { expect(Math.abs(value - light[i]!)).toBeLessThan(1.01 / 255) })
  })

  test.each([['black', 0], ['white', 255], ['grey', 128]])('%s on transparent paper', (_, ink) => {
    expect(difference(wanted, digitIn(sheet().onGlass(ink)))).toBeLessThan(0.06)
  })

  // Cause: a few opaque pixels at the border were mistaken for the paper, and the digit vanished.
  test.each([['black', 0], ['white', 255]])('%s on transparent paper, touching the border', (_, ink) => {
    const touching = drawFour(new Sheet(120, 100), 30, 20, 90)
    expect(difference(preprocessDigit(touching.ink, 120, 100)!, digitIn(touching.onGlass(ink), touching))).toBeLessThan(0.06)
  })

  test('black on white, touching three borders', () => {
    const touching = drawFour(new Sheet(75, 90), -2, -4, 100)
    expect(difference(preprocessDigit(touching.ink, 75, 90)!, digitIn(touching.rgba(), touching))).toBeLessThan(0.06)
  })

  test.each([['red on white', [255, 0, 0], [255, 255, 255]], ['blue on yellow', [0, 0, 255], [255, 255, 0]], ['green on black', [0, 160, 0], [0, 0, 0]]])('%s', (_, ink, paper) => {
    const rgba = sheet().rgba()
    sheet().ink.forEach((value, i) => { rgba.set(paper.map((shade, k) => shade + (ink[k]! - shade) * value), 4 * i) })
    expect(difference(wanted, digitIn(rgba))).toBeLessThan(0.06)
  })

  test('half transparent ink on transparent paper', () => {
    const rgba = sheet().onGlass(0)
    for (let i = 3; i < rgba.length; i += 4) rgba[i]! /= 2
    expect(difference(wanted, digitIn(rgba))).toBeLessThan(0.06)
  })

  test('through the noise of a scanner', () => {
    const random = new Random(3)
    const rgba = sheet().rgba(30, 230).map((value, i) => i % 4 === 3 ? value : value + 6 * random.normal())
    expect(difference(wanted, digitIn(rgba))).toBeLessThan(0.15) // difference of 6 of 200 between ink and paper
  })
})

describe('there is no ink', () => {
  test.each([['white', 255, 255], ['black', 0, 255], ['grey', 128, 255], ['transparent', 0, 0]])('on a %s sheet', (_, grey, alpha) => {
    const rgba = new Sheet(30, 20).rgba(grey, grey, alpha)
    expect(inkOf(rgba, 30, 20).every(value => value === 0)).toBe(true)
    expect(digitIn(rgba, new Sheet(30, 20))).toEqual([])
  })

  test('in noise alone', () => {
    const random = new Random(4)
    const rgba = new Sheet(60, 60).rgba().map((value, i) => i % 4 === 3 ? value : 240 + 3 * random.normal())
    expect(inkOf(rgba, 60, 60).every(value => value === 0)).toBe(true)
  })

  test('in a picture of one pixel, or without pixels', () => {
    expect([...inkOf(new Uint8Array([9, 9, 9, 255]), 1, 1)]).toEqual([0])
    expect(inkOf(new Uint8Array(0), 0, 0)).toHaveLength(0)
  })
})

test('ink goes from 0 to exactly 1', () => {
  const ink = inkOf(sheet().rgba(90, 200), 120, 100)
  expect(Math.max(...ink)).toBe(1)
  expect(Math.min(...ink)).toBe(0)
})

test('a photograph of 24 megapixels takes less than three seconds', () => {
  const rgba = new Uint8Array(4 * 6000 * 4000).fill(255)
  for (let i = 0; i < 1e6; i++) rgba[4 * (8_000_000 + i)] = 0
  expect(cpuMs(() => inkOf(rgba, 6000, 4000))).toBeLessThan(3000) // 0.8 s on the reference machine
})
