import type { StepLine } from '@core'
import { describe, expect, test } from 'vitest'
import { linePicture } from '../../../../../renderer/inspector/health/more/line-picture'

const area = { left: 10, top: 20, width: 250, height: 100 }
/** (α − 0.5)² from −0.5 to 2 */
const alphas = Float32Array.from({ length: 6 }, (_, i) => -0.5 + i / 2)
const line = (patch: Partial<StepLine> = {}): StepLine => ({ alphas, losses: alphas.map(alpha => (alpha - 0.5) ** 2), layers: [], whole: { loss: [0.25, 0.25], slope: [-1, 1], floor: 0.5, verdict: 'over' }, ...patch })

describe('the loss along a step', () => {
  test('has its ends, its floor and its range at their places', () => {
    const picture = linePicture(line(), area)!
    expect([picture.ends.map(({ x }) => x), picture.floor]).toEqual([[60, 160], 110])
    // from 0 to 2.25, with 8 % of it free on both sides
    expect([picture.least, picture.most]).toEqual([-0.18, 2.43])
    expect(picture.ends[0]!.y).toBeCloseTo(20 + 100 * (2.43 - 0.25) / 2.61, 10)
    expect(picture.curve).toMatch(/^M10 (\d|\.)+L60 /)
  })

  test('has tangents that rise as the slopes', () => {
    const [before] = linePicture(line(), area)!.ends
    const [x1, y1, x2, y2] = before!.slope.match(/-?[\d.]+/g)!.map(Number)
    expect((y2! - y1!) / (x2! - x1!)).toBeCloseTo(100 / 2.61 / 100, 2) // falls by 1 per step of 100 pixels
  })

  test('is interrupted where it is not finite, and has no floor beyond its ends', () => {
    const picture = linePicture(line({ losses: Float32Array.of(1, Infinity, 2, 1, NaN, 3), whole: { ...line().whole, floor: 2.5 } }), area)!
    expect([picture.curve.split('M').length - 1, picture.floor]).toEqual([3, null])
    expect(linePicture(line({ losses: alphas.map(() => NaN) }), area)).toBeNull()
  })
})
