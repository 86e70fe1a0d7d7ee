import { describe, expect, test } from 'vitest'
import { layStepGraph, nextNode, type StepGraphLayout } from '../../../../renderer/inspector/xray/step-graph'

/** Number of W, b or t above each block of Affine, ReLU, …, Affine, Softmax-with-Loss */
const chain = (hidden: number): number[] => [...Array.from({ length: hidden }, () => [2, 0]).flat(), 2, 1]
const rowsOf = ({ nodes }: StepGraphLayout): number[] => nodes.reduce<number[]>((rows, { row }) => Object.assign(rows, { [row]: (rows[row] ?? 0) + 1 }), [])

describe('the graph of a step', () => {
  test('places each node at the end of its edge, and L after the last one', () => {
    // 600 pixels at scale 1: (600 − 4 − 88) / 4 = 127 for each block
    const { scale, isCompact, radius, nodes, end, width, height } = layStepGraph(600, chain(1))
    expect([scale, isCompact, radius, width]).toEqual([1, false, 20, 600])
    expect(nodes.map(({ from, x }) => [from, x])).toEqual([[4, 111], [131, 238], [258, 365], [385, 492]])
    expect(nodes.every(({ row, isContinued, y }) => row === 0 && !isContinued && y === 112)).toBe(true)
    expect(end).toEqual({ x: 512, y: 112 })
    expect(height).toBe(112 + 64)
  })

  test.each([
    [411, 1, false, [2, 2]],
    [412, 1, true, [4]], // 4 + 4 · 80 + 88
    [514, 1, true, [4]],
    [515, 1.25, true, [4]], // 1.25 · 412
    [555, 1.25, true, [4]], // 4 + 4 · 116 + 88 = 556 is too wide
    [556, 1, false, [4]],
    [694, 1, false, [4]],
    [695, 1.25, false, [4]], // 1.25 · 556
    [833, 1.25, false, [4]],
    [834, 1.5, false, [4]], // 1.5 · 556
    [4000, 1.5, false, [4]],
  ])('of four blocks in %i pixels has the scale %f', (width, scale, isCompact, rows) => {
    const layout = layStepGraph(width, chain(1))
    expect([layout.scale, layout.isCompact, rowsOf(layout)]).toEqual([scale, isCompact, rows])
  })

  test('of a long chain leaves out labels instead of growing beyond the window', () => {
    const narrow = layStepGraph(570, chain(10)) // 22 blocks of 80; from 22 on in the rows after the first
    expect([narrow.scale, narrow.isCompact, rowsOf(narrow)]).toEqual([1, true, [6, 6, 6, 4]])
    const wide = layStepGraph(880, chain(10)) // 880 / 1.25 = 704
    expect([wide.scale, wide.isCompact, rowsOf(wide)]).toEqual([1.25, true, [8, 8, 6]])
    expect(wide.height).toBe(3 * (76 + 30))
  })

  test('has rows of about equal length', () => {
    expect(rowsOf(layStepGraph(570, chain(5)))).toEqual([4, 4, 4]) // six and five would fit, but then not the loss with its number
    expect(rowsOf(layStepGraph(375, chain(3)))).toEqual([3, 3, 2])
  })

  test.each([200, 320, 375, 560, 880, 1500, 2600])('of any chain is within %i pixels, row by row, with no node on another', (width) => {
    for (let hidden = 0; hidden <= 20; hidden++) {
      const { nodes, end, scale, width: own, radius } = layStepGraph(width, chain(hidden))
      nodes.forEach((node, i) => {
        const before = nodes[i - 1]
        expect(node.x - radius - node.from).toBeGreaterThanOrEqual(40) // the edge
        if (before?.row === node.row) expect(node.from).toBe(before.x + radius)
        else expect([node.row, node.isContinued]).toEqual([before ? before.row + 1 : 0, before !== undefined])
      })
      expect(Math.max(...nodes.map(({ x }) => x + radius), end.x + 80) * scale).toBeLessThanOrEqual(Math.max(width, scale * own))
      if (width >= 320) expect(own * scale).toBeLessThanOrEqual(width)
    }
  })

  test('leads from node to node by the arrow keys, and up and down to the nearest one', () => {
    const { nodes } = layStepGraph(570, chain(10)) // rows of 6, 6, 6 and 4; those after the first begin 18 further right
    expect(nextNode(nodes, 0, 'ArrowLeft')).toBe(0)
    expect(nextNode(nodes, 5, 'ArrowRight')).toBe(6)
    expect(nextNode(nodes, 6, 'ArrowLeft')).toBe(5)
    expect(nextNode(nodes, 21, 'ArrowRight')).toBe(21)
    expect(nextNode(nodes, 0, 'ArrowDown')).toBe(6)
    expect(nextNode(nodes, 5, 'ArrowDown')).toBe(11)
    expect(nextNode(nodes, 17, 'ArrowDown')).toBe(21)
    expect(nextNode(nodes, 8, 'ArrowUp')).toBe(2)
    expect(nextNode(nodes, 3, 'ArrowUp')).toBe(3)
    expect(nextNode(nodes, 20, 'ArrowDown')).toBe(20)
  })
})
