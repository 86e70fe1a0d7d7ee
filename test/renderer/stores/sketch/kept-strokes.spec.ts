import { deskLimits, deskSchema } from '@contract'
import { digitOfStrokes, Random } from '@core'
import { expect, test } from 'vitest'
import * as v from 'valibot'
import { keptStrokes } from '../../../../renderer/stores/sketch/kept-strokes'
import type { Stroke } from '../../../../renderer/stores/sketch/strokes'

const isAccepted = (strokes: readonly Stroke[]) => v.safeParse(deskSchema, { block: 'affine1', tab: 'block', strokes }).success
const spiral = (points: number): Stroke => Array.from({ length: points }, (_, i) => ({ x: 0.5 + 0.4 * i / points * Math.cos(i / points * 60), y: 0.5 + 0.4 * i / points * Math.sin(i / points * 60) }))

test('an ordinary drawing is kept as it is, with the widths of the pen', () => {
  const strokes = [[{ x: 0.25, y: 0.5 }, { x: 0.123456789, y: 1 / 3, width: 1.7 }]]
  expect(keptStrokes(strokes)).toEqual([[{ x: 0.25, y: 0.5 }, { x: 0.12346, y: 0.33333, width: 1.7 }]])
  expect(isAccepted(keptStrokes(strokes))).toBe(true)
})

// Cause: a stroke of more than 5,000 points was refused, and the whole drawing was lost.
test('a stroke of ten thousand points is kept whole, one of a hundred thousand coarser, and the network sees the same', () => {
  expect(keptStrokes([spiral(10_000)])[0]).toHaveLength(10_000)
  const whole = spiral(100_000)
  const kept = keptStrokes([whole])
  expect([isAccepted(kept), kept[0]!.length <= deskLimits.points, kept[0]!.length > deskLimits.points / 4]).toEqual([true, true, true])
  expect([kept[0]![0], kept[0]!.at(-1)]).toEqual([{ x: 0.5, y: 0.5 }, { x: Number(whole.at(-1)!.x.toFixed(5)), y: Number(whole.at(-1)!.y.toFixed(5)) }])
  const [seen, wanted] = [digitOfStrokes(kept)!, digitOfStrokes([whole])!]
  seen.forEach((value, i) => { expect(Math.abs(value - wanted[i]!)).toBeLessThan(0.05) }) // points are left out that are less than a tenth of a pixel away
})

test('of any drawing something is kept that is accepted', () => {
  const random = new Random(2)
  const many = Array.from({ length: 1500 }, (_, i) => [{ x: i / 1500, y: random.next() }])
  expect(keptStrokes(many).at(-1)).toEqual([{ x: Number((1499 / 1500).toFixed(5)), y: Number(many.at(-1)![0]!.y.toFixed(5)) }])
  const scribble = Array.from({ length: 60_000 }, () => ({ x: random.next(), y: random.next() }))
  for (const strokes of [many, [scribble], [[], scribble]]) expect(isAccepted(keptStrokes(strokes))).toBe(true)
})
