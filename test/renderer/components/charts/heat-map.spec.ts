import { describe, expect, test } from 'vitest'
import { ColourScale } from '../../../../renderer/components/charts/colour-scale'
import { matrixLayout, paint, scaleEnd, tileLayout } from '../../../../renderer/components/charts/heat-map'

const rgb = (word: number) => [word & 255, word >> 8 & 255, word >> 16 & 255] as const

describe.each(['light', 'dark'] as const)('the %s colour scale', (theme) => {
  const scale = new ColourScale(theme)

  test('is orange below zero and blue above', () => {
    const [redBelow, , blueBelow] = rgb(scale.word(-0.6, 1))
    const [redAbove, , blueAbove] = rgb(scale.word(0.6, 1))
    expect(redBelow).toBeGreaterThan(blueBelow)
    expect(blueAbove).toBeGreaterThan(redAbove)
  })

  test('has one neutral middle, whatever its range', () => {
    expect(scale.word(0, 1)).toBe(scale.word(0, 1e-6))
    expect(Math.max(...rgb(scale.word(0, 1))) - Math.min(...rgb(scale.word(0, 1)))).toBeLessThan(20)
  })

  test('keeps its end colours beyond its ends', () => {
    expect(scale.word(9, 1)).toBe(scale.word(1, 1))
    expect(scale.word(-9, 1)).toBe(scale.word(-1, 1))
  })

  test('shows neutral without a range, and for non-finite numbers', () => {
    expect(scale.word(5, 0)).toBe(scale.word(0, 1))
    expect(scale.word(NaN, 1)).toBe(scale.word(0, 1))
  })

  test('is opaque', () => {
    expect([-1, 0, 1].map(value => scale.word(value, 1) >>> 24)).toEqual([255, 255, 255])
  })

  test('grows in contrast to the middle with the magnitude, alike on both sides', () => {
    const light = (value: number) => rgb(scale.word(value, 1)).reduce((sum, c, i) => sum + c * [0.21, 0.72, 0.07][i]!, 0)
    for (const sign of [-1, 1]) {
      const steps = [0, 0.25, 0.5, 0.75, 1].map(value => Math.abs(light(sign * value) - light(0)))
      expect(steps).toEqual(steps.toSorted((a, b) => a - b))
    }
  })
})

describe('a matrix', () => {
  test.each([
    [784, 50, 320], [50, 10, 320], [784, 100, 320], [10, 10, 240],
  ])('of %i × %i fits the panel’s width', (rows, columns, width) => {
    const layout = matrixLayout({ rows, columns }, width, 300)
    expect(layout.width * layout.scaleX).toBeLessThanOrEqual(width)
    expect(layout.scaleX).toBeGreaterThanOrEqual(1)
  })

  test('returns the cell that it draws at a pixel', () => {
    const layout = matrixLayout({ rows: 5, columns: 3 }, 100, 100)
    expect(layout.cellAt(2, 4)).toEqual({ row: 4, column: 2 })
    expect(layout.cellAt(3, 0)).toBeNull()
    expect(layout.cellAt(0, -1)).toBeNull()
  })
})

describe('a first layer as images', () => {
  const digit = { rows: 28, columns: 28 }
  const layout = tileLayout({ columns: 50 }, digit, 322, 300)

  test('draws every weight at its own pixel', () => {
    expect(new Set(layout.offsets).size).toBe(784 * 50)
    expect(Math.max(...layout.offsets)).toBeLessThan(layout.width * layout.height)
  })

  test('returns the unit and the pixel again', () => {
    for (const [row, column] of [[0, 0], [783, 0], [391, 17], [783, 49]] as const) {
      const { x, y } = layout.pixelOf(row, column)
      expect(layout.cellAt(x, y)).toEqual({ row, column })
    }
  })

  test('leaves a gap between images', () => {
    expect(layout.cellAt(28, 3)).toBeNull()
    expect(layout.cellAt(3, 28)).toBeNull()
  })

  test('has nothing after the last unit', () => {
    const odd = tileLayout({ columns: 7 }, digit, 28 * 4 + 3, 300)
    expect(odd.cellAt(3 * 29 + 1, 29 + 1)).toBeNull()
  })

  test('is enlarged when there is space', () => {
    expect(tileLayout({ columns: 9 }, digit, 322, 300).scaleX).toBe(3)
    expect(tileLayout({ columns: 100 }, digit, 322, 300).scaleX).toBe(1)
  })
})

test('painting puts each value’s colour at its pixel and leaves gaps clear', () => {
  const scale = new ColourScale('light')
  const layout = tileLayout({ columns: 2 }, { rows: 2, columns: 2 }, 5, 2)
  const words = new Uint32Array(layout.width * layout.height)
  paint(words, layout, { rows: 4, columns: 2, data: Float32Array.of(1, -1, 0, 0, 0, 0, -1, 1) }, scale, 1)
  const [plus, zero, minus] = [scale.word(1, 1), scale.word(0, 1), scale.word(-1, 1)]
  expect([...words]).toEqual([plus, zero, 0, minus, zero, zero, minus, 0, zero, plus])
})

test.each([
  [0.01234, 0.013], [1, 1], [9.91, 10], [0.0999, 0.1], [123, 130], [0, 0], [NaN, 0],
])('a scale for magnitudes up to %f ends at %f', (largest, end) => {
  expect(scaleEnd(largest)).toBeCloseTo(end, 12)
})
