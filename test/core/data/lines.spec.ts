import { digitOfStrokes, type Point, preprocessDigit } from '@core'
import { describe, expect, test } from 'vitest'
import { drawLine, smooth } from '../../../core/data/strokes'

const side = 30
const drawn = (line: readonly Point[], thickness: number, ink = new Float32Array(side * side)) => {
  drawLine(ink, side, line, thickness)
  return ink
}
/** Distance of a point from the nearest point of a line, searched in small steps. */
function distanceTo(line: readonly Point[], x: number, y: number): number {
  const points = line.flatMap((from, i) => {
    const to = line[i + 1] ?? from
    return Array.from({ length: 2001 }, (_, k) => ({ x: from.x + (to.x - from.x) * k / 2000, y: from.y + (to.y - from.y) * k / 2000 }))
  })
  return points.reduce((least, point) => Math.min(least, Math.hypot(point.x - x, point.y - y)), Infinity)
}

describe('a line that is drawn', () => {
  test.each<[string, readonly Point[], number]>([
    ['lying', [{ x: 8, y: 15 }, { x: 22, y: 15 }], 4], ['upright', [{ x: 15.3, y: 22 }, { x: 15.3, y: 8 }], 3], ['slanted', [{ x: 7, y: 9 }, { x: 21.5, y: 18 }], 5], ['bent', [{ x: 5, y: 5 }, { x: 20, y: 8 }, { x: 12, y: 24 }], 2.4],
    ['a dot', [{ x: 14.2, y: 15.7 }], 6], ['over the left and upper edges', [{ x: -3, y: 10 }, { x: 10, y: -3 }], 4], ['over the right and lower edges', [{ x: 33, y: 20 }, { x: 20, y: 33 }], 4], ['of two points in one place', [{ x: 9, y: 9 }, { x: 9, y: 9 }], 4],
  ])('%s has full ink within half its thickness, and fades over one pixel at its edge', (_, line, thickness) => {
    const ink = drawn(line, thickness)
    ink.forEach((value, i) => {
      const wanted = Math.min(1, Math.max(0, thickness / 2 + 0.5 - distanceTo(line, i % side + 0.5, Math.floor(i / side) + 0.5)))
      expect(Math.abs(value - wanted), `${i % side}, ${Math.floor(i / side)}`).toBeLessThan(1e-4) // the steps are a hundredth of a pixel, so the error is its square
    })
  })

  test.each([[1, 3, 8], [3, 1, 8], [0.5, 0.5, 2]])('has the width of the pen at each point: from %s to %s times the usual one, in the middle %s pixels', (first, last, middle) => {
    const ink = drawn([{ x: 5, y: 15, width: first }, { x: 25, y: 15, width: last }], 4)
    const columns = Array.from({ length: side }, (_, x) => Array.from({ length: side }, (_, y) => ink[y * side + x]!).reduce((a, b) => a + b))
    // between two columns the mean of both is the width there; a line of an even number of pixels ends between two rows
    expect((columns[14]! + columns[15]!) / 2).toBeCloseTo(middle, 1)
    expect(Math.sign(columns[24]! - columns[5]!)).toBe(Math.sign(last - first))
  })

  test('keeps darker pixels', () => {
    const before = new Float32Array(side * side).fill(0.6)
    const ink = drawn([{ x: 8, y: 15 }, { x: 22, y: 15 }], 4, before)
    expect([Math.min(...ink), Math.max(...ink), ink[0], ink[15 * side + 15]]).toEqual([Math.fround(0.6), 1, Math.fround(0.6), 1])
  })

  test('without points is empty', () => {
    expect(drawn([], 4).every(value => value === 0)).toBe(true)
  })
})

