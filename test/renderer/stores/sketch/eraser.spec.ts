import { inkOfPicture, mnist, type Point, prepare, type Size, type Stroke } from '@core'
import { describe, expect, test } from 'vitest'
import { erased } from '../../../../renderer/stores/sketch/eraser'
import type { Pen } from '../../../../renderer/stores/sketch/ink'
import { inkStrokes } from './ink-strokes'
import { type Sketch, thickness } from '../../../../renderer/stores/sketch/strokes'

const square: Size = { width: 1, height: 1 }
const radius = 0.05
const line = (y: number, width?: number): Stroke => [0.1, 0.5, 0.9].map(x => ({ x, y, ...width !== undefined && { width } }))
const at = (x: number, y: number): Point => ({ x, y })
const rub = (sketch: Sketch, from: Point, to = from, paper = square) => erased(sketch, from, to, { radius, paper })
const sketchOf = (...strokes: Stroke[]): Sketch => ({ base: null, strokes })

describe('an eraser on strokes', () => {
  test('cuts a line in two; the round ends of what is left touch the eraser', () => {
    const { strokes } = rub(sketchOf(line(0.5)), at(0.5, 0.5))
    expect(strokes).toHaveLength(2)
    const [left, right] = [strokes[0]!.at(-1)!, strokes[1]![0]!]
    const reach = radius + thickness / 2
    // a cut is exact to the distance of two points, 1/200
    expect(Math.abs(0.5 - reach - left.x)).toBeLessThan(0.0051)
    expect(Math.abs(0.5 + reach - right.x)).toBeLessThan(0.0051)
    expect([strokes[0]![0], strokes[1]!.at(-1)]).toEqual([line(0.5)[0], line(0.5)[2]])
  })

  test('leaves other strokes as they are, and the sketch itself where there is nothing', () => {
    const [near, far] = [line(0.5), line(0.8)]
    const after = rub(sketchOf(near, far), at(0.5, 0.5))
    expect(after.strokes.at(-1)).toBe(far)
    const sketch = sketchOf(near, far)
    expect(rub(sketch, at(0.5, 0.2))).toBe(sketch)
    expect(rub(sketch, at(0.03, 0.65))).toBe(sketch)
  })

  test('takes away what is below its whole way, however fast it moves', () => {
    const upright = [0.2, 0.4, 0.6, 0.8].map((x): Stroke => [{ x, y: 0.3 }, { x, y: 0.7 }])
    const after = rub(sketchOf(...upright), at(0.1, 0.5), at(0.9, 0.5))
    expect(after.strokes).toHaveLength(8)
    expect(after.strokes.flat().every(({ y }) => Math.abs(y - 0.5) >= radius + thickness / 2 - 1e-9)).toBe(true)
    expect(rub(sketchOf(line(0.5)), at(0, 0.5), at(1, 0.5)).strokes).toEqual([])
  })

  test('meets a thick line earlier than a thin one, and keeps the widths', () => {
    const place = at(0.5, 0.5 + radius + thickness * 0.7)
    expect(rub(sketchOf(line(0.5)), place).strokes).toHaveLength(1)
    const { strokes } = rub(sketchOf(line(0.5, 2)), place)
    expect(strokes).toHaveLength(2)
    for (const { width } of strokes.flat()) expect(width).toBeCloseTo(2, 12)
  })

  test('removes a dot', () => {
    expect(rub(sketchOf([at(0.5, 0.5)]), at(0.53, 0.5)).strokes).toEqual([])
  })

  test('is round on a paper that is not square', () => {
    const wide: Size = { width: 3, height: 1 }
    const { strokes } = rub(sketchOf(line(0.5)), at(0.5, 0.5), at(0.5, 0.5), wide)
    expect(Math.abs((0.5 - strokes[0]!.at(-1)!.x) * 3 - radius - thickness / 2)).toBeLessThan(0.0051)
  })

  // Cause: points of a cut stroke were control points of other curves than before, so that the rest of a bent line jumped.
  test('does not move what is left of a bent line', () => {
    const bent: Stroke = [at(0.1, 0.1), at(0.9, 0.1), at(0.9, 0.9)]
    const { strokes } = rub(sketchOf(bent), at(0.1, 0.1))
    const whole = curveOf([bent], 2048)
    for (const point of curveOf(strokes, 2)) expect(Math.min(...whole.map(({ x, y }) => Math.hypot(x - point.x, y - point.y)))).toBeLessThan(0.001) // half a pixel of a large paper
  })
})

