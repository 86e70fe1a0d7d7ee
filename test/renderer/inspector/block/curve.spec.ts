import { blockDefinition } from '@core'
import { describe, expect, test } from 'vitest'
import { axisEnd, curvePicture, inputsPicture } from '../../../../renderer/inspector/block/curve'

const { curve } = blockDefinition('sigmoid')
const numbersIn = (path: string) => path.slice(1).split('L').map(point => point.split(' ').map(Number))

describe('the picture of an activation’s curve', () => {
  test('reaches beyond the limit, and as far as the inputs do', () => {
    expect([axisEnd(4, { min: -1, max: 2 }), axisEnd(4, { min: -9, max: 2 }), axisEnd(4, { min: -1, max: 30 })]).toEqual([6, 9, 30])
  })

  test('of a sigmoid goes from 0 through a half to 1, and its slope is greatest in the middle', () => {
    const { value, slope, zero } = curvePicture(curve!, 10, { width: 200, height: 100 })
    const [values, slopes] = [numbersIn(value), numbersIn(slope)]
    expect([values[0]![0], values[60], values.at(-1)![0]]).toEqual([0, [100, expect.closeTo(50, 1)], 200])
    expect(values[0]![1]).toBeCloseTo(zero, 1)
    expect(Math.min(...slopes.map(([, y]) => y!))).toBe(slopes[60]![1])
    expect(slopes[60]![1]).toBeCloseTo(zero - 25, 1) // a quarter of the height: σ′(0) = 0.25
  })

  test('of tanh has its zero line in the middle', () => {
    expect(curvePicture(blockDefinition('tanh').curve!, 4, { width: 200, height: 100 }).zero).toBeCloseTo(50, 0)
  })

  test('has the inputs’ histogram on its own axis', () => {
    const { path, left } = inputsPicture({ from: -2, to: 2, counts: Uint32Array.of(1, 4) }, 8, { width: 160, height: 10 })
    expect(left).toBe(60) // −2 on an axis from −8 to 8
    expect(path).toBe('M0 10V5H20V0H40V10Z')
  })
})

test('the slope of a curve is its derivative', () => {
  for (const kind of ['sigmoid', 'tanh']) {
    const { valueAt, slopeAt } = blockDefinition(kind).curve!
    for (const x of [-3, -0.5, 0, 1, 4]) expect(slopeAt(x), `${kind} at ${x}`).toBeCloseTo((valueAt(x + 1e-5) - valueAt(x - 1e-5)) / 2e-5, 8)
  }
})
