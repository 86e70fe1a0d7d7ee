import { expect, test } from 'vitest'
import { barsPath, deadUnits, passesOf, silentUnits } from '../../../../renderer/inspector/block/unit-mask'

test('counts for each unit the rows of a mask in which it passed', () => {
  expect(passesOf({ data: Uint8Array.of(1, 0, 1, 1, 0, 0), units: 3 })).toEqual([2, 0, 1])
})

test('counts as dead the units that fired for fewer than 1 % of the images, among them those that never did', () => {
  const fired = [0, 9, 10, 1000, 0, 1]
  expect(silentUnits(fired)).toEqual([0, 4])
  expect(deadUnits(fired, 1000)).toEqual([0, 1, 4, 5]) // 10 of 1,000 are 1 %
  expect(deadUnits(fired, 100)).toEqual(silentUnits(fired)) // 1 of 100 is 1 %
})

test('draws a bar for each unit that passed, as high as its share of the rows', () => {
  expect(barsPath([4, 0, 1], 4, 20)).toBe('M0 20V0h1V20ZM2 20V15h1V20Z')
})
