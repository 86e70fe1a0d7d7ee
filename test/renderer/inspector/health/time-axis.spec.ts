import { describe, expect, test } from 'vitest'
import { endOf, pixelOf, rangeBetween, stepAt, type TimeAxis, timeTicks, zoomedAround } from '../../../../renderer/inspector/health/time-axis'

const linear: TimeAxis = { scale: 'linear', from: 0, to: 1000, width: 200 }
/** log(step + 1) grows from 0 to log(1000): a third of the width for each power of ten */
const logarithmic: TimeAxis = { scale: 'logarithmic', from: 0, to: 999, width: 300 }

describe('a step', () => {
  test.each([[0, 0], [250, 50], [1000, 200]])('%i is at pixel %i of a linear axis, and is read there', (step, pixel) => {
    expect(pixelOf(linear, step)).toBeCloseTo(pixel, 10)
    expect(stepAt(linear, pixel)).toBe(step)
  })

  test.each([[0, 0], [9, 100], [99, 200], [999, 300]])('%i is at pixel %i of a logarithmic axis, and is read there', (step, pixel) => {
    expect(pixelOf(logarithmic, step)).toBeCloseTo(pixel, 10)
    expect(stepAt(logarithmic, pixel)).toBe(step)
  })

  test('beyond an end is read as the end', () => {
    expect([stepAt(linear, -5), stepAt(linear, 500)]).toEqual([0, 1000])
    expect([stepAt(logarithmic, -5), stepAt(logarithmic, 500)]).toEqual([0, 999])
  })

  test('of a range in between has the range\'s own place', () => {
    const part: TimeAxis = { scale: 'logarithmic', from: 9, to: 99, width: 100 }
    expect([pixelOf(part, 9), pixelOf(part, 99)]).toEqual([0, 100])
  })
})

describe('what was measured at a step', () => {
  test('lasts until the next step when there is none in between', () => {
    expect(endOf({ ...linear, to: 4 }, 1, 2)).toBe(100)
  })

  test('lasts until the next measured one when that is near', () => {
    expect(endOf(linear, 100, 150)).toBe(30)
  })

  test('ends after some pixels when the next one is far away, or missing', () => {
    expect(endOf(linear, 100, 900)).toBe(32)
    expect(endOf(linear, 100, null, 5)).toBe(25)
    expect(endOf(linear, 990, null)).toBe(200)
  })
})

describe('a range', () => {
  const whole = { from: 1, to: 500 }
  test.each([[20, 80, 20, 80], [80, 20, 20, 80], [-7, 900, 1, 500], [30, 30, 30, 31], [500, 500, 499, 500]])('from %i to %i is one of at least a step within the whole', (a, b, from, to) => {
    expect(rangeBetween(a, b, whole)).toEqual({ from, to })
  })

  test('is zoomed around a step, which keeps its place', () => {
    expect(zoomedAround(linear, 200, 0.5, { from: 0, to: 1000 })).toEqual({ from: 100, to: 600 })
  })

  test('on a logarithmic axis, too', () => {
    // log(step + 1) from 0 to 3 powers of ten around 2: from 1 to 2.5
    expect(zoomedAround(logarithmic, 99, 0.5, { from: 0, to: 999 })).toEqual({ from: 9, to: 315 })
  })

  test('as wide as the whole is the whole', () => {
    expect(zoomedAround(linear, 200, 2, { from: 0, to: 1000 })).toBeNull()
  })
})

describe('ticks', () => {
  test('of a linear axis are equally far apart', () => {
    expect(timeTicks(linear, 50)).toEqual([0, 500, 1000])
  })

  test('of a logarithmic axis are 0 and the powers of ten', () => {
    expect(timeTicks(logarithmic, 80)).toEqual([0, 10, 100])
  })

  test('have fives and twos between them where there is room', () => {
    expect(timeTicks(logarithmic, 28)).toEqual([0, 1, 10, 20, 50, 100, 200, 500])
  })

  test('are never nearer than they may be', () => {
    for (const width of [50, 120, 300, 900]) {
      const axis = { ...logarithmic, to: 123_456, width }
      const places = timeTicks(axis, 40).map(step => pixelOf(axis, step))
      for (const [i, place] of places.entries()) if (i > 0) expect(place - places[i - 1]!).toBeGreaterThanOrEqual(40)
    }
  })

  test('of a narrow logarithmic range are equally far apart in steps', () => {
    expect(timeTicks({ scale: 'logarithmic', from: 610, to: 640, width: 200 }, 50)).toEqual([610, 620, 630, 640])
  })
})
