import { describe, expect, test } from 'vitest'
import { outputRows, rangeOf } from '../../../renderer/inspector/output-rows'

describe('the outputs of an image', () => {
  test('stand beside the target and their difference, class by class', () => {
    expect(outputRows([0.25, 0.75], 0)).toEqual({
      rows: [{ class: 0, y: 0.25, t: 1, difference: -0.75 }, { class: 1, y: 0.75, t: 0, difference: 0.75 }], left: 0, mostLeft: 0,
    })
  })

  test('of many classes are those that differ most, in order, with the largest difference of the rest', () => {
    const y = Array.from({ length: 1000 }, (_, i) => i === 7 ? 0.5 : i % 100 === 0 ? 0.04 : 0.0001)
    const { rows, left, mostLeft } = outputRows(y, 7)
    expect(rows.map(row => row.class)).toEqual([0, 7, 100, 200, 300, 400, 500, 600, 700, 800])
    expect([left, mostLeft]).toEqual([990, 0.04])
  })

  test('are as few as there is room for, which counts what is left out', () => {
    const { rows, left, mostLeft } = outputRows([0.5, 0.125, 0.25, 0.0625], 0, 2)
    expect(rows.map(row => row.class)).toEqual([0, 2])
    expect([left, mostLeft]).toEqual([2, 0.125])
  })

  test('that are not numbers come first', () => {
    const y = new Array<number>(20).fill(0.1)
    y[15] = NaN
    expect(outputRows(y, 0).rows.map(row => row.class)).toContain(15)
  })

  test('are drawn from −1 to 1, or further when an output lies beyond', () => {
    expect(rangeOf(outputRows([0.2, 0.8], 1).rows)).toBe(1)
    expect(rangeOf(outputRows([-3, 0.8], 1).rows)).toBe(3)
    expect(rangeOf(outputRows([Infinity, 0.8], 1).rows)).toBe(1)
  })
})
