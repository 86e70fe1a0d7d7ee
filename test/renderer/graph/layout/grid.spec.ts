import { Random, seedOf } from '@core'
import { describe, expect, test } from 'vitest'
import { numbersFor } from '../../../../renderer/lib/useNumbers'
import { indexText } from '../../../../renderer/graph/document/cell-name'
import { gridOf, maxPool, rectanglesOf, rowTop, sheetsOf } from '../../../../renderer/graph/layout/grid'
import { fonts, sumWidth } from '../../../../renderer/graph/layout/sizes'
import { textWidth } from '../../../../renderer/graph/layout/text-width'
import { cellText, sumText } from '../../../../renderer/graph/layout/number-text'

const numbers = numbersFor('en')

describe('the layout of a tensor’s cells', () => {
  test('shows numbers up to six rows and columns, coloured cells up to 64, and a sheet beyond', () => {
    expect([[6, 6], [1], [6], [2, 3, 6]].map(shape => gridOf(shape).mode)).toEqual(new Array(4).fill('numbers'))
    expect([[7], [6, 7], [7, 6], [8, 8], [4, 16]].map(shape => gridOf(shape).mode)).toEqual(new Array(5).fill('colours'))
    expect([[5, 13], [65], [2, 30]].map(shape => gridOf(shape).mode)).toEqual(new Array(3).fill('heatMap')) // too many, or too small to point at
  })

  test('has cells in which a number fits, with a margin', () => {
    const { cellWidth, cellHeight } = gridOf([2, 2])
    const widest = Math.max(...[-0.0013441, -0.18619, 12345, 1.5e-7, -0.5].map(value => 0.56 * 14 * cellText(value, numbers).length)) // width of a digit in most fonts
    expect([cellWidth >= widest + 3, cellWidth < widest + 12, cellHeight >= 12 + 6, cellHeight <= 2 * 12]).toEqual([true, true, true, true])
  })

  test('has square cells when they are coloured, large enough to point at', () => {
    for (const shape of [[7], [6, 7], [7, 6], [8, 8], [4, 16], [20], [12, 5]]) {
      const { cellWidth, cellHeight, mode, width, height, rows, columns } = gridOf(shape)
      expect([mode, cellHeight, Number.isInteger(cellWidth), cellWidth >= 6 && cellWidth <= 20]).toEqual(['colours', cellWidth, true, true])
      expect([width, height]).toEqual([columns * cellWidth, rows * cellHeight])
      expect([width <= 136, height <= 112]).toEqual([true, true])
      if (width + columns <= 136 && height + rows <= 84) expect(cellWidth).toBe(16) // no smaller than necessary
    }
  })

  test('keeps large tensors to scale, within their area, and never as thin as a line', () => {
    const room = { width: 136, height: 84 }
    for (const shape of [[100, 784], [784, 100], [50, 50], [30, 10], [1, 784], [784, 1], [3000, 3]]) {
      const { width, height, rows, columns } = gridOf(shape)
      expect([width <= room.width + 1e-9, height <= room.height + 1e-9, width >= 8 - 1e-9, height >= 8 - 1e-9]).toEqual([true, true, true, true])
      if (width > 8.01 && height > 8.01) expect(width / height).toBeCloseTo(columns / rows, 6)
      expect(Math.abs(width - room.width) < 1e-6 || Math.abs(height - room.height) < 1e-6).toBe(true) // as large as the space allows
    }
  })
})

test('a cell’s position is written as in formulas, from 1 and from the outermost dimension', () => {
  const shape = [2, 3, 4]
  const digits = ['₁', '₂', '₃', '₄']
  for (let i = 0; i < 2; i++) for (let j = 0; j < 3; j++) for (let k = 0; k < 4; k++) expect(indexText(shape, (i * 3 + j) * 4 + k)).toBe(`${digits[i]},${digits[j]},${digits[k]}`)
  expect(indexText([1200], 1089)).toBe('₁₀₉₀')
})

describe('cells in blocks', () => {
  const random = new Random(seedOf(2410, 0))
  test('cover all cells, each once', () => {
    for (let n = 0; n < 60; n++) {
      const columns = 1 + Math.floor(random.next() * 8)
      const cells = Array.from({ length: 40 }, (_, i) => i).filter(() => random.next() < 0.6)
      const covered = rectanglesOf(new Set(cells.toReversed()), columns).flatMap(({ row, column, rows, columns: wide }) => Array.from({ length: rows * wide }, (_, i) => (row + Math.floor(i / wide)) * columns + column + i % wide))
      expect(covered.sort((a, b) => a - b)).toEqual(cells)
    }
  })

  test('are as few as rows of equal offset allow', () => {
    for (let n = 0; n < 60; n++) {
      const [row, column, rows, columns] = [Math.floor(random.next() * 4), Math.floor(random.next() * 4), 1 + Math.floor(random.next() * 4), 1 + Math.floor(random.next() * 4)] as const
      const cells = Array.from({ length: rows * columns }, (_, i) => (row + Math.floor(i / columns)) * 10 + column + i % columns)
      expect(rectanglesOf(cells, 10)).toEqual([{ row, column, rows, columns }])
      // the same twice, with an empty row between
      expect(rectanglesOf([...cells, ...cells.map(cell => cell + 10 * (rows + 1))], 10)).toHaveLength(2)
    }
  })
})

