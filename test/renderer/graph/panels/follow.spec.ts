import { describe, expect, test } from 'vitest'
import { followed } from '../../../../renderer/graph/panels/follow'

/** Lines of 20 px; the view shows ten of them from `first`, with two lines of context. */
const line = (number: number) => ({ top: number * 20, bottom: number * 20 + 20 })
const after = (first: number, lines: readonly number[], body: readonly number[] = []) =>
  followed({ top: first * 20, bottom: first * 20 + 200, context: 40 }, lines.map(line), body.map(line)) / 20

describe('the view of a program', () => {
  test('stays where it is while the lines at work are in sight with their context', () => {
    expect([after(0, []), after(30, []), after(0, [2]), after(0, [7]), after(30, [34, 35])]).toEqual([0, 30, 0, 0, 30])
  })

  test('brings the lines at work to its middle otherwise, but never scrolls above the first line', () => {
    expect([after(0, [8]), after(0, [40]), after(30, [20]), after(30, [1])]).toEqual([3.5, 35.5, 15.5, 0])
  })

  test('shows the lines that they call too where there is room, the nearest first', () => {
    expect(after(0, [40], [37])).toBe(34) // 37 to 40
    expect(after(0, [40], [5, 37])).toBe(34) // 5 is too far away
    expect(after(0, [40], [30])).toBe(35.5)
  })

  test('shows the beginning of what is longer than itself', () => {
    expect(after(0, Array.from({ length: 12 }, (_, i) => 20 + i))).toBe(18)
  })
})
