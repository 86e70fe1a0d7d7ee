import { describe, expect, test } from 'vitest'
import { formulaOf, forwardInNumbers, gradientInNumbers, localInNumbers } from '../../../../core/graph/formulas'
import { operations, symbolOf } from '../../../../core/graph/operations'
import { traceOf } from '../../../../core/graph/run'
import type { GraphDocument } from '../../../../core/graph/types'

const names = operations().map(({ name }) => name)

/** The three lines that a step's card shows for the node, for the gradient of each argument. */
function cardOf(document: GraphDocument, id?: string) {
  const { graph, forward, backward } = traceOf(document)
  const node = graph.byId.get(id ?? graph.output)!
  if (node.kind !== 'operation') throw new Error(`${node.id} is no operation`)
  const computed = { args: node.args.map(arg => forward.values.get(arg)!), out: forward.values.get(node.id)!, intermediates: forward.intermediates.get(node.id) }
  const sent = [...backward.contributions.values()].flat().filter(({ edge }) => edge.to === node.id).sort((a, b) => a.edge.slot - b.edge.slot)
  return {
    forward: forwardInNumbers(node.operation, computed),
    local: sent.map(part => localInNumbers(node.operation, part)),
    gradient: sent.map(part => gradientInNumbers(node.operation, part, computed)),
  }
}

describe('the formulas', () => {
  test.each(names)('of %s have a symbol and one derivative for each argument, their braces closed', (name) => {
    const { args, forward, local, gradient } = formulaOf(name)
    expect(symbolOf(name).length).toBeGreaterThan(0)
    expect([local.length, gradient.length]).toEqual([args.length, args.length])
    for (const text of [forward, ...local, ...gradient]) {
      expect(text.match(/\{/g)?.length ?? 0).toBe(text.match(/\}/g)?.length ?? 0)
      expect(text).toContain('=')
      expect(text).not.toMatch(/undefined|NaN/)
    }
  })

  test('are those of the book', () => {
    expect(formulaOf('mul')).toEqual({
      args: ['x', 'y'], out: 'z', forward: 'z = x \\times y',
      local: ['\\frac{\\partial z}{\\partial x} = y', '\\frac{\\partial z}{\\partial y} = x'],
      gradient: ['\\frac{\\partial L}{\\partial x} = \\frac{\\partial L}{\\partial z} \\cdot y', '\\frac{\\partial L}{\\partial y} = \\frac{\\partial L}{\\partial z} \\cdot x'],
    })
    expect(formulaOf('add').gradient).toEqual(['\\frac{\\partial L}{\\partial x} = \\frac{\\partial L}{\\partial z}', '\\frac{\\partial L}{\\partial y} = \\frac{\\partial L}{\\partial z}'])
    expect(formulaOf('sub').gradient[1]).toBe('\\frac{\\partial L}{\\partial y} = -\\frac{\\partial L}{\\partial z}')
    expect(formulaOf('sigmoid').local).toEqual(['\\frac{\\partial y}{\\partial x} = y (1 - y)'])
    expect(formulaOf('affine').gradient[1]).toBe('\\frac{\\partial L}{\\partial W} = X^T \\cdot \\frac{\\partial L}{\\partial Y}')
    expect(formulaOf('softmaxWithLoss').local[0]).toBe('\\frac{\\partial L}{\\partial x} = \\frac{1}{N} \\left( y - t \\right)')
  })
})

