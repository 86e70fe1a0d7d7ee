import { expect, test } from 'vitest'
import { type Bounds, defaultBounds, onScreen, parseBounds } from '../../../electron/main/bounds'

const screens = [{ x: 0, y: 25, width: 1600, height: 975 }, { x: 1600, y: 0, width: 1920, height: 1080 }]
const at = (x: number, y: number): Bounds => ({ x, y, width: 1200, height: 800, maximized: true })

test.each([at(0, 25), at(2000, 100), at(-1000, 200), at(1500, 900)])('a window that can be grasped stays where it was: %j', (bounds) => {
  expect(onScreen(bounds, screens)).toEqual(bounds)
})

test.each([at(4000, 100), at(-1190, 100), at(100, -700), at(100, 990)])('a window that nobody could grasp goes to the middle, in its size: %j', (bounds) => {
  expect(onScreen(bounds, screens)).toEqual({ width: 1200, height: 800, maximized: true })
})

test('the first window stands in the middle', () => {
  expect(onScreen(defaultBounds, screens)).toEqual(defaultBounds)
})

test.each([null, {}, { width: 10, height: 10, maximized: false }, { ...at(0, 0), x: NaN }, { ...at(0, 0), width: 1e300 }])('%j is no place for a window', (value) => {
  expect(() => parseBounds(value)).toThrow()
})
