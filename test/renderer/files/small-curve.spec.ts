import { describe, expect, test } from 'vitest'
import { curveLines } from '../../../renderer/files/small-curve'

const box = { width: 103, height: 23 } // 100 and 20 between the edges
const curve = (...losses: readonly number[]) => losses.map((loss, i) => ({ step: 10 * i, loss }))

describe('a small curve', () => {
  test('reaches from the first step to the last, and from 0 to the greatest loss', () => {
    expect(curveLines(curve(2, 1, 0), box)).toEqual(['1.5,1.5 51.5,11.5 101.5,21.5'])
  })

  test('begins at the left edge, whatever the first step is', () => {
    expect(curveLines([{ step: 400, loss: 2 }, { step: 425, loss: 2 }, { step: 500, loss: 2 }], box)).toEqual(['1.5,1.5 26.5,1.5 101.5,1.5'])
  })

  test('has a gap where the loss is not finite', () => {
    expect(curveLines(curve(2, 1, NaN, Infinity, 0, 2), box)).toEqual(['1.5,1.5 21.5,11.5', '81.5,21.5 101.5,1.5'])
  })

  test('of one step is a dot, and of none is nothing', () => {
    expect(curveLines(curve(2), box)).toEqual(['1.5,1.5 1.5,1.5'])
    expect(curveLines([], box)).toEqual([])
    expect(curveLines(curve(NaN), box)).toEqual([])
  })

  test('of zeros lies on the lower edge', () => {
    expect(curveLines(curve(0, 0), box)).toEqual(['1.5,21.5 101.5,21.5'])
  })

  // first value 2, greatest of the later half 1: 1.25 · 2 = 2.5 is a neat end of the axis
  test('cuts an early spike off, as the charts do', () => {
    expect(curveLines(curve(2, 100, 1, 1, 0), box)).toEqual(['1.5,5.5 26.5,1.5 51.5,13.5 76.5,13.5 101.5,21.5'])
  })
})
