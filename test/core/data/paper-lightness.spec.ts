import { Random } from '@core'
import { describe, expect, test } from 'vitest'
import { paperLightness } from '../../../core/data/paper-lightness'

const [width, height] = [60, 40]
type Light = (x: number, y: number) => number
const lightOf = (light: Light) => Float32Array.from({ length: width * height }, (_, i) => light(i % width, Math.floor(i / width)))
const whole = new Uint8Array(width * height).fill(1)
const ground = (light: Light, mask = whole) => paperLightness(lightOf(light), mask, width, height)
/** Largest deviation of the estimated ground from the true one. */
const farthest = (found: Light, wanted: Light) => Math.max(...Array.from({ length: width * height }, (_, i) => Math.abs(found(i % width, Math.floor(i / width)) - wanted(i % width, Math.floor(i / width)))))

describe('the paper\'s lightness', () => {
  test('is that of the rim, whatever is drawn inside', () => {
    expect(farthest(ground((x, y) => x > 1 && y > 1 && x < 58 && y < 38 ? 0.1 : 0.9), () => 0.9)).toBeLessThan(1e-6)
  })

  test('is the median of the rim where ink touches it, not the mean', () => {
    expect(farthest(ground((x, y) => y === 0 && x < 55 ? 0 : 0.8), () => 0.8)).toBeLessThan(1e-6) // 55 of 196 pixels at the rim
  })

  // light from each side, and from a corner
  test.each([[0.4, 0.3, 0], [0.9, -0.3, 0], [0.4, 0, 0.3], [0.9, 0, -0.3], [0.3, 0.25, 0.2], [0.6, 0.25, -0.3]])('from %d, with slopes of %d and %d over the picture, is a plane', (from, across, down) => {
    const plane: Light = (x, y) => from + across * x / width + down * y / height
    expect(farthest(ground(plane), plane)).toBeLessThan(1e-5)
  })

  test('with a slope is found although ink touches the rim on one side', () => {
    const plane: Light = (x, y) => 0.5 + 0.3 * x / width + 0.1 * y / height
    expect(farthest(ground((x, y) => x < 2 && y > 5 && y < 30 ? 0 : plane(x, y)), plane)).toBeLessThan(0.005)
  })

  test('with a slope in noise is found as accurately as the noise allows', () => {
    const random = new Random(5)
    const plane: Light = (x, y) => 0.5 + 0.3 * x / width + 0.1 * y / height
    expect(farthest(ground((x, y) => plane(x, y) + 0.01 * random.normal()), plane)).toBeLessThan(0.01)
  })

  test('with little difference between the sides is constant: noise is not a slope', () => {
    const found = ground(x => 0.7 + 0.02 * x / width)
    expect(found(0, 0)).toBe(found(59, 39))
    const sloped = ground(x => 0.7 + 0.08 * x / width)
    expect(sloped(59, 0) - sloped(0, 0)).toBeCloseTo(0.08, 2)
  })

  test('of a desk and a card with an edge between them is not a slope', () => {
    const found = ground(x => x < 20 ? 0.2 : 0.8)
    for (const [x, y] of [[0, 0], [59, 0], [30, 20]] as const) expect(found(x, y)).toBeCloseTo(0.8, 6)
  })
})

describe('where paper is possible only in a part of the picture', () => {
  const mask = Uint8Array.from({ length: width * height }, (_, i) => Number(i % width >= 10 && i % width < 50 && i >= 5 * width && i < 35 * width))

  test('the rim of that part counts, not the picture’s', () => {
    const part: Light = (x, y) => x >= 10 && x < 50 && y >= 5 && y < 35 ? x > 10 && x < 49 && y > 5 && y < 34 ? 0.1 : 0.6 : 0.3
    expect(ground(part, mask)(20, 20)).toBeCloseTo(0.6, 6)
  })

  test('a slope is that of the part', () => {
    const plane: Light = (x, y) => 0.4 + 0.4 * x / width - 0.2 * y / height
    const found = ground((x, y) => mask[y * width + x] ? plane(x, y) : 0, mask)
    for (const [x, y] of [[10, 5], [49, 5], [10, 34], [30, 20]] as const) expect(found(x, y)).toBeCloseTo(plane(x, y), 5)
  })

  test('the rim of a hole counts as well', () => {
    const ring = Uint8Array.from({ length: 49 }, (_, i) => Number(i !== 24))
    // 24 pixels of the outer rim at 0.9; the four next to the hole at 0.1 are too few to move the median
    const light = Float32Array.from({ length: 49 }, (_, i) => [17, 23, 25, 31].includes(i) ? 0.1 : 0.9)
    expect(paperLightness(light, ring, 7, 7)(3, 3)).toBeCloseTo(0.9, 6)
    const thin = Uint8Array.from({ length: 25 }, (_, i) => Number([11, 12, 13, 7, 17].includes(i) && i !== 12))
    expect(paperLightness(new Float32Array(25).fill(0.5), thin, 5, 5)(2, 2)).toBeCloseTo(0.5, 6)
  })

  test('there is no paper when no part allows it, and one pixel is enough', () => {
    expect(ground(() => 0.5, new Uint8Array(width * height))(3, 3)).toBe(0)
    const one = new Uint8Array(width * height)
    one[700] = 1
    expect(ground(() => 0.5, one)(3, 3)).toBe(0.5)
  })

  test('a rim of one row or column has no slope across itself', () => {
    for (const [w, h] of [[30, 1], [1, 30]] as const) {
      const found = paperLightness(Float32Array.from({ length: 30 }, (_, i) => 0.3 + 0.01 * i), new Uint8Array(30).fill(1), w, h)
      expect([found(0, 0), found(w - 1, h - 1)].every(Number.isFinite)).toBe(true)
      expect(found(0, 0)).toBeCloseTo(0.45, 6) // the sixteenth of thirty values
    }
  })
})
