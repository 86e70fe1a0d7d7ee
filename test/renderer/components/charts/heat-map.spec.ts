import { describe, expect, test } from 'vitest'
import { ColourScale, signOf, signs } from '../../../../renderer/components/charts/colour-scale'
import { matrixLayout, paint, scaleEnd, tileLayout } from '../../../../renderer/components/charts/heat-map'

type Rgb = readonly [number, number, number]
const rgb = (word: number): Rgb => [word & 255, word >> 8 & 255, word >> 16 & 255]
const hueOf = ([r, g, b]: Rgb) => (360 + Math.atan2(Math.sqrt(3) * (g - b), 2 * r - g - b) * 180 / Math.PI) % 360
const apart = (a: number, b: number) => Math.min(Math.abs(a - b), 360 - Math.abs(a - b))

/**
 * Colours as seen without one kind of cone, in linear RGB.
 * @source Machado, Oliveira and Fernandes 2009, severity 1.0
 */
const blindness = {
  protanopia: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
  deuteranopia: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
  tritanopia: [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
} as const
const linear = (c: number) => c <= 0.04045 * 255 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4
/** L*a*b* of linear RGB. @source CIE 1976, D65 */
function lab([r, g, b]: readonly number[]): readonly number[] {
  const f = (t: number) => t > (6 / 29) ** 3 ? Math.cbrt(t) : t / (3 * (6 / 29) ** 2) + 4 / 29
  const [x, y, z] = [(0.4124 * r! + 0.3576 * g! + 0.1805 * b!) / 0.9505, 0.2126 * r! + 0.7152 * g! + 0.0722 * b!, (0.0193 * r! + 0.1192 * g! + 0.9505 * b!) / 1.089].map(f)
  return [116 * y! - 16, 500 * (x! - y!), 200 * (y! - z!)]
}
const seenBy = (matrix: readonly (readonly number[])[], colour: Rgb) => lab(matrix.map(row => Math.max(0, row.reduce((sum, m, i) => sum + m * linear(colour[i]!), 0))))
const distance = (a: readonly number[], b: readonly number[]) => Math.hypot(...a.map((x, i) => x - b[i]!))

describe.each(['light', 'dark'] as const)('the %s colour scale', (theme) => {
  const scale = new ColourScale(theme)

  test('has two hues for the signs that are neither the blue of values nor the orange of gradients', () => {
    const [blue, orange] = [hueOf([0x1d, 0x63, 0xc9]), hueOf([0xe0, 0x77, 0x1a])]
    for (const value of [-0.9, -0.6, -0.3, 0.3, 0.6, 0.9]) {
      const hue = hueOf(rgb(scale.word(value, 1)))
      expect([value, apart(hue, blue) > 40, apart(hue, orange) > 40]).toEqual([value, true, true])
    }
  })

  test.each(Object.entries(blindness))('tells the signs apart with %s', (_, matrix) => {
    for (const value of [0.4, 0.6, 0.8]) {
      const [below, above] = [rgb(scale.word(-value, 1)), rgb(scale.word(value, 1))]
      expect(distance(seenBy(matrix, below), seenBy(matrix, above))).toBeGreaterThan(15) // a just noticeable difference is about 2.3
    }
  })

  test('has one neutral middle, whatever its range', () => {
    expect(scale.word(0, 1)).toBe(scale.word(0, 1e-6))
    expect(Math.max(...rgb(scale.word(0, 1))) - Math.min(...rgb(scale.word(0, 1)))).toBeLessThan(20)
  })

  test('keeps its end colours beyond its ends', () => {
    expect(scale.word(9, 1)).toBe(scale.word(1, 1))
    expect(scale.word(-9, 1)).toBe(scale.word(-1, 1))
  })

  test('shows neutral without a range, and a colour of its own for NaN', () => {
    expect(scale.word(5, 0)).toBe(scale.word(0, 1))
    expect(scale.words).not.toContain(scale.word(NaN, 1))
  })

  test('is opaque', () => {
    expect([-1, 0, 1, NaN].map(value => scale.word(value, 1) >>> 24)).toEqual([255, 255, 255, 255])
  })

  test('grows in contrast to the middle with the magnitude, alike on both sides', () => {
    const light = (value: number) => rgb(scale.word(value, 1)).reduce((sum, c, i) => sum + c * [0.21, 0.72, 0.07][i]!, 0)
    for (const sign of [-1, 1]) {
      const steps = [0, 0.25, 0.5, 0.75, 1].map(value => Math.abs(light(sign * value) - light(0)))
      expect(steps).toEqual(steps.toSorted((a, b) => a - b))
    }
  })

  test('marks what it has no colour for by colours that are not on it, no two of them alike', () => {
    const marks = signs.map(sign => scale.signs[sign])
    expect(new Set(marks.map(({ plain, dot }) => `${plain} ${dot}`)).size).toBe(signs.length)
    for (const { plain } of marks) for (const word of scale.words) expect(distance(lab(rgb(plain).map(linear)), lab(rgb(word).map(linear)))).toBeGreaterThan(20)
    expect(new Set(signs.map(sign => scale.signCss(sign))).size).toBe(signs.length)
  })
})

test.each([
  [0.5, 1, null], [-1, 1, null], [1.1, 1, 'above'], [-1.1, 1, 'below'], [NaN, 1, 'nan'], [Infinity, 1, 'plusInfinity'], [-Infinity, 1, 'minusInfinity'],
  [5, 0, null], [0, 0, null], [NaN, 0, 'nan'], [Infinity, 0, 'plusInfinity'],
  [Math.fround(0.3), scaleEnd(Math.fround(0.3)), null], [Math.fround(1e-7), scaleEnd(Math.fround(1e-7)), null],
])('%f on a scale that ends at %f has the sign %s', (value, end, sign) => {
  expect(signOf(value, end)).toBe(sign)
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

describe('images with a number above each', () => {
  const layout = tileLayout({ columns: 7 }, { rows: 5, columns: 5 }, 60, 400, { label: 14 })

  test('leave room for it above the first row and between the rows', () => {
    const { scaleY, tiles } = layout
    expect(tiles[0]!.y * scaleY).toBeGreaterThanOrEqual(14)
    const second = tiles.find(({ y }) => y > tiles[0]!.y)!
    expect((second.y - tiles[0]!.y - 5) * scaleY).toBeGreaterThanOrEqual(14)
    expect(layout.cellAt(0, 0)).toBeNull()
  })

  test('return the unit and the pixel again, and end below the last row', () => {
    for (const [row, column] of [[0, 0], [24, 0], [13, 3], [24, 6]] as const) {
      const { x, y } = layout.pixelOf(row, column)
      expect(layout.cellAt(x, y)).toEqual({ row, column })
    }
    expect(Math.max(...layout.offsets)).toBeLessThan(layout.width * layout.height)
    expect(layout.pixelOf(24, 6).y).toBe(layout.height - 1)
  })

  test('are larger in a wide window', () => {
    const digit = { rows: 28, columns: 28 }
    const sizes = [320, 600, 1000].map(width => tileLayout({ columns: 50 }, digit, width, width < 480 ? 300 : 1.4 * width, { label: 14 }).scaleX)
    expect(sizes).toEqual([1, 2, 4])
  })
})

describe('painting', () => {
  const scale = new ColourScale('light')

  test('puts each value’s colour at its pixel and leaves gaps clear', () => {
    const layout = tileLayout({ columns: 2 }, { rows: 2, columns: 2 }, 5, 2)
    const words = new Uint32Array(layout.width * layout.height)
    paint(words, layout, { rows: 4, columns: 2, data: Float32Array.of(1, -1, 0, 0, 0, 0, -1, 1) }, scale, 1)
    const [plus, zero, minus] = [scale.word(1, 1), scale.word(0, 1), scale.word(-1, 1)]
    expect([...words]).toEqual([plus, zero, 0, minus, zero, zero, minus, 0, zero, plus])
  })

  test('marks and counts values beyond the ends and those that are no numbers', () => {
    const data = Float32Array.of(0.5, 3, -3, NaN, Infinity, -Infinity, 4, 1)
    const layout = matrixLayout({ rows: 1, columns: 8 }, 80, 10)
    const words = new Uint32Array(8)
    expect(paint(words, layout, { rows: 1, columns: 8, data }, scale, 1)).toEqual({ above: 2, below: 1, nan: 1, plusInfinity: 1, minusInfinity: 1 })
    const { above, below, nan, plusInfinity, minusInfinity } = scale.signs
    expect([...words]).toEqual([scale.word(0.5, 1), above.plain, below.plain, nan.plain, plusInfinity.plain, minusInfinity.plain, above.plain, scale.word(1, 1)])
  })

  test('dots cells without a finite number, so that they differ by more than their colour', () => {
    const words = new Uint32Array(16)
    paint(words, matrixLayout({ rows: 4, columns: 4 }, 80, 80), { rows: 4, columns: 4, data: new Float32Array(16).fill(NaN) }, scale, 1)
    expect(words.filter(word => word === scale.signs.nan.dot).length).toBe(4)
  })

  test('counts nothing on an ordinary map', () => {
    const words = new Uint32Array(2)
    expect(paint(words, matrixLayout({ rows: 1, columns: 2 }, 80, 80), { rows: 1, columns: 2, data: Float32Array.of(0, -2) }, scale, 2)).toEqual({})
  })
})

test.each([
  [0.01234, 0.013], [1, 1], [9.91, 10], [0.0999, 0.1], [123, 130], [0, 0], [NaN, 0],
])('a scale for magnitudes up to %f ends at %f', (largest, end) => {
  expect(scaleEnd(largest)).toBeCloseTo(end, 12)
})
