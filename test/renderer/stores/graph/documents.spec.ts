import { type GraphDocument, traceOf } from '@core'
import { describe, expect, test } from 'vitest'
import { documentOf, pruned, type Remembered, withGroup, withParameter, withUpdate } from '../../../../renderer/stores/graph/documents'

const nothing: Remembered = { inputs: {}, parameters: new Set() }
const graphOf = (document: GraphDocument) => traceOf(document).graph
const typed = (expression: string, before: GraphDocument, remembered: Partial<Remembered> = {}) => documentOf(expression, before, graphOf(before), { ...nothing, ...remembered })

describe('a document', () => {
  test('has no member without information', () => {
    expect(Object.keys(pruned({ expression: 'x', inputs: {}, opened: [], upstream: undefined, parameters: [], learningRate: undefined })).sort()).toEqual(['expression', 'inputs'])
  })

  test('keeps every other one, including a 0', () => {
    const full: GraphDocument = { expression: 'sigmoid(x)', inputs: { x: 1 }, opened: ['n1'], upstream: 0, parameters: ['x'], learningRate: 0.5 }
    expect(pruned(full)).toEqual(full)
  })
})

describe('a group', () => {
  const document: GraphDocument = { expression: 'a = sigmoid(x); b = sigmoid(y); a * b', inputs: { x: 1, y: 2 } }
  test('is opened in addition to others, and closed alone', () => {
    const one = withGroup(document, graphOf(document), { id: 'b', open: true })
    const both = withGroup(one, graphOf(one), { id: 'a', open: true })
    expect([one.opened, both.opened]).toEqual([['b'], ['b', 'a']])
    expect(withGroup(both, graphOf(both), { id: 'b', open: false }).opened).toEqual(['a'])
    expect(withGroup(one, graphOf(one), { id: 'b', open: false })).toEqual(document)
  })

  test('is open once, however often it is opened', () => {
    const one = withGroup(document, graphOf(document), { id: 'b', open: true })
    expect(withGroup(one, graphOf(one), { id: 'b', open: true }).opened).toEqual(['b'])
  })

  test('that no longer exists is dropped', () => {
    const stale: GraphDocument = { ...document, opened: ['gone'] }
    expect(withGroup(stale, graphOf(document), { id: 'a', open: true }).opened).toEqual(['a'])
  })
})

describe('a parameter', () => {
  const document: GraphDocument = { expression: 'x * w + b', inputs: { x: 1, w: 2, b: 3 } }
  test('is ordered like the inputs, whenever it was chosen', () => {
    const one = withParameter(document, graphOf(document), { name: 'b', learns: true })
    const both = withParameter(one, graphOf(document), { name: 'w', learns: true })
    expect([one.parameters, both.parameters]).toEqual([['b'], ['w', 'b']])
    expect(withParameter(both, graphOf(document), { name: 'b', learns: false }).parameters).toEqual(['w'])
    expect(withParameter(one, graphOf(document), { name: 'b', learns: false })).toEqual(document)
  })
})

test('changes by an update, and nothing else does', () => {
  const document: GraphDocument = { expression: 'dot(x, w)', inputs: { x: [[1, 2]], w: [[3], [4]] }, parameters: ['w'], learningRate: 0.1 }
  expect(withUpdate(document, traceOf(document).updated)).toEqual({ ...document, inputs: { x: [[1, 2]], w: [[3 - 0.1 * 1], [4 - 0.1 * 2]] } })
})

describe('another expression', () => {
  const before: GraphDocument = { expression: 'x * w + b', inputs: { x: 1, w: 2, b: 3 }, parameters: ['w'], learningRate: 0.5, upstream: 7 }
  test('keeps the numbers of its names, and has none of the removed ones', () => {
    expect(typed('x * w', before)).toEqual({ expression: 'x * w', inputs: { x: 1, w: 2 }, parameters: ['w'], learningRate: 0.5, upstream: 7 })
  })

  test('gets the numbers that a name had before; current ones take precedence', () => {
    expect(typed('x * v * u', before, { inputs: { v: 5, x: 99 } }).inputs).toEqual({ x: 1, v: 5 })
  })

  test('keeps parameters, and restores those of names that return, in the order of the inputs', () => {
    expect(typed('v * w', before, { parameters: new Set(['v', 'gone']) }).parameters).toEqual(['v', 'w'])
    expect(typed('v * x', before).parameters).toBeUndefined()
  })

  test('keeps its groups open if they compute the same', () => {
    const opened: GraphDocument = { expression: 'sigmoid(x) + sigmoid(y)', inputs: {}, opened: ['n1'] }
    const next = typed('exp(z) * sigmoid(y) + sigmoid(x)', opened)
    const [open] = graphOf(next).opened
    const { from, to } = graphOf(next).byId.get(open!)!.span
    expect([next.opened?.length, next.expression.slice(from, to)]).toEqual([1, 'sigmoid(x)'])
    expect(typed('sigmoid(w)', opened).opened).toBeUndefined()
    expect(typed('x + y', opened).opened).toBeUndefined()
  })

  test('loses an upstream matrix that does not match its output, but no number', () => {
    const matrix: GraphDocument = { expression: 'x * 2', inputs: { x: [1, 2] }, upstream: [3, 4] }
    expect(typed('x * 3', matrix).upstream).toEqual([3, 4])
    expect(typed('sum(x)', matrix).upstream).toBeUndefined()
    expect(typed('sum(x)', { ...matrix, upstream: 3 }).upstream).toBe(3)
  })

  test('that is invalid is refused', () => {
    expect(() => typed('x * (', before)).toThrow(expect.objectContaining({ code: 'graph.endsEarly' }) as Error)
  })
})