/** Points along the curves that are drawn. */
function curveOf(strokes: readonly Stroke[], parts: number): Point[] {
  const points: Point[] = []
  let from = at(0, 0)
  const pen = { beginPath: () => undefined, stroke: () => undefined, lineTo: () => undefined, moveTo: (x: number, y: number) => { from = at(x, y) }, quadraticCurveTo: (cx: number, cy: number, x: number, y: number) => {
    for (let t = 0; t <= 1; t += 1 / parts) points.push(at((1 - t) ** 2 * from.x + 2 * t * (1 - t) * cx + t * t * x, (1 - t) ** 2 * from.y + 2 * t * (1 - t) * cy + t * t * y))
    from = at(x, y)
  } } as Partial<Pen>
  inkStrokes(pen as Pen, strokes, { size: square, colour: '' })
  return points
}

describe('an eraser on what lies below', () => {
  const image = new Float32Array(784).fill(1)
  const base = { dataset: 'mnist', split: 'test' as const, shape: mnist.shape, index: 3, label: 1, image }

  test('clears the pixels of a dataset’s image, which then is no longer that image', () => {
    const after = rub({ base, strokes: [] }, at(0.5, 0.5)).base!
    if (after.kind === 'picture') throw new TypeError('an image')
    expect([base.image.every(value => value === 1), after.isErased]).toEqual([true, true])
    // pixels whose centres are within 1.4 of 28: (13.5 or 14.5) ± 0.5 pixels from the middle: 4 of them
    expect(after.image.reduce((a, b) => a + b)).toBe(784 - 4)
    expect(prepare({ base: after, strokes: [], pen: thickness }, mnist)).not.toBe(after.image)
  })

  test('leaves a blank paper when nothing of an image is left', () => {
    const dot = { ...base, image: image.map((_, i) => Number(i === 14 * 28 + 14)) }
    expect(rub({ base: dot, strokes: [] }, at(0.51, 0.51))).toEqual({ base: null, strokes: [] })
    expect(rub({ base: dot, strokes: [] }, at(0.2, 0.2)).base).toBe(dot)
  })

  test('makes paper of a picture’s ink; the picture itself is not changed', () => {
    const [width, height] = [100, 50]
    const rgba = new Uint8ClampedArray(4 * width * height).fill(255)
    for (let y = 10; y < 40; y++) for (const x of [30, 31, 32, 70, 71, 72]) rgba.fill(0, 4 * (y * width + x), 4 * (y * width + x) + 3)
    const picture = { kind: 'picture' as const, name: 'a.png', width, height, rgba, sensitivity: 0.5 }
    const after = rub({ base: picture, strokes: [] }, at(0.7, 0.3), at(0.7, 0.7)).base
    if (after?.kind !== 'picture') throw new TypeError('a picture')
    const ink = inkOfPicture(after)
    expect(after.rgba).toBe(rgba)
    expect([ink[25 * width + 31]! > 0.9, ink[25 * width + 71]]).toEqual([true, 0])
    expect(inkOfPicture(picture)[25 * width + 71]! > 0.9).toBe(true)
    // the picture is as wide as the paper: a circle of 0.05 is 5 pixels
    expect(after.erased!.reduce((sum, value, i) => sum + (i % width === 71 ? value : 0), 0)).toBe(50)
    expect(rub({ base: after, strokes: [] }, at(0.7, 0.5)).base).toBe(after)
  })
})
