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

  test('those of every gradient, too', () => {
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

  test('and each number stands where the term says', () => {
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

test('there is nothing to tell of a cell that is not there', () => {
  expect(valueTerms(traceOf(network), 'X', 99)).toBeNull()
  expect(gradientTerms(traceOf(network), 'nobody', 0)).toBeNull()
})
