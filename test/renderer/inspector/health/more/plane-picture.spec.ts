import { describe, expect, test } from 'vitest'
import { arrowOf, bands, leaves, lossRange, pathOf, planePicture, rangesAround } from '../../../../../renderer/inspector/health/more/plane-picture'

const axis = (patch: object = {}) => ({ path: 'affine1.W', row: 0, column: 0, value: 0, gradient: 0, from: -1, to: 1, ...patch })
/** A ramp whose words are 0 to 15: one for each band */
const colours = { ramp: Uint32Array.from({ length: bands }, (_, i) => i), nonFinite: 99 }

describe('the axes of a plane', () => {
  test('are a square around the present place, at least 1 wide', () => {
    expect(rangesAround([], [2, -3])).toEqual([[1.5, 2.5], [-3.5, -2.5]])
  })

  test('hold the whole path with room on all sides, on equal scales', () => {
    const [x, y] = rangesAround([{ x: 0, y: 0 }, { x: NaN, y: 1 }], [10, 2])
    expect([x[1] - x[0], y[1] - y[0], (x[0] + x[1]) / 2, (y[0] + y[1]) / 2]).toEqual([17, 17, 5, 1])
  })

  test('are left by a path beyond any of their ends', () => {
    const plane = { x: axis(), y: axis() }
    expect([[{ x: 1, y: -1 }], [{ x: 1.1, y: 0 }], [{ x: 0, y: -1.1 }], []].map(path => leaves(path, plane))).toEqual([false, true, true, false])
  })
})

describe('the picture of a plane', () => {
  test('has y upwards, and all losses of a band in one colour', () => {
    // rows of losses from the lowest y on: 0 and 1 below, 2 and 3 above
    expect([...planePicture({ size: 2, losses: Float32Array.of(0, 1, 2, 3) }, 2, colours)]).toEqual([10, 15, 0, 5])
    const wide = planePicture({ size: 2, losses: Float32Array.of(0, 1, 0, 1) }, 100, colours)
    expect(new Set(wide).size).toBe(bands)
    expect([...wide.subarray(0, 100)]).toEqual([...wide.subarray(0, 100)].sort((a, b) => a - b))
  })

  test('marks what is not finite, and has one colour where all losses are the same', () => {
    const losses = Float32Array.of(0, NaN, 1, Infinity)
    expect([...planePicture({ size: 2, losses }, 2, colours)]).toEqual([99, 99, 99, 99]) // every place has such a neighbour
    expect(lossRange({ losses })).toEqual({ least: 0, most: 1 })
    expect(lossRange({ losses: Float32Array.of(NaN) })).toBeNull()
    expect([...planePicture({ size: 2, losses: new Float32Array(4).fill(NaN) }, 2, colours)]).toEqual([99, 99, 99, 99])
    expect([...planePicture({ size: 2, losses: new Float32Array(4).fill(5) }, 2, colours)]).toEqual([0, 0, 0, 0])
  })
})

test('an arrow goes against the gradient, y upwards; without one there is none', () => {
  expect(arrowOf({ x: 100, y: 100 }, { x: axis({ gradient: 3 }), y: axis({ gradient: 4 }) })).toBe('M100 100L79.6 127.2') // 34 pixels · (−3/5, 4/5)
  expect(arrowOf({ x: 0, y: 0 }, { x: axis(), y: axis() })).toBeNull()
})

test('a path joins its finite points', () => {
  const place = { xOf: (x: number) => 10 * x, yOf: (y: number) => 100 - 10 * y }
  expect(pathOf([{ x: 1, y: 1 }, { x: NaN, y: 2 }, { x: 2, y: 3 }], place)).toBe('M10 90L20 70')
  expect(pathOf([{ x: 1, y: 1 }], place)).toBe('')
})
