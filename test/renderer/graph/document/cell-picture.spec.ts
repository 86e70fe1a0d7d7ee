import { matrixOf, mnist } from '@core'
import { describe, expect, test } from 'vitest'
import { cellName } from '../../../../renderer/graph/document/cell-name'
import { pictureAround } from '../../../../renderer/graph/document/cell-picture'

describe('the picture around a cell', () => {
  test('of a row of 784 pixels is that image', () => {
    const { kind, cells, rows, columns } = pictureAround([100, 784], 3 * 784 + 400, mnist.shape)
    expect([kind, rows, columns, cells[0], cells[783]]).toEqual(['image', 28, 28, 3 * 784, 4 * 784 - 1])
  })

  test('of a first layer’s weight is its unit’s column', () => {
    const { cells } = pictureAround([784, 50], 10 * 50 + 7, mnist.shape)
    expect([cells[0], cells[1], cells[783]]).toEqual([7, 57, 783 * 50 + 7])
  })

  test('of a small matrix is all of it, of a large one the part around the cell, within its borders', () => {
    expect(pictureAround([2, 3], 4, mnist.shape).cells).toEqual([0, 1, 2, 3, 4, 5])
    const { rows, columns, cells } = pictureAround([100, 200], 99 * 200 + 199, mnist.shape)
    expect([rows, columns, cells.at(-1)]).toEqual([56, 56, 99 * 200 + 199])
  })

  test('contains the cell itself, whatever the shape', () => {
    for (const shape of [[5], [3, 4], [2, 3, 4], [100, 784], [784, 10], [300, 300]])
      for (const share of [0, 0.37, 0.99]) {
        const cell = Math.floor(share * shape.reduce((a, b) => a * b))
        expect(pictureAround(shape, cell, mnist.shape).cells).toContain(cell)
      }
  })
})

test('cells are named by row and column', () => {
  expect(cellName('L', 0, [])).toBe('L')
  expect(cellName('b1', 2, [3])).toBe('b1₃')
  expect(cellName('W1', 7, [2, 5])).toBe('W1₂,₃')
  expect(cellName('L/exp', 1, [1, 3])).toBe('exp₁,₂')
  expect(matrixOf([3, 2, 2])).toEqual([3, 4])
})
