import { type GraphDocument, traceOf } from '@core'
import { describe, expect, test } from 'vitest'
import { numbersFor } from '../../../../renderer/lib/useNumbers'
import { arrange } from '../../../../renderer/graph/layout/arrange'
import { highlightsOf } from '../../../../renderer/graph/canvas/highlights'
import { readingOrder } from '../../../../renderer/graph/layout/reading-order'
import { neighbourIn } from '../../../../renderer/graph/canvas/arrow-navigation'
import { type Box, type GraphLayout, resultId } from '../../../../renderer/graph/layout/geometry'
import { edgesOf } from '../../../../renderer/graph/layout/layout'

const texts = { numbers: numbersFor('en'), output: 'output' }
const inputs = { x: 2, y: 3, w: 1 }

describe('a layout is recomputed', () => {
  const base: GraphDocument = { expression: 'x * y + 2', inputs }
  const before = arrange(traceOf(base), texts)
  test.each<[string, GraphDocument]>([
    ['another operation', { ...base, expression: 'x * y - 2' }], ['arguments the other way round', { ...base, expression: 'y * x + 2' }], ['another number in the expression', { ...base, expression: 'x * y + 2000' }],
    ['another input', { ...base, expression: 'x * w + 2' }], ['a tensor for a number', { ...base, inputs: { ...inputs, x: [1, 2] } }], ['a parameter', { ...base, parameters: ['x'], learningRate: 0.1 }],
    ['a name for a part', { ...base, expression: 'p = x * y; p + 2' }], ['a name for the result', { ...base, expression: 'r = x * y + 2' }], ['a part that the result does not use', { ...base, expression: 'p = x * y; x + 2' }],
  ])('for %s', (_, document) => {
    expect(arrange(traceOf(document), texts, before)).not.toBe(before)
  })

  test('for a group that is opened', () => {
    const closed = arrange(traceOf({ expression: 'g = sigmoid(x); g * y', inputs }), texts)
    const opened = arrange(traceOf({ expression: 'g = sigmoid(x); g * y', inputs, opened: ['g'] }), texts, closed)
    expect([opened === closed, opened.layout.frames.length]).toEqual([false, 1])
  })

  test('in another language: its words and numbers have other lengths', () => {
    expect(arrange(traceOf(base), { ...texts, output: '出力' }, before)).not.toBe(before)
    const german = { ...texts.numbers, few: (value: number) => texts.numbers.few(value).replace(',', '\u202f') }
    expect(arrange(traceOf(base), { ...texts, numbers: german }, before)).not.toBe(before)
  })

  test('but not for another number, nor for a run that fails on its way', () => {
    expect(arrange(traceOf({ ...base, inputs: { ...inputs, x: 1e9 } }), texts, before)).toBe(before)
    const learning: GraphDocument = { expression: 'log(x) * w', inputs, parameters: ['w'], learningRate: 0.1 }
    const good = arrange(traceOf(learning), texts)
    expect(arrange(traceOf({ ...learning, inputs: { ...inputs, x: -1 } }), texts, good)).toBe(good)
  })

  test('its result is named like the last definition, or with the window’s label', () => {
    expect([arrange(traceOf({ expression: 'L = x * y', inputs }), texts).resultName, before.resultName, arrange(traceOf({ expression: 'x', inputs }), texts).resultName]).toEqual(['L', 'output', 'output'])
  })
})

test('the edges are those of the forward pass, by argument, and one to the result', () => {
  const { graph } = traceOf({ expression: 'x - x * y', inputs })
  expect(edgesOf(graph)).toEqual([
    { id: 'x->n1#0', from: 'x', to: 'n1', slot: 0 }, { id: 'y->n1#1', from: 'y', to: 'n1', slot: 1 },
    { id: 'x->n2#0', from: 'x', to: 'n2', slot: 0 }, { id: 'n1->n2#1', from: 'n1', to: 'n2', slot: 1 }, { id: `n2->${resultId}#0`, from: 'n2', to: resultId, slot: 0 },
  ])
})

describe('the order of reading', () => {
  const order = (expression: string) => {
    const all = readingOrder(traceOf({ expression, inputs: {} }).graph)
    return [...all.keys()].sort((a, b) => all.get(a)! - all.get(b)!).map(id => id.replace(/^n\d+$/, '·'))
  }
  test.each([
    ['a * b', 'a · b'], ['a * b + c', 'a · b · c'], ['exp(a)', 'a ·'], ['(a + b) * (c + d)', 'a · b · c · d'],
    ['affine(X, W, b)', 'X W · b'], // arguments in order, with their reader centred between them
    ['affine(exp(X), W, b)', 'W X · · b'], // computed values are placed in the middle
    ['affine(exp(X), exp(W), b)', 'X · W · · b'], ['affine(exp(X), W, exp(b))', 'X · W · b ·'], ['affine(X, exp(W), b)', 'X W · · b'],
    ['u = a * b; c + d', 'c · d a · b'], // nodes that the result does not use are placed last
  ])('of %s is %s', (expression, read) => {
    expect(order(expression).join(' ').replaceAll('u', '·')).toBe(read)
  })
})