describe('a reduced picture of a tensor', () => {
  test('is the tensor itself while it is small enough', () => {
    const data = [1, 2, 3, 4, 5, 6]
    expect(maxPool(data, 2, 3, 3)).toEqual({ data, rows: 2, columns: 3 })
  })

  test('has the number with the largest magnitude of each block, with its sign', () => {
    // 4 by 4 in blocks of 2 by 2
    expect(maxPool([1, -2, 0, 0, 0.5, 1, 0, -1, 3, 3, -7, 7, 3, -4, 6, 0], 4, 4, 2)).toEqual({ data: [-2, -1, -4, -7], rows: 2, columns: 2 })
    // only as coarse as necessary: 2 by 6 for three columns
    expect(maxPool([1, 2, 3, 4, 5, 6, -1, -3, 0, 0, 0, -9], 2, 6, 3)).toEqual({ data: [2, 4, 6, -3, 0, -9], rows: 2, columns: 3 })
    expect(maxPool([1, 2, 3, 4, 5, 6], 6, 1, 3)).toEqual({ data: [2, 4, 6], rows: 3, columns: 1 })
  })
})

describe('a sum as written', () => {
  const value = (n: number) => ({ shape: [], data: [n] })
  const sum = (parts: readonly number[], of: number, total: number | null) => sumText({ parts: parts.map(value), of, total: total === null ? null : value(total) }, numbers)
  test.each([
    [[1, 2], 2, 3, '1 + 2 = 3'], [[1], 2, null, '1 + …'], [[-1, -2], 3, null, '−1 − 2 + …'], [[1, -2, 3], 3, 2, '1 − 2 + 3 = 2'],
    [[1, 2, 3], 5, null, '1 + 2 + 3 + …'], [[1, 2, 3, 4], 5, null, '1 + 2 + …'], [[1, 2, 3, 4], 4, 10, '1 + 2 + … = 10'], [[1, 2, 3, 4, 5], 5, 15, '1 + 2 + … = 15'], [[NaN, 1], 2, NaN, '– + 1 = –'],
  ] as const)('%j of %i: %s', (parts, of, total, text) => {
    expect(sum(parts, of, total)).toBe(text)
  })

  // Cause: a sum wider than its place covered its own line and lost its first sign at the edge of the canvas.
  test('never takes more room than its node reserves, whatever the numbers', () => {
    const long = [-0.0001234, 1.234e-5, -12_345.6, -0.7081, 123_456, NaN, Infinity]
    for (const a of long) for (const b of long) for (const of of [2, 3, 4, 9]) for (const total of [null, a + b]) {
      const text = sum([a, b, a, b].slice(0, Math.min(of, 4)), of, total)
      expect(textWidth(text, fonts.sum) + 10, text).toBeLessThanOrEqual(sumWidth(of))
      if (total !== null && !Number.isNaN(total)) expect(text.endsWith(`= ${numbers.few(total)}`), text).toBe(true)
    }
    expect(sum([-0.0001234, 1.234e-5], 2, -0.000111)).toBe('Σ 2 = −0.000111')
    expect(sum([-0.0001234], 9, null)).toBe('−0.0001234 + …')
  })

  test('is a question mark while it is covered', () => {
    expect(sumText({ parts: [value(1)], of: 2, total: 'hidden' }, numbers)).toBe('?')
  })

  test('has three digits in a cell, two where those do not fit', () => {
    expect([0.123456, -0.123456, -0.0123456, 1234.5, -12345].map(x => cellText(x, numbers))).toEqual(['0.123', '−0.123', '−0.012', '1,235', '−12,345'])
  })
})

test('a batch of small images has a tile for each, or a row where those are too many; other tensors stack their leading dimensions', () => {
  expect([[3, 1, 2, 2], [3, 2, 2, 1], [5, 2, 1, 2], [2, 3, 2], [3, 4]].map(gridOf).map(({ mode, rows, columns, tileRows }) => [mode, rows, columns, tileRows]))
    .toEqual([['numbers', 6, 2, 2], ['numbers', 6, 2, 2], ['numbers', 5, 4, null], ['numbers', 6, 2, null], ['numbers', 3, 4, null]])
  const plan = gridOf([3, 1, 2, 2])
  expect([0, 1, 2, 5].map(row => rowTop(plan, row))).toEqual([0, 20, 50, 120]) // 20 px a row, 10 px between the tiles
  expect([plan.height, sheetsOf(plan)]).toEqual([140, [{ top: 0, height: 40 }, { top: 50, height: 40 }, { top: 100, height: 40 }]])
})
