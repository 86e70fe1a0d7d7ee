import { expect, test } from 'vitest'
import { cutOf } from '../../../../renderer/components/charts/spike'

const curve = (...losses: number[]) => losses.map((y, i) => ({ x: i + 1, y }))
/** 100 steps at a level, with other losses at some steps */
const level = (loss: number, others: Readonly<Record<number, number>>) => curve(...Array.from({ length: 100 }, (_, i) => others[i + 1] ?? loss))

test('an early spike far above the first loss and those of now is cut off', () => {
  expect(cutOf(level(6.5, { 1: 2.5, 2: 14_900 }))).toEqual({ end: 10, most: { x: 2, y: 14_900 } }) // 1.25 · 6.5 = 8.125
  expect(cutOf(level(0.4, { 1: 2.4, 5: 19 }))).toEqual({ end: 3, most: { x: 5, y: 19 } }) // 1.25 · 2.4 = 3
})

test.each<[name: string, points: ReturnType<typeof curve>]>([
  ['a usual curve, which begins high', level(0.1, { 1: 2.4, 2: 2.3, 3: 2 })],
  ['a small spike', level(1, { 1: 2.4, 5: 7 })],
  ['a spike of now', level(0.4, { 1: 2.4, 80: 500 })],
  ['a loss that grows', curve(2.4, 3, 9, 40, 900, 20_000)],
  ['a loss of 0', level(0, {})],
  ['no loss', []],
  ['nothing finite', curve(NaN, Infinity)],
])('%s is drawn whole', (_, points) => {
  expect(cutOf(points)).toBeNull()
})

test('losses that are not finite do not matter', () => {
  expect(cutOf(level(0.4, { 1: 2.4, 5: 19, 7: Infinity, 9: NaN }))!.most).toEqual({ x: 5, y: 19 })
})