describe('a smoothed stroke', () => {
  const ends = (line: readonly Point[]) => [line[0], line.at(-1)]

  test('has the widths of the pen between those of its points, and none where the pen has its usual width', () => {
    const line = smooth([{ x: 0, y: 0, width: 1 }, { x: 20, y: 0, width: 2 }, { x: 20, y: 20, width: 0.5 }])
    const widths = line.map(({ width }) => width!)
    expect([widths[0], widths.at(-1)]).toEqual([1, 0.5])
    expect(widths.every(width => width >= 0.5 && width <= 2)).toBe(true)
    expect(line.find(({ x, y }) => x === 20 && y === 10)?.width).toBe(1.25) // the middle of 2 and 0.5
    expect(smooth([{ x: 0, y: 0 }, { x: 20, y: 0 }, { x: 20, y: 20 }]).some(point => 'width' in point)).toBe(false)
  })

  test('starts and ends where the original did, and passes through the midpoints between its points', () => {
    const stroke = [{ x: 0, y: 0 }, { x: 20, y: 0 }, { x: 20, y: 20 }, { x: 40, y: 20 }]
    const line = smooth(stroke)
    expect(ends(line)).toEqual([stroke[0], stroke[3]])
    for (const middle of [{ x: 20, y: 10 }, { x: 30, y: 20 }]) expect(line.some(({ x, y }) => Math.hypot(x - middle.x, y - middle.y) < 1e-9)).toBe(true)
  })

  test('bends like a quadratic curve: its middle is half way to the control point, a quarter from each end', () => {
    // the control polygon: from (0, 0) to the midpoint of the last two points, (20, 10), bent towards (20, 0)
    const line = smooth([{ x: 0, y: 0 }, { x: 20, y: 0 }, { x: 20, y: 20 }])
    const middle = { x: 0.25 * 0 + 0.5 * 20 + 0.25 * 20, y: 0.25 * 0 + 0.5 * 0 + 0.25 * 10 }
    expect(distanceTo(line, middle.x, middle.y)).toBeLessThan(1e-6)
    // not a corner: adjacent short segments turn by less than a third of a right angle
    const turns = line.slice(2).map((c, i) => {
      const [a, b] = [line[i]!, line[i + 1]!]
      const turn = Math.abs(Math.atan2(c.y - b.y, c.x - b.x) - Math.atan2(b.y - a.y, b.x - a.x))
      return Math.min(turn, 2 * Math.PI - turn)
    })
    expect(Math.max(...turns)).toBeLessThan(Math.PI / 6)
  })

  test('of points that are close together does not become longer', () => {
    const dense = Array.from({ length: 50 }, (_, i) => ({ x: i, y: 0 }))
    expect(smooth(dense)).toHaveLength(50)
    expect([smooth([]), smooth([{ x: 1, y: 2 }])]).toEqual([[], [{ x: 1, y: 2 }]])
  })
})

test('a mark of the pen keeps its size: it is neither enlarged to a digit nor lost, wherever it is', () => {
  for (const [x, y] of [[0.1, 0.1], [0.9, 0.5], [0.5, 0.95]] as const) {
    const seen = digitOfStrokes([[{ x, y }, { x: x + 0.03, y }]])!
    const inked = [...seen.keys()].filter(i => seen[i]! > 0.05)
    const columns = inked.map(i => i % 28)
    // 2.4 pixels thick, 0.03 of the paper long, which is 0.03 / 0.04 of a digit's length at most
    expect([Math.min(...columns) >= 3, Math.max(...columns) <= 25, Math.max(...columns) - Math.min(...columns) < 18]).toEqual([true, true, true])
    expect(Math.max(...seen)).toBeLessThanOrEqual(1.0001)
    expect(Math.max(...seen)).toBeGreaterThan(0.9)
    const [sx, sy] = inked.reduce(([a, b], i) => [a + i % 28 + 0.5, b + Math.floor(i / 28) + 0.5], [0, 0])
    expect([Math.abs(sx / inked.length - 14) < 0.6, Math.abs(sy / inked.length - 14) < 0.6]).toEqual([true, true])
  }
})

test.each([['top', false, false], ['bottom', false, true], ['left', true, false], ['right', true, true]] as const)('a drawing with its weight at its %s stays complete: centring yields to the edge of the image', (_, turned, mirrored) => {
  // a bar of full ink, and a long faint stem
  const ink = new Float32Array(400)
  for (let i = 0; i < 400; i++) {
    const [x, y] = turned ? [Math.floor(i / 20), i % 20] : [i % 20, Math.floor(i / 20)]
    const row = mirrored ? 19 - y : y
    ink[i] = row < 3 ? 1 : x === 10 ? 0.1 : 0
  }
  const seen = preprocessDigit(ink, 20, 20)!
  expect([...seen].filter(value => value > 0.05)).toHaveLength(60 + 17)
})
