import { nextTick } from 'vue'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { useCell } from '../../../../renderer/stores/graph/cell'
import { useGraph } from '../../../../renderer/stores/graph/graph'
import { fakeMain } from '../../lab'

beforeEach(() => {
  fakeMain()
  useGraph().show({ expression: 'y = dot(x, W); L = sum(y)', inputs: { x: [1, 2], W: [[1, -7, 3], [4, 0, 6]] } }, { key: 'test' })
})
afterEach(() => vi.unstubAllGlobals())

const at = () => useCell().at && [useCell().at!.node, useCell().at!.cell, useCell().at!.of]

describe('the inspected cell', () => {
  test('is null at first', () => {
    expect([useCell().at, useCell().shape, useCell().way]).toEqual([null, null, []])
  })

  test('is the one that was opened, in a tensor of its shape', () => {
    useCell().go({ node: 'W', cell: 4, of: 'gradient' })
    expect([at(), useCell().shape]).toEqual([['W', 4, 'gradient'], [2, 3]])
  })

  test.each([[-3, 0], [0, 0], [5, 5], [6, 5], [99, 5]])('requested as cell %i of six is cell %i', (asked, cell) => {
    useCell().go({ node: 'W', cell: asked, of: 'value' })
    expect(at()).toEqual(['W', cell, 'value'])
  })

  test('does not exist in an unknown node', () => {
    useCell().go({ node: 'nobody', cell: 0, of: 'value' })
    expect([at(), useCell().way]).toEqual([null, []])
  })

  test('of a whole tensor is its largest number, whatever its sign', () => {
    useCell().goTo('W', 'value')
    expect(at()).toEqual(['W', 1, 'value'])
    useCell().goTo('W', 'gradient') // x times 1 has a row of ones and a row of twos; among equal cells the first is chosen
    expect(at()).toEqual(['W', 3, 'gradient'])
  })

  test('of a tensor with equal numbers is its first, and of a single number that', () => {
    useCell().goTo('y', 'gradient') // L is their sum, so each is 1
    expect(at()).toEqual(['y', 0, 'gradient'])
    useCell().goTo('L', 'value')
    expect(at()).toEqual(['L', 0, 'value'])
  })

  test('of a tensor whose numbers are not known yet is its first', () => {
    useGraph().goTo(0)
    useCell().goTo('W', 'gradient')
    expect(at()).toEqual(['W', 0, 'gradient'])
  })
})

describe('the trail', () => {
  test('leads back cell by cell, and stays at the first', () => {
    useCell().go({ node: 'L', cell: 0, of: 'value' })
    useCell().go({ node: 'y', cell: 2, of: 'value' })
    useCell().go({ node: 'x', cell: 1, of: 'value' })
    expect(useCell().way.map(({ node }) => node)).toEqual(['L', 'y'])
    useCell().back()
    expect([at(), useCell().way.length]).toEqual([['y', 2, 'value'], 1])
    useCell().back()
    useCell().back()
    expect([at(), useCell().way]).toEqual([['L', 0, 'value'], []])
  })

  test('does not grow by moving within a tensor', () => {
    useCell().go({ node: 'y', cell: 0, of: 'value' })
    useCell().move({ cell: 2 })
    useCell().move({ of: 'gradient' })
    expect([at(), useCell().way]).toEqual([['y', 2, 'gradient'], []])
  })

  test('cannot be moved before it has started', () => {
    useCell().move({ cell: 1 })
    expect(at()).toBeNull()
  })

  test('keeps the last fifty', () => {
    for (let i = 0; i < 60; i++) useCell().go({ node: 'W', cell: i % 6, of: 'value' })
    expect(useCell().way).toHaveLength(50)
    expect(useCell().way.at(-1)?.cell).toBe(58 % 6)
  })
})

describe('another graph', () => {
  test('keeps the cell and the trail as far as it has them', async () => {
    useCell().go({ node: 'W', cell: 5, of: 'value' })
    useCell().go({ node: 'y', cell: 0, of: 'value' })
    useCell().go({ node: 'x', cell: 1, of: 'value' })
    useGraph().setExpression('y = dot(x, W); L = sum(square(y))')
    await nextTick()
    expect(useGraph().document.expression).toContain('square')
    expect([at(), useCell().way.map(({ node }) => node)]).toEqual([['x', 1, 'value'], ['W', 'y']])
  })

  test('without the node has no cell', async () => {
    useCell().go({ node: 'y', cell: 0, of: 'value' })
    useGraph().show({ expression: 'a * b', inputs: { a: 2, b: 3 } }, { key: 'test' })
    await nextTick()
    expect([at(), useCell().shape]).toEqual([null, null])
  })

  test('with a smaller tensor has no cell beyond its end, nor a trail there', async () => {
    useCell().go({ node: 'W', cell: 3, of: 'value' })
    useCell().go({ node: 'W', cell: 2, of: 'value' })
    useCell().go({ node: 'W', cell: 3, of: 'value' })
    useGraph().show({ expression: 'sum(W)', inputs: { W: [1, 2, 3] } }, { key: 'test' })
    await nextTick()
    expect([at(), useCell().way.map(({ cell }) => cell)]).toEqual([null, [2]])
  })
})
