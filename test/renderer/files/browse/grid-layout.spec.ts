import { describe, expect, test } from 'vitest'
import { cornerOf, layoutOf, movedBy, offsetFor, positionAt, rowsInSight, scrolledHeight, scrolling } from '../../../../renderer/files/browse/grid-layout'

const layout = (more: Partial<Parameters<typeof layoutOf>[0]> = {}) => layoutOf({ count: 70_000, shape: [1, 28, 28], size: 'medium', width: 800, density: 1, ...more })

describe('the size of an image', () => {
  test.each([
    [[1, 28, 28], 'medium', 1, 56, 56], // two pixels for each of its own
    [[1, 28, 28], 'small', 1, 28, 28],
    [[1, 28, 28], 'medium', 1.5, 56, 56], // three device pixels
    [[1, 28, 28], 'medium', 2, 56, 56],
    [[1, 20, 30], 'medium', 1, 60, 40],
    [[1, 128, 128], 'medium', 1, 56, 56], // smaller than it is
    [[1, 128, 64], 'large', 1, 48, 96],
    [[1, 1, 1], 'medium', 1, 56, 56],
    [[1, 1, 40], 'medium', 1, 40, 13], // as low as can be seen: stretched
  ] as const)('%j, %s at density %d: %d × %d', (shape, size, density, width, height) => {
    const { tile } = layout({ shape, size, density })
    expect([tile.width, tile.height].map(side => Math.round(side))).toEqual([width, height])
    expect(Number.isInteger(Math.round(1e6 * tile.width * density) / 1e6)).toBe(true)
  })

  test('is smoothed only where it is made smaller, and a narrow image has no name below', () => {
    expect([layout().tile.isSmooth, layout({ shape: [1, 128, 128] }).tile.isSmooth]).toEqual([false, true])
    expect([layout().caption > 0, layout({ shape: [1, 40, 10], size: 'small' }).caption]).toEqual([true, 0])
  })
})

test('every image has a place of its own, at which it is found', () => {
  const small = layout({ count: 500, width: 333 })
  const seen = new Set<string>()
  for (let position = 0; position < 500; position++) {
    const { x, y } = cornerOf(small, position)
    expect(x + small.tile.width).toBeLessThanOrEqual(333)
    expect(positionAt(small, x + 1, y + 1)).toBe(position)
    expect(positionAt(small, x + small.tile.width - 1, y + small.tile.height - 1)).toBe(position)
    seen.add(`${x} ${y}`)
  }
  expect(seen.size).toBe(500)
  expect(positionAt(small, 1, small.height + 100)).toBeNull()
  expect(positionAt(small, 332, 10)).toBe(small.columns * (small.pitch.x) > 329 ? small.columns - 1 : null)
})

test('the last column is never cut, and no room for another one is left', () => {
  for (let width = 60; width < 700; width++) for (const density of [1, 1.25, 2]) {
    const { columns, tile, pitch, ...rest } = layout({ width, density })
    const right = cornerOf({ columns, tile, pitch, ...rest }, columns - 1).x + tile.width
    expect([right <= width || columns === 1, right + pitch.x > width], `${width} at ${density}`).toEqual([true, true])
  }
})

describe('scrolling', () => {
  test('is one to one up to the height of an element that Chromium can lay out', () => {
    const whole = layout()
    const { offsetOf, scrollTopOf } = scrolling(whole, 600)
    expect([offsetOf(1234), scrollTopOf(1234), scrolledHeight(whole)]).toEqual([1234, 1234, whole.height])
    expect([offsetOf(-5), offsetOf(1e9)]).toEqual([0, whole.height - 600])
  })

  test('reaches the first and the last of 200 million images', () => {
    const huge = layout({ count: 200_000_000, shape: [1, 1, 1], size: 'small' })
    const { offsetOf, scrollTopOf } = scrolling(huge, 600)
    expect(scrolledHeight(huge)).toBe(8_000_000)
    expect([offsetOf(0), offsetOf(8_000_000 - 600)]).toEqual([0, huge.height - 600])
    expect(rowsInSight(huge, offsetOf(8_000_000 - 600), 600).last).toBe(huge.rows - 1)
    expect(Math.abs(offsetOf(scrollTopOf(5e8)) - 5e8)).toBeLessThan(1)
  })

  test('shows an image by moving as little as possible', () => {
    const grid = layout()
    const { y } = cornerOf(grid, 5000)
    expect(offsetFor(grid, 5000, 0, 600)).toBe(y + grid.pitch.y - 600)
    expect(offsetFor(grid, 5000, y - 100, 600)).toBe(y - 100)
    expect(offsetFor(grid, 0, 9000, 600)).toBe(0)
  })
})

describe('a key', () => {
  const grid = layout({ count: 105, width: 620 }) // ten in a row
  test.each([
    ['ArrowRight', 3, 4], ['ArrowRight', 104, 104], ['ArrowLeft', 0, 0], ['ArrowDown', 3, 13], ['ArrowDown', 97, 104], ['ArrowUp', 3, 3], ['ArrowUp', 13, 3],
    ['PageDown', 3, 43], ['PageDown', 99, 104], ['PageUp', 43, 3], ['PageUp', 13, 3], ['Home', 50, 0], ['End', 50, 104], ['F2', 5, null],
  ])('%s leads from %d to %s', (key, from, to) => {
    expect(grid.columns).toBe(10)
    expect(movedBy(key, from, grid, 4)).toBe(to)
  })
})