describe('with numbers substituted', () => {
  test('a product shows the lesson\'s 10 × 5, from upstream 1.3', () => {
    expect(cardOf({ expression: 'x * y', inputs: { x: 10, y: 5 }, upstream: 1.3 })).toEqual({
      forward: '10 \\times 5 = 50',
      local: ['\\frac{\\partial z}{\\partial x} = y = 5', '\\frac{\\partial z}{\\partial y} = x = 10'],
      gradient: ['1.3 \\times 5 = 6.5', '1.3 \\times 10 = 13'],
    })
  })

  test.each<[string, number, number, string, string]>([
    ['x + y', 10, -5, '10 + (-5) = 5', '1 \\times 1 = 1'],
    ['x - y', 10, 1e-7, '10 - 10^{-7} \\approx 10', '1 \\times 1 = 1'],
    ['x - y', -1, 2.5e-7, '-1 - (2.5 \\times 10^{-7}) \\approx -1', '1 \\times 1 = 1'],
    ['x / y', 1, 3, '\\frac{1}{3} \\approx 0.333333', '1 \\times 0.333333 \\approx 0.333333'],
    ['x ^ y', -2, 3, '(-2)^{3} = -8', '1 \\times 12 = 12'],
    ['-x * y', 3, 1, '(-3) \\times 1 = -3', '1 \\times 1 = 1'],
    ['sqrt(x)', 4, 1, '\\sqrt{4} = 2', '1 \\times 0.25 = 0.25'],
    ['square(x)', -3, 1, '(-3)^2 = 9', '1 \\times (-6) = -6'],
    ['relu(x)', -3, 1, '\\max(0, -3) = 0', '1 \\times 0 = 0'],
    ['x * y', 100, 1.1, '100 \\times 1.1 = 110', '1 \\times 1.1 = 1.1'],
    ['exp(x)', 1, 1, '\\exp(1) \\approx 2.71828', '1 \\times 2.71828 \\approx 2.71828'],
  ])('%s at %d, %d', (expression, x, y, forward, gradient) => {
    const card = cardOf({ expression, inputs: { x, y } })
    expect([card.forward, card.gradient[0]]).toEqual([forward, gradient])
  })

  test('matrices are written in full while they are small, otherwise by their shape', () => {
    const { forward, local, gradient } = cardOf({ expression: 'affine(x, W, b)', inputs: { x: [[1, 2]], W: [[1, 0], [0, 1]], b: [3, 4] } })
    expect(forward).toBe('\\begin{pmatrix} 1 & 2 \\end{pmatrix} \\cdot \\begin{pmatrix} 1 & 0 \\\\ 0 & 1 \\end{pmatrix} + \\begin{pmatrix} 3 & 4 \\end{pmatrix} = \\begin{pmatrix} 4 & 6 \\end{pmatrix}')
    expect(local).toEqual([null, null, null])
    expect(gradient[1]).toBe('\\begin{pmatrix} 1 & 2 \\end{pmatrix}^T \\cdot \\begin{pmatrix} 1 & 1 \\end{pmatrix} = \\begin{pmatrix} 1 & 1 \\\\ 2 & 2 \\end{pmatrix}')
    expect(gradient[2]).toBe('\\begin{pmatrix} 1 & 1 \\end{pmatrix}') // one sample: nothing is added
    const batch = cardOf({ expression: 'affine(x, W, b)', inputs: { x: [[1, 2], [3, 4]], W: [[1, 0], [0, 1]], b: [3, 4] } })
    expect(batch.gradient[2]).toBe('\\sum_n \\begin{pmatrix} 1 & 1 \\\\ 1 & 1 \\end{pmatrix} = \\begin{pmatrix} 2 & 2 \\end{pmatrix}')
    expect(cardOf({ expression: 'x * 2', inputs: { x: [1, 2, 3, 4, 5] } }).forward).toBe('(5) \\times 2 = (5)')
  })

  test('a broadcast argument is marked as summed', () => {
    expect(cardOf({ expression: 'x * y', inputs: { x: [1, 2], y: 3 } }).gradient[1]).toBe('\\sum \\left( \\begin{pmatrix} 1 & 1 \\end{pmatrix} \\odot \\begin{pmatrix} 1 & 2 \\end{pmatrix} \\right) = 3')
  })

  test('a loss shows y − t and the batch', () => {
    const { gradient } = cardOf({ expression: 'identityWithLoss(y, t)', inputs: { y: [[3], [1]], t: [[1], [1]] } })
    expect(gradient[0]).toBe('1 \\times \\frac{1}{2} \\left( \\begin{pmatrix} 3 \\\\ 1 \\end{pmatrix} - \\begin{pmatrix} 1 \\\\ 1 \\end{pmatrix} \\right) = \\begin{pmatrix} 1 \\\\ 0 \\end{pmatrix}')
  })

  test('batch normalization shows its normalized input, and the gradient of each argument from it', () => {
    // mean 2, variance 1: x̂ = ∓1 / √(1 + 1e-5), which is printed with six digits
    const card = cardOf({ expression: 'batchNormalization(x, g, b)', inputs: { x: [[1], [3]], g: [2], b: [1] }, upstream: [[1], [3]] })
    const column = (a: number, b: number) => String.raw`\begin{pmatrix} ${a} \\ ${b} \end{pmatrix}`
    const row = (a: number) => String.raw`\begin{pmatrix} ${a} \end{pmatrix}`
    const xHat = column(-0.999995, 0.999995)
    expect(card.forward).toBe(String.raw`${row(2)} \odot ${xHat} + ${row(1)} \approx ${column(-0.99999, 2.99999)}`)
    expect(card.gradient.slice(1)).toEqual([
      String.raw`\sum_n ${column(1, 3)} \odot ${xHat} \approx ${row(1.99999)}`,
      String.raw`\sum_n ${column(1, 3)} = ${row(4)}`,
    ])
    expect(card.gradient[0]).toContain(String.raw`\frac{${row(2)}}{${row(1)}} \odot \left( ${column(1, 3)} - \frac{1}{2} \sum_n ${column(1, 3)} - ${xHat} \odot`)
    expect(card.local).toEqual([null, null, null])
  })

  test.each(['sigmoid(x)', 'softmax(x)', 'affine(x, W, b)', 'softmaxWithLoss(x, t)', 'identityWithLoss(x, t)'])('every part of the opened %s has its lines', (expression) => {
    const document = { expression, inputs: { x: [[1, 2], [3, 5]], W: [[1, 2], [3, 4]], b: [1, 2], t: [[0, 1], [1, 0]] }, opened: ['n1'] }
    for (const node of traceOf(document).graph.nodes) {
      if (node.kind !== 'operation') continue
      const { forward, local, gradient } = cardOf(document, node.id)
      for (const text of [forward, ...local, ...gradient]) expect(text ?? '').not.toMatch(/undefined|NaN/)
      expect(forward).toMatch(/(=|\\approx) \S/)
    }
  })
})
