import { type GraphDocument, gradientTerms, traceOf, valueTerms } from '@core'
import { describe, expect, test } from 'vitest'

const network: GraphDocument = {
  expression: 'z = relu(affine(X, W1, b1)); L = softmaxWithLoss(affine(z, W2, b2), T)',
  inputs: {
    X: [[1, 2, 0], [3, -1, 1]], W1: [[0.1, 0.2], [0.3, -0.4], [0.5, 0.6]], b1: [0.1, 0.2],
    W2: [[0.1, 0.4, 0], [0.2, -0.3, 1]], b2: [0, 0.1, -0.1], T: [[0, 1, 0], [1, 0, 0]],
  },
}

describe.each([
  ['a network', network],
  ['an opened network', { ...network, opened: ['n1', 'n2', 'L'] }],
  ['numbers', { expression: '(apple * count + orange * 3) * tax - apple', inputs: { apple: 100, count: 2, orange: 150, tax: 1.1 } }],
  ['stretched rows', { expression: 'sum((X - b) * s)', inputs: { X: [[1, 2], [3, 4]], b: [1, 2], s: 3 } }],
])('of %s', (_, document) => {
  const trace = traceOf(document)

  test('the multiply-adds of every value add up to it', () => {
    let sums = 0
    for (const [id, { data }] of trace.forward.values)
      data.forEach((value, cell) => {
        const found = valueTerms(trace, id, cell)!
        expect(found.value).toBe(value)
        if (!found.terms) return
        expect(found.terms.reduce((sum, term) => sum + term.value, 0)).toBeCloseTo(value, 12)
        sums++
      })
    expect(sums).toBeGreaterThan(2)
  })

  test('and so do those of every gradient', () => {
    let sums = 0
    for (const [id, { data }] of trace.backward.gradients)
      data.forEach((value, cell) => {
        const found = gradientTerms(trace, id, cell)!
        if (!found.terms) return
        expect(found.terms.reduce((sum, term) => sum + term.value, 0)).toBeCloseTo(value, 12)
        sums++
      })
    expect(sums).toBeGreaterThan(3)
  })

  test('and each number is at the position that the term states', () => {
    const name = trace.graph.inputs[0]!
    for (const { terms } of [gradientTerms(trace, name, 0)!, valueTerms(trace, trace.graph.output, 0)!])
      for (const { of, node, cell, value } of terms?.flatMap(({ factors }) => factors) ?? []) {
        if (of === 'local') continue
        const { data } = (of === 'value' ? trace.forward.values : trace.backward.gradients).get(node)!
        expect(data[cell]).toBe(value)
      }
  })
})

test('a weight’s gradient has one product for each row of the batch', () => {
  expect(gradientTerms(traceOf(network), 'W1', 1)?.terms).toHaveLength(2)
  expect(valueTerms(traceOf(network), 'n1', 3)?.terms).toHaveLength(3 + 1)
})

test('a cell that does not exist has no terms', () => {
  expect(valueTerms(traceOf(network), 'X', 99)).toBeNull()
  expect(gradientTerms(traceOf(network), 'nobody', 0)).toBeNull()
})

// Cause: the slope was recovered as outgoing gradient divided by upstream gradient, and was 0 when upstream was 0.
describe('a local slope is correct even when no upstream gradient arrives', () => {
  const slopesAt = (document: GraphDocument, id: string, cell: number) =>
    gradientTerms(traceOf(document), id, cell)!.terms!.map(({ factors, value }) => ({ slope: factors.find(({ of }) => of === 'local')?.value, value }))
  const y = [1, 2, 3].map(x => Math.exp(x) / [1, 2, 3].reduce((sum, a) => sum + Math.exp(a), 0)) as [number, number, number]
  const t = [[0, 1, 0]]
  const near = (n: number) => expect.closeTo(n, 14) as number

  test('of a loss: y − t, with 0 coming back', () => {
    expect(slopesAt({ expression: 'softmaxWithLoss(x, t) * k', inputs: { x: [[1, 2, 3]], t, k: 0 } }, 'x', 1)).toEqual([{ slope: near(y[1] - 1), value: near(0) }])
    expect(slopesAt({ expression: 'softmaxWithLoss(x, t) * k', inputs: { x: [[1, 2, 3]], t, k: 0 } }, 't', 0)).toEqual([{ slope: near(-Math.log(y[0])), value: near(0) }])
    expect(slopesAt({ expression: 'identityWithLoss(x, t) * k', inputs: { x: [[1, 2], [3, 4]], t: [[0, 0], [0, 0]], k: 0 } }, 'x', 3)).toEqual([{ slope: 4 / 2, value: near(0) }])
  })

  test('of softmax: one slope for each of the row, y(1 − y) and −y·y', () => {
    const document = { expression: 'softmax(x)', inputs: { x: [[0, 0, 0], [1, 2, 3]] }, upstream: [[1, 1, 1], [0, 5, 0]] }
    expect(slopesAt(document, 'x', 3)).toEqual([{ slope: near(y[0] * (1 - y[0])), value: near(0) }, { slope: near(-y[0] * y[1]), value: near(-5 * y[0] * y[1]) }, { slope: near(-y[0] * y[2]), value: near(0) }])
  })

  test('of a function cell by cell', () => {
    expect(slopesAt({ expression: 'exp(x) * k', inputs: { x: 2, k: 0 } }, 'x', 0)).toEqual([{ slope: Math.exp(2), value: 0 }])
    expect(slopesAt({ expression: 'square(sqrt(x))', inputs: { x: 0 } }, 'x', 0)).toEqual([{ slope: Infinity, value: NaN }]) // unknown, not 0
  })

  test('and a group whose parts lose precision is described as one node', () => {
    const trace = traceOf({ expression: 'y = sigmoid(x)', inputs: { x: -400 }, opened: ['y'] })
    const { terms, value } = gradientTerms(trace, 'x', 0)!
    expect(value).toBeGreaterThan(0)
    expect(terms).toEqual([{ factors: [{ of: 'gradient', node: 'y', cell: 0, value: 1 }, { of: 'local', node: 'y', cell: 0, value }], sign: 1, value }])
    expect(valueTerms(traceOf({ expression: 'y = softmaxWithLoss(x, t)', inputs: { x: [[1000, 0]], t: [[0, 1]] }, opened: ['y'] }), 'y', 0)).toEqual({ value: 1000, terms: null })
  })
})
