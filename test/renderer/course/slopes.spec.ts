import { describe, expect, test } from 'vitest'
import { curveOf, descend, descentOf, errorsOf, type SlopeSpec, startOf } from '../../../renderer/course/slopes'

const picture = (expression: string, inputs: Readonly<Record<string, number>>, patch: Partial<SlopeSpec> = {}): SlopeSpec =>
  ({ kind: 'feet', graph: { expression, inputs }, input: Object.keys(inputs)[0]!, formula: '', range: [-4, 4], h: 1, ...patch })

const square = picture('y = square(x)', { x: 3 })
const relu = picture('y = relu(x)', { x: 1 })
/** L = (2w + 1)² / 2: its slope is 2(2w + 1), its curvature 4, its minimum −0.5 */
const loss = picture('y = w * x; L = square(y - t) / 2', { w: 1.5, x: 2, t: -1 }, { kind: 'descent', rates: [0.1, 0.25, 0.4, 0.6] })

describe('a curve', () => {
  test('rises by 9.61 − 8.41 = 1.2 between 2.9 and 3.1, a slope of 6', () => {
    const { above, below, slope } = curveOf(square).feet(3, 0.1)
    expect(above).toBeCloseTo(9.61, 12)
    expect(below).toBeCloseTo(8.41, 12)
    expect(slope).toBeCloseTo(6, 12)
    expect(curveOf(square).slope(3)).toBe(6)
  })

  test('has the same slope between 2 and 4 as at 3, for the square only', () => {
    expect(curveOf(square).feet(3, 1).slope).toBe(6)
    expect(curveOf(picture('y = x ^ 3', { x: 2 })).feet(2, 1).slope).toBe(13) // (27 − 1) ÷ 2, not 12
  })

  test('has two slopes where it has a kink, and nowhere else', () => {
    expect(curveOf(relu).kink(0)).toEqual({ left: 0, right: 1 })
    expect(curveOf(relu).slope(0)).toBe(0)
    for (const x of [-1, -0.05, 0.05, 1]) expect(curveOf(relu).kink(x), String(x)).toBeNull()
    for (const x of [-4, 0, 3]) expect(curveOf(square).kink(x), String(x)).toBeNull()
    expect(curveOf(picture('y = sigmoid(x)', { x: 0 })).kink(0)).toBeNull()
  })

  test('between two feet around ReLU’s kink has the mean slope', () => {
    expect(curveOf(relu).feet(0, 0.5).slope).toBe(0.5)
    expect(curveOf(relu).feet(0.25, 0.5).slope).toBe(0.75) // 0.75 ÷ 1
  })

  test('of the sigmoid is steepest in the middle: a quarter', () => {
    const { slope, at } = curveOf(picture('y = sigmoid(x)', { x: 0 }))
    expect(at(0)).toBe(0.5)
    expect(slope(0)).toBe(0.25)
    expect(slope(Math.log(4))).toBeCloseTo(0.8 * 0.2, 12)
  })

  test('starts where its graph does', () => {
    expect(startOf(loss)).toBe(1.5)
  })
})

describe('the updates of one weight', () => {
  const walk = (rate: number, steps: number) => descend(loss, { from: 1.5, rate, steps }).map(({ x }) => x)

  test('follow the slope downhill: 1.5 − 0.1 · 8 = 0.7', () => {
    expect(descend(loss, { from: 1.5, rate: 0.1, steps: 1 })).toEqual([{ x: 1.5, y: 8, slope: 8 }, { x: 0.7, y: expect.closeTo(2.88, 12) as number, slope: expect.closeTo(4.8, 12) as number }])
  })

  test('with η = 0.25 land in the minimum at once, and stay', () => {
    expect(walk(0.25, 2)).toEqual([1.5, -0.5, -0.5])
    expect(descentOf(loss, 0.25)).toEqual({ factor: 0, manner: 'atOnce', minimum: -0.5, limit: 0.5 })
  })

  test('with η = 0.4 swing from side to side, closer each time', () => {
    const [, first, second] = walk(0.4, 2)
    expect(first).toBeCloseTo(-1.7, 12) // 1.5 − 0.4 · 8
    expect(second).toBeCloseTo(0.22, 12) // −1.7 − 0.4 · (−4.8)
    expect(descentOf(loss, 0.4)).toMatchObject({ factor: -0.6, manner: 'swings' })
  })

  test('with η = 0.6 fly off: 2, 2.8, 3.92 from the minimum', () => {
    const distances = walk(0.6, 2).map(w => Math.abs(w + 0.5))
    expect(distances[1]).toBeCloseTo(2.8, 12)
    expect(distances[2]).toBeCloseTo(3.92, 12)
    expect(descentOf(loss, 0.6)).toMatchObject({ factor: -1.4, manner: 'leaves' })
  })

  test.each([[0.1, 'slow'], [0.5, 'sameDistance']])('with η = %f: %s', (rate, manner) => {
    expect(descentOf(loss, rate).manner).toBe(manner)
  })
})

describe('h on its way to 0', () => {
  const cube = picture('y = x ^ 3', { x: 2 })

  test('makes the error h² of a cube smaller, until rounding makes it larger again', () => {
    const errors = new Map(errorsOf(cube, 2).map(({ h, error }) => [h, error]))
    expect(errors.size).toBe(25)
    expect(errors.get(1)).toBe(1)
    expect(errors.get(0.01)).toBeCloseTo(1e-4, 10)
    expect(errors.get(1e-12)!).toBeGreaterThan(errors.get(1e-5)!)
  })
})
