import { describe, expect, test } from 'vitest'
import { accuracyOf, confusionRows, confusionTable, countInCell, fitsColumn, matrixLayout, orderedClasses } from '../../../../renderer/inspector/mistakes/confusion'
import { contrastOf, inkOn } from '../../../../renderer/lib/contrast'
import { mistakeColour } from '../../../../renderer/inspector/mistakes/mistake-scale'

const score = { images: 20, loss: 1, accuracy: 0.6, correct: [8, 1, 3, 0], counts: [10, 5, 5, 0] }
const confusion = Uint32Array.of(8, 2, 0, 0, 4, 1, 0, 0, 1, 1, 3, 0, 0, 0, 0, 0)

describe('the classes of a confusion matrix', () => {
  test('stand in the order of the dataset, or the least accurate first and those without images last', () => {
    expect(orderedClasses({ score }, 'class')).toEqual([0, 1, 2, 3])
    expect(orderedClasses({ score }, 'worst')).toEqual([1, 2, 0, 3])
    expect([accuracyOf(score, 1), accuracyOf(score, 3)]).toEqual([0.2, null])
  })

  test('are rows and columns in the same order, so that right answers stay on the diagonal', () => {
    const rows = confusionRows(confusion, [1, 0, 2, 3])
    expect(rows[0]!.map(({ count }) => count)).toEqual([1, 4, 0, 0])
    expect(rows.every((row, r) => row.every(({ right }, c) => right === (r === c)))).toBe(true)
  })

  // Cause: dark red was 98 images at one step and 13 at another.
  test('colour only mistakes, by their share of the class: the same at every step, and with any number of images', () => {
    const strengthsOf = (...counts: readonly number[]) => confusionRows(Uint32Array.from(counts), [0, 1, 2, 3])[0]!.map(({ strength }) => Math.round(1e6 * strength) / 1e6)
    expect(strengthsOf(871, 25, 4, 100, ...Array<number>(12).fill(0))).toEqual([0, 0.5, 0.2, 1]) // 2.5 %, 0.4 %, 10 %
    expect(strengthsOf(8710, 250, 40, 1000, ...Array<number>(12).fill(7))).toEqual([0, 0.5, 0.2, 1])
    expect(strengthsOf(100, 900, 0, 0, ...Array<number>(12).fill(0))).toEqual([0, 1, 0, 0])
  })

  test('without any mistake have no colour', () => {
    expect(confusionRows(Uint32Array.of(3, 0, 0, 2), [0, 1]).flat().map(({ strength }) => strength)).toEqual([0, 0, 0, 0])
  })

  test('are a table of counts, images and accuracy for a spreadsheet', () => {
    expect(confusionTable({ confusion, score }, ['a', 'b', 'c', 'd'])).toEqual([
      ['actual', 'read as a', 'read as b', 'read as c', 'read as d', 'images', 'right', 'accuracy'],
      ['a', 8, 2, 0, 0, 10, 8, 0.8], ['b', 4, 1, 0, 0, 5, 1, 0.2], ['c', 1, 1, 3, 0, 5, 3, 0.6], ['d', 0, 0, 0, 0, 0, 0, ''],
    ])
    expect(confusionTable({ confusion: null, score }, ['a', 'b', 'c', 'd'])[1]).toEqual(['a', 10, 8, 0.8])
  })
})

describe('the layout of the matrix', () => {
  test.each([[282, 10, 1], [322, 10, 1], [555, 10, 1], [314, 10, 12], [900, 30, 2]])('at %i px with %i classes whose names have up to %i letters leaves room for the bars and their numbers', (width, classes, longest) => {
    const { label, cell, accuracy, bars } = matrixLayout(width, 300, classes, longest)
    expect(bars).toBe(width >= 480 || (width >= 300 && longest <= 2)) // bars leave their room to long names
    expect(accuracy).toBeGreaterThanOrEqual(bars ? 60 : 48) // 44 px for 100.0%, 4 px before it; 8 px for a bar and 4 px between
    expect(label + classes * cell + accuracy).toBeLessThanOrEqual(width)
    expect(cell).toBeLessThanOrEqual(30)
  })

  test('gives long names the room of the bars, and a title in words never touches the last column', () => {
    const narrow = matrixLayout(324, 300, 10, 11)
    expect([narrow.bars, narrow.cell]).toEqual([false, 20])
    expect(narrow.label).toBeGreaterThanOrEqual(12 + 8 * 7) // a gap, the index, and seven letters, as of 'Sneaker'
    expect(matrixLayout(324, 300, 10, 2).accuracy).toBeGreaterThanOrEqual(68) // 'accuracy' has 53 px, and 14 px for the order
  })

  test('has rows as low as the height allows, down to the height of a line', () => {
    const rowOf = (height: number) => matrixLayout(555, height, 10, 1).row
    expect([1000, 250, 0].map(rowOf)).toEqual([30, 25, 13])
  })

  test('of more classes than fit has cells that numbers and letters still fit into', () => {
    const { cell } = matrixLayout(322, 200, 26, 1)
    expect(cell).toBe(20)
    for (const letter of 'ABCDEFGHIJKLMNOPQRSTUVWXYZ') expect(fitsColumn(letter, cell)).toBe(true)
  })

  test.each([282, 322])('at %i px shows a number in every cell, whatever its size', (width) => {
    const { cell } = matrixLayout(width, 200, 10, 1)
    for (const count of [1, 10, 99, 100, 999, 1000, 1135, 5923, 9949, 9950, 59_999, 999_499]) {
      const { text, type } = countInCell(count, cell)
      expect(type).toBeGreaterThanOrEqual(10)
      expect(text).toMatch(/^\d+(\.\d)?k?$/)
      const shown = text.endsWith('k') ? 1000 * Number.parseFloat(text) : Number(text)
      expect(Math.abs(shown - count) / count).toBeLessThanOrEqual(text.endsWith('k') ? 1 / 3 : 0) // 1.5k is at worst 2k
      expect([...text].length * 0.5 * type).toBeLessThanOrEqual(cell)
    }
  })

  test('writes all digits where they fit, in the largest type', () => {
    expect([[7, 30], [999, 30], [1135, 30], [1135, 23], [999, 23], [999, 20], [9960, 24]].map(([count, cell]) => countInCell(count!, cell!))).toEqual([
      { text: '7', type: 12 }, { text: '999', type: 12 }, { text: '1135', type: 11 }, { text: '1.1k', type: 10 }, { text: '999', type: 11 }, { text: '999', type: 10 }, { text: '10k', type: 12 },
    ])
  })
})

describe('the colours of mistakes', () => {
  const strengths = Array.from({ length: 101 }, (_, i) => i / 100)
  test.each(['light', 'dark'] as const)('are read by numbers at any strength, in the %s theme', (theme) => {
    for (const strength of strengths) {
      const colour = mistakeColour(strength, theme)
      expect(contrastOf(colour, inkOn(colour))).toBeGreaterThanOrEqual(4.5)
    }
  })

  test.each(['light', 'dark'] as const)('differ from no mistake from the first one on, and grow in one direction, in the %s theme', (theme) => {
    const surface = mistakeColour(0, theme)
    const contrasts = strengths.map(strength => contrastOf(mistakeColour(strength, theme), surface))
    expect(contrasts[1]).toBeGreaterThan(1.1)
    for (const [i, contrast] of contrasts.slice(1).entries()) expect(contrast).toBeGreaterThanOrEqual(contrasts[i]!)
  })
})
