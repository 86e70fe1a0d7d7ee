import { expect, test } from 'vitest'
import { type Bounds, defaultBounds, onScreen, parseBounds, sameBounds, smallest } from '../../../electron/main/bounds'

const screens = [{ x: 0, y: 25, width: 1600, height: 975 }, { x: 1600, y: 0, width: 1920, height: 1080 }]
const at = (x: number, y: number): Bounds => ({ x, y, width: 1200, height: 800, maximized: true })

test.each([at(0, 25), at(2000, 100), at(-1000, 200), at(1500, 900)])('a window that can be grabbed stays where it was: %j', (bounds) => {
  expect(onScreen(bounds, screens)).toEqual(bounds)
})

test.each([at(4000, 100), at(-1190, 100), at(100, -700), at(100, 990)])('a window that cannot be grabbed is centred in its size: %j', (bounds) => {
  expect(onScreen(bounds, screens)).toEqual({ width: 1200, height: 800, maximized: true })
})

test('the first window is centred', () => {
  expect(onScreen(defaultBounds, screens)).toEqual(defaultBounds)
})

test.each([null, {}, { width: 10, height: 10, maximized: false }, { ...at(0, 0), x: NaN }, { ...at(0, 0), width: 1e300 }])('%j is not valid as window bounds', (value) => {
  expect(() => parseBounds(value)).toThrow()
})

// 80 points of the title bar are enough to grab a window; Windows places a maximized one 8 points above and left of its screen.
test.each<[string, Bounds, boolean]>([
  ['80 points at the left edge', at(-1_120, 100), true], ['79 points at the left edge', at(-1_121, 100), false],
  ['80 points at the right edge', at(3_440, 100), true], ['79 points at the right edge', at(3_441, 100), false],
  ['80 points above the lower edge', at(100, 920), true], ['79 points above the lower edge', at(100, 921), false],
  ['8 points above the upper edge', at(100, 17), true], ['9 points above the upper edge', at(100, 16), false],
  ['8 points above the upper edge of the higher screen', at(2_000, -8), true], ['between the two upper edges, on the lower screen', at(100, 0), false],
])('%s', (_, bounds, stays) => {
  expect(onScreen(bounds, screens)).toEqual(stays ? bounds : { width: 1200, height: 800, maximized: true })
})

test('40 points on each of two screens are too few on either', () => {
  const apart = [{ x: 0, y: 0, width: 1_000, height: 1_000 }, { x: 2_120, y: 0, width: 1_000, height: 1_000 }]
  expect(onScreen(at(960, 100), apart)).toEqual({ width: 1200, height: 800, maximized: true })
})

test.each([{ x: 100 }, { y: 100 }])('bounds with only %j are invalid', (half) => {
  expect(onScreen({ ...half, width: 1200, height: 800, maximized: false }, screens)).toEqual({ width: 1200, height: 800, maximized: false })
})

test('the first window fits onto a small laptop’s screen, and exceeds the lab’s minimum size', () => {
  expect([defaultBounds.width, defaultBounds.height].map((side, i) => side <= [1_366, 900][i]! && side > [smallest.width, smallest.height][i]!)).toEqual([true, true])
  expect(defaultBounds.maximized).toBe(false)
})

test('the smallest window is restored, and no smaller one', () => {
  const least = { x: 0, y: 0, width: 960, height: 600, maximized: false }
  expect(parseBounds(least)).toEqual(least)
  for (const smaller of [{ width: 959 }, { height: 599 }]) expect(() => parseBounds({ ...least, ...smaller })).toThrow()
})

test('two bounds are equal when all their members are', () => {
  const bounds = { x: 1, y: 2, width: 1200, height: 800, maximized: false }
  expect(sameBounds(bounds, { ...bounds })).toBe(true)
  for (const other of [{ x: 2 }, { x: undefined }, { y: 1 }, { width: 1201 }, { height: 801 }, { maximized: true }]) expect(sameBounds(bounds, { ...bounds, ...other } as Bounds), JSON.stringify(other)).toBe(false)
})