describe('the arrow keys', () => {
  const { graph } = traceOf({ expression: 'a * b + c * d + a', inputs: {} })
  const box = (x: number, y: number): Box => ({ x: x - 20, y: y - 20, width: 40, height: 40 })
  const at = (places: Record<string, readonly [number, number]>) => ({ nodes: new Map(Object.entries(places).map(([id, [x, y]]) => [id, box(x, y)])) }) as unknown as GraphLayout
  // n1 = a·b, n2 = c·d, n3 = n1 + n2, n4 = n3 + a
  const layout = at({ a: [0, 0], b: [0, 100], c: [0, 200], d: [0, 300], n1: [200, 60], n2: [200, 240], n3: [400, 150], n4: [600, 10] })
  const go = (from: string, direction: 'left' | 'right' | 'up' | 'down') => neighbourIn(graph, layout, from, direction)

  test('move to the nearest in height among the arguments, and among the readers', () => {
    expect([go('n1', 'left'), go('n2', 'left'), go('n3', 'left')]).toEqual(['b', 'c', 'n1'])
    expect([go('a', 'right'), go('n1', 'right'), go('n4', 'right')]).toEqual(['n4', 'n3', 'n4'])
    expect(neighbourIn(graph, at({ a: [0, 50], b: [0, 100], c: [0, 200], d: [0, 300], n1: [200, 60], n2: [200, 240], n3: [400, 150], n4: [600, 10] }), 'a', 'right')).toBe('n1')
  })

  test('move vertically within a column before they move to a closer node elsewhere', () => {
    expect([go('b', 'up'), go('b', 'down'), go('n1', 'down'), go('n2', 'up')]).toEqual(['a', 'c', 'n2', 'n1'])
    expect([go('a', 'up'), go('d', 'down')]).toEqual(['a', 'd'])
  })

  test('move to no node of the same height', () => {
    const row = at({ a: [0, 0], b: [100, 4], c: [200, -4], d: [300, 60], n1: [400, 0], n2: [500, 0], n3: [600, 0], n4: [700, 0] })
    expect([neighbourIn(graph, row, 'a', 'down'), neighbourIn(graph, row, 'a', 'up'), neighbourIn(graph, row, 'd', 'up')]).toEqual(['d', 'a', 'n1'])
  })

  test('move to the node straight below unless another is three times as close', () => {
    const below = (b: number) => neighbourIn(graph, at({ a: [0, 0], b: [0, b], c: [30, 10], d: [900, 0], n1: [900, 0], n2: [900, 0], n3: [900, 0], n4: [900, 0] }), 'a', 'down')
    expect([below(95), below(105)]).toEqual(['b', 'c'])
    expect(neighbourIn(graph, at({ a: [0, 0], b: [0, 5], c: [30, 0], d: [900, 0], n1: [900, 0], n2: [900, 0], n3: [900, 0], n4: [900, 0] }), 'a', 'down')).toBe('b')
  })

  test('start at the first input, or at the result if there are only constants', () => {
    expect([neighbourIn(graph, layout, null, 'left'), neighbourIn(graph, layout, 'elsewhere', 'up')]).toEqual(['a', 'a'])
  })
})

describe('highlights', () => {
  const trace = traceOf({ expression: 's = x * y; s * s + x', inputs })
  const lit = (node: string, of: 'value' | 'gradient') => Object.fromEntries([...highlightsOf(trace, { node, cell: 0, of })].map(([id, { of, self, sources, feeds }]) => [id, [of, self.size, sources.size, feeds.size]]))

  test('mark the sources of a value and its readers; for a gradient the other way round', () => {
    expect(lit('s', 'value')).toEqual({ x: ['value', 0, 1, 0], y: ['value', 0, 1, 0], s: ['value', 1, 0, 0], n1: ['value', 0, 0, 1] })
    expect(lit('s', 'gradient')).toEqual({ x: ['gradient', 0, 0, 1], y: ['gradient', 0, 0, 1], s: ['gradient', 1, 0, 0], n1: ['gradient', 0, 1, 0] })
    expect(lit('x', 'value')).toEqual({ x: ['value', 1, 0, 0], s: ['value', 0, 0, 1], n2: ['value', 0, 0, 1] })
  })

  test('are off without a pointer, or on what only another graph had', () => {
    expect([highlightsOf(trace, null).size, highlightsOf(trace, { node: 'gone', cell: 0, of: 'value' }).size]).toEqual([0, 0])
  })
})
