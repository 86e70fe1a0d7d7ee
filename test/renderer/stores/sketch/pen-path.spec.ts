import { digitOfStrokes, Random } from '@core'
import { describe, expect, test } from 'vitest'
import { leastGap, PenPath } from '../../../../renderer/stores/sketch/pen-path'
import type { Point } from '../../../../renderer/stores/sketch/strokes'

function drawn([first, ...rest]: readonly Point[]) {
  const path = new PenPath(first!)
  path.move(rest)
  path.end()
  return path.parts
}

describe('what a pen leaves on the paper', () => {
  test('is every point that adds something, and always the first and the last', () => {
    const points = [{ x: 0.5, y: 0.5 }, { x: 0.5 + leastGap / 2, y: 0.5 }, { x: 0.5 + 1.5 * leastGap, y: 0.5 }, { x: 0.5 + 2 * leastGap, y: 0.5 }]
    expect(drawn(points)).toEqual([[points[0], points[2], points[3]]])
  })

  test('is a dot where it only touches, also when the pointer trembles in one place', () => {
    expect(drawn([{ x: 0.2, y: 0.3 }])).toEqual([[{ x: 0.2, y: 0.3 }]])
    expect(drawn([{ x: 0.2, y: 0.3 }, { x: 0.2, y: 0.3 }, { x: 0.2, y: 0.3 }])).toEqual([[{ x: 0.2, y: 0.3 }]])
  })

  test('grows with the pressure of a pen that rests', () => {
    expect(drawn([{ x: 0.2, y: 0.3, width: 0.4 }, { x: 0.2, y: 0.3, width: 0.45 }, { x: 0.2, y: 0.3, width: 1.2 }])).toEqual([[{ x: 0.2, y: 0.3, width: 0.4 }, { x: 0.2, y: 0.3, width: 1.2 }]])
  })

  test('ends at the edge where the pen leaves, and goes on where it comes back', () => {
    const parts = drawn([{ x: 0.5, y: 0.5 }, { x: 1.5, y: 0.5 }, { x: 1.5, y: 0.75 }, { x: 0.5, y: 0.75 }])
    expect(parts).toEqual([[{ x: 0.5, y: 0.5 }, { x: 1, y: 0.5 }], [{ x: 1, y: 0.75 }, { x: 0.5, y: 0.75 }]])
  })

  test('is the part on the paper of a line that crosses it, with the widths there, and nothing of one that passes by', () => {
    expect(drawn([{ x: -1, y: 0.5, width: 1 }, { x: 2, y: 0.5, width: 4 }])).toEqual([[{ x: 0, y: 0.5, width: 2 }, { x: 1, y: 0.5, width: 3 }]])
    expect(drawn([{ x: -0.5, y: 0.6 }, { x: 0.6, y: -0.5 }])).not.toEqual([])
    expect(drawn([{ x: -0.5, y: 0.4 }, { x: 0.4, y: -0.5 }, { x: 2, y: -0.1 }])).toEqual([])
  })

  test('never lies beyond the paper, wherever the pen goes', () => {
    const random = new Random(3)
    for (let i = 0; i < 200; i++) {
      const parts = drawn(Array.from({ length: 12 }, () => ({ x: 3 * random.next() - 1, y: 3 * random.next() - 1 })))
      for (const { x, y } of parts.flat()) expect(Math.max(-x, x - 1, -y, y - 1)).toBeLessThan(1e-9)
      expect(parts.every(part => part.length > 0)).toBe(true)
    }
  })

  // The points that are left out are less than a fortieth of MNIST's pixel away; a digit of a quarter of the paper's height is enlarged fourfold.
  test.each([1, 0.25])('is seen by the network as if all points had been kept, at %s of the size', (size) => {
    const random = new Random(11)
    const points = Array.from({ length: 4000 }, (_, i) => ({ x: 0.5 + size * (0.35 * Math.cos(i / 600) + 0.0005 * random.normal()), y: 0.5 + size * (0.4 * Math.sin(i / 350) + 0.0005 * random.normal()) }))
    const parts = drawn(points)
    expect(parts[0]!.length).toBeLessThan(3300)
    const [kept, all] = [digitOfStrokes(parts)!, digitOfStrokes([points])!]
    kept.forEach((value, i) => { expect(Math.abs(value - all[i]!)).toBeLessThan(0.12) })
  })

  test('of ten thousand points takes a moment, and nothing is lost', () => {
    const random = new Random(4)
    const points = Array.from({ length: 10_000 }, () => ({ x: random.next(), y: random.next() }))
    const path = new PenPath(points[0]!)
    const start = performance.now()
    for (const point of points.slice(1)) path.move([point])
    path.end()
    expect(performance.now() - start).toBeLessThan(250) // 5 ms here; copying all points with each one takes seconds
    expect(path.parts).toHaveLength(1)
    expect(path.parts[0]!.length).toBeGreaterThan(9_980)
  })
})
