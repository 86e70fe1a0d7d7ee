import { doubtIn } from '@core'
import { expect, test } from 'vitest'

type Box = readonly [left: number, top: number, width: number, height: number, ink?: number]

/** The doubt about a 28×28 image composed of boxes; later boxes cover earlier ones. */
function said(...boxes: readonly Box[]) {
  const image = new Float32Array(28 * 28)
  for (const [left, top, width, height, ink = 1] of boxes)
    for (let y = top; y < top + height; y++) image.fill(ink, y * 28 + left, y * 28 + left + width)
  return doubtIn(image)
}

// A detached stroke of a 5 may be this close or this small; larger and more distant parts belong to another digit.
test.each<[string, readonly Box[], readonly Box[]]>([
  ['a sixth of the ink beside another part', [[4, 4, 6, 20], [12, 6, 3, 10]], [[4, 4, 6, 20], [12, 6, 2, 8]]], // 30 of 150, 16 of 136
  ['as high as a small digit', [[4, 6, 6, 16], [12, 8, 5, 6]], [[4, 6, 6, 16], [12, 8, 5, 5]]],
  ['and a column of paper between', [[4, 2, 6, 16], [11, 20, 4, 6]], [[4, 2, 6, 16], [10, 20, 4, 6]]],
  ['more than two rows above', [[6, 6, 16, 4], [6, 12, 16, 4]], [[6, 6, 16, 4], [6, 11, 16, 4]]],
  ['a third of the ink above another part', [[6, 6, 16, 4], [6, 12, 14, 3]], [[6, 4, 16, 6], [6, 12, 8, 5]]], // 42 of 106, 40 of 136
  ['far off in any direction', [[4, 6, 6, 16], [14, 8, 5, 5]], [[4, 6, 6, 16], [13, 8, 5, 5]]],
  ['a fifth of the ink far off', [[4, 6, 6, 16], [18, 8, 5, 5]], [[4, 6, 6, 16], [18, 8, 5, 4]]], // 25 of 121, 20 of 116
  ['far off on a slope', [[2, 2, 14, 6], [20, 12, 5, 5]], [[2, 2, 14, 6], [18, 10, 5, 5]]],
  ['of ink, not of a soft edge', [[4, 4, 6, 20], [12, 6, 3, 10, 0.35]], [[4, 4, 6, 20], [12, 6, 3, 10, 0.25]]],
])('several parts: %s', (_, two, one) => {
  expect([said(...two), said(...one)]).toEqual(['parts', null])
})

test('the third of three parts counts like the second', () => {
  expect(said([2, 4, 6, 20], [9, 4, 1, 20], [12, 6, 4, 10])).toBe('parts')
})

test('little: less ink or a smaller box than any digit has', () => {
  expect([said([14, 4, 1, 20]), said([14, 6, 1, 16])]).toEqual([null, 'little'])
  expect([said([12, 7, 4, 14]), said([12, 7, 4, 13])]).toEqual([null, 'little'])
  expect([said([7, 10, 14, 7]), said([7, 10, 13, 7])]).toEqual([null, 'little'])
  expect(said([14, 4, 1, 20, 0.8])).toBe('little') // total ink 16
})

test('flat: more than twice as wide as high', () => {
  expect([said([4, 9, 20, 9]), said([4, 9, 20, 10])]).toEqual(['flat', null])
  expect(said([9, 4, 9, 20])).toBeNull() // a 1
})

test('full: a box of at least twelve that is three quarters ink', () => {
  const holed = (hole: number): Box[] => [[6, 6, 16, 16], [10, 10, hole, hole, 0]]
  expect([said(...holed(7)), said(...holed(9))]).toEqual(['full', null]) // 207 and 175 of 256
  expect([said([6, 6, 16, 12]), said([6, 6, 16, 11]), said([6, 6, 12, 16]), said([6, 6, 11, 16])]).toEqual(['full', null, 'full', null])
})
