import { backward, buildGraph, feeds, forward, fromNested, type GraphDocument, madeOf, momentAt, parseProgram, shapeText, slopeErrors, toNested, traceOf } from '@core'
import { describe, expect, test } from 'vitest'
import { expectNear } from '../numbers'

const gradient = (document: GraphDocument, name: string) => [...traceOf(document).backward.gradients.get(name)!.data]
const shopping: GraphDocument = { expression: '(apple * count + orange * 3) * tax', inputs: { apple: 100, count: 2, orange: 150, tax: 1.1 } }

describe('a graph', () => {
  test('has one node for a name that is used twice, and its gradients add up', () => {
    const trace = traceOf({ expression: 'x * x', inputs: { x: 3 } })
    expect(trace.graph.nodes.filter(({ kind }) => kind === 'input')).toHaveLength(1)
    expect(trace.backward.contributions.get('x')?.map(({ value }) => value.data[0])).toEqual([3, 3])
    expect(gradient({ expression: 'x * x', inputs: { x: 3 } }, 'x')).toEqual([6])
  })

  test('shares definitions, under their own names', () => {
    const trace = traceOf({ expression: 't = x + y; z = t * t', inputs: { x: 1, y: 2 } })
    expect(trace.graph.output).toBe('z')
    expect(trace.graph.readers.get('t')).toHaveLength(2)
    expect(trace.backward.gradients.get('x')?.data).toEqual([6])
  })

  test('does not mistake an input called n1 for its own first operation', () => {
    const { graph, forward } = traceOf({ expression: 'n1 + c1 * 2', inputs: { n1: 5, c1: 7 } })
    expect(new Set(graph.nodes.map(({ id }) => id)).size).toBe(graph.nodes.length)
    expect(forward.values.get(graph.output)?.data).toEqual([19])
  })

  test('gives an input that does not affect the result the gradient 0', () => {
    expect(gradient({ expression: 'unused = a * b; c + 1', inputs: { a: 2 } }, 'a')).toEqual([0])
  })

  test('handles 1,000 terms in a row without a stack overflow', () => {
    const trace = traceOf({ expression: Array.from({ length: 1000 }, () => 'x').join('+'), inputs: { x: 2 } })
    expect(trace.forward.values.get(trace.graph.output)?.data).toEqual([2000])
    expect(trace.backward.gradients.get('x')?.data).toEqual([1000])
  })

  test('is refused before it is computed when broadcasting would make it too large', () => {
    const long = Array.from({ length: 2000 }, () => 1)
    const inputs = { a: long.map(x => [[x]]), b: [long.map(x => [x])], c: [[long]] }
    expect(() => traceOf({ expression: 'a * b * c', inputs })).toThrow(expect.objectContaining({ code: 'graph.tooLarge' }))
  })
})

describe('at the corners', () => {
  test.each([
    ['relu(x)', { x: 0 }, 'x', 0],
    ['max(x, y)', { x: 2, y: 2 }, 'x', 0.5],
    ['max(x, x)', { x: 2 }, 'x', 1],
    ['x ^ 2', { x: -3 }, 'x', -6],
    ['x ^ 0', { x: 0 }, 'x', 0],
    ['sigmoid(x)', { x: -1000 }, 'x', 0],
    ['sigmoid(x)', { x: 40 }, 'x', 4.248354255291589e-18], // 1 − y would be 0; NumPy: exp(-40) / (1 + exp(-40)) ** 2
    ['sqrt(square(x))', { x: -3 }, 'x', -1],
  ])('%s at %j has the slope %d × %d', (expression, inputs, name, wanted) => {
    expect(gradient({ expression, inputs }, name)[0]).toBeCloseTo(wanted, 15)
  })
})

describe('what cannot be computed is reported at the node that caused it', () => {
  test.each([
    ['1 + log(x)', { x: -1 }, 'n1', 'forward', 'graph.logDomain'],
    ['log(x)', { x: 0 }, 'n1', 'forward', 'graph.logDomain'],
    ['1 / (x - 1)', { x: 1 }, 'n2', 'forward', 'graph.divisionByZero'],
    ['exp(x)', { x: 1000 }, 'n1', 'forward', 'graph.overflow'],
    ['x * y', { x: 1e200, y: 1e200 }, 'n1', 'forward', 'graph.overflow'],
    ['sqrt(x)', { x: -4 }, 'n1', 'forward', 'graph.sqrtDomain'],
    ['x ^ 0.5', { x: -4 }, 'n1', 'forward', 'graph.powerDomain'],
    ['0 ^ x', { x: -1 }, 'n1', 'forward', 'graph.divisionByZero'],
    ['dot(X, W)', { X: [[1, 2]], W: [[1, 2]] }, 'n1', 'forward', 'graph.shapes'],
    ['batchNormalization(v, g, b)', { v: [1, 2], g: [1, 1], b: [0, 0] }, 'n1', 'forward', 'graph.batch'],
    ['batchNormalization(X, g, b)', { X: [[1, 2]], g: [1, 1], b: [0, 0] }, 'n1', 'forward', 'graph.batch'],
    ['batchNormalization(X, g, b)', { X: [[1, 2], [3, 4]], g: [1], b: [0, 0] }, 'n1', 'forward', 'graph.shapes'],
    ['softmaxWithLoss(A, T)', { A: [[1, 2]], T: [[1, 0, 0]] }, 'n1', 'forward', 'graph.shapes'],
  ])('%s at %j: node %s, %s, %s', (expression, inputs, node, phase, code) => {
    const { problem, steps } = traceOf({ expression, inputs })
    expect(problem).toMatchObject({ node, phase, code })
    expect(steps.at(-1)).toEqual({ phase, node }) // the run ends here
  })

  // the list of inputs had no value for y, which caused an exception
  test('and the inputs after it are known all the same', () => {
    const { forward, problem } = traceOf({ expression: 'log(x - 5) * (y + 2)', inputs: { x: 1, y: 7 } })
    expect(problem).not.toBeNull()
    expect(['x', 'y'].map(name => forward.values.get(name)?.data[0])).toEqual([1, 7])
  })

  test('and a failed step shows no value', () => {
    const trace = traceOf({ expression: 'log(x) * 2', inputs: { x: -1 } })
    const moment = momentAt(trace, 99)
    expect(moment.step).toEqual({ phase: 'forward', node: 'n1' })
    expect(moment.values.has('n1')).toBe(false)
  })

  test.each([[[[1, 2], [3]]], [[]], [NaN], [[[1], 2]], ['1']])('an input of %j is refused', (nested) => {
    expect(() => fromNested(nested as never, 'x')).toThrow(expect.objectContaining({ code: 'graph.inputValue' }))
  })

  test('an input of 10,000 numbers is refused', () => {
    expect(() => fromNested(new Array<number>(10_000).fill(1), 'x')).toThrow(expect.objectContaining({ code: 'graph.tooLarge' }))
  })
})

test.each([3, [1, 2], [[1, 2, 3], [4, 5, 6]], [[[[1]], [[2]]]]])('%j is restored from a value as it was', (nested) => {
  expect(toNested(fromNested(nested))).toEqual(nested)
})

describe('groups', () => {
  const A = [[0.3, -1.2, 2], [1, 1, 0.5]]
  const T = [[0, 1, 0], [1, 0, 0]]
  test.each<[string, GraphDocument['inputs'], string]>([
    ['y = sigmoid(x)', { x: [[0.7, -2], [0, 3]] }, 'x'],
    ['y = softmax(A)', { A }, 'A'],
    ['y = softmax(A)', { A: [1, 2, 3] }, 'A'],
    ['y = softmaxWithLoss(A, T)', { A, T }, 'A'],
    ['y = softmaxWithLoss(A, T)', { A, T }, 'T'],
    ['y = identityWithLoss(A, T)', { A, T }, 'A'],
    ['y = identityWithLoss(A, T)', { A: 3, T: 1 }, 'T'],
    ['y = affine(X, W, b)', { X: [[1, 2], [3, 4]], W: [[1, 2, 3], [4, 5, 6]], b: [1, 2, 3] }, 'W'],
    ['y = affine(X, W, b)', { X: [1, 2], W: [[1, 2, 3], [4, 5, 6]], b: [1, 2, 3] }, 'b'],
  ])('%s gives the same opened and closed: %j, ∂%s', (expression, inputs, name) => {
    const upstream = expression.includes('Loss') ? 1.3 : undefined
    const document = { expression, inputs, ...upstream ? { upstream } : {} }
    const [closed, opened] = [traceOf(document), traceOf({ ...document, opened: ['y'] })]
    expect(opened.graph.nodes.length).toBeGreaterThan(closed.graph.nodes.length)
    expectNear(opened.forward.values.get('y')!.data, closed.forward.values.get('y')!.data, 1e-14)
    expectNear(opened.backward.gradients.get(name)!.data, closed.backward.gradients.get(name)!.data, 1e-14) // a few roundings of numbers around 1
    expect(opened.backward.gradients.get(name)!.shape).toEqual(closed.backward.gradients.get(name)!.shape)
  })

  test('keep their id when they are opened, so that their readers stay connected', () => {
    const document = { expression: 's = sigmoid(x); s * 2', inputs: { x: 1 }, opened: ['s', 'nothing'] }
    const { graph } = traceOf(document)
    expect([...graph.opened]).toEqual(['s'])
    expect(graph.nodes.filter(({ group }) => group === 's').map(({ id }) => id)).toEqual(['s/neg.c', 's/neg', 's/exp', 's/plus.c', 's/plus', 's'])
  })

  test('with a probability of 0 cost nothing where t is 0', () => {
    for (const opened of [[], ['L']]) {
      const { forward, backward, problem } = traceOf({ expression: 'L = softmaxWithLoss(A, T)', inputs: { A: [[Math.log(0.01), Math.log(0.99), -800]], T: [[0, 1, 0]] }, opened })
      expect(problem).toBeNull()
      expect(forward.values.get('L')?.data[0]).toBeCloseTo(-Math.log(0.99), 14)
      expectNear(backward.gradients.get('A')!.data, [0.01, -0.01, 0], 1e-15)
    }
  })
})

describe('broadcast shapes', () => {
  test('are summed on the way back: a bias over the rows, a number over everything', () => {
    const trace = traceOf({ expression: 'X + b * s', inputs: { X: [[1, 2, 3], [4, 5, 6]], b: [1, 2, 3], s: 2 }, upstream: [[1, 2, 3], [4, 5, 6]] })
    expect(trace.backward.gradients.get('b')?.data).toEqual([10, 14, 18])
    expect(trace.backward.gradients.get('s')?.data).toEqual([1 * 5 + 2 * 7 + 3 * 9])
    expect(trace.backward.gradients.get('b')?.shape).toEqual([3])
  })

  test('a 4-D input gets its shape back', () => {
    const X = [[[[1], [2]]], [[[3], [4]]]]
    const { backward, forward } = traceOf({ expression: 'affine(X, W, b)', inputs: { X, W: [[1], [10]], b: [0] } })
    expect([...forward.values].at(-1)?.[1]).toEqual({ shape: [2, 1], data: [21, 43] })
    expect(backward.gradients.get('X')?.shape).toEqual([2, 1, 2, 1])
  })
})

describe('a moment', () => {
  const trace = traceOf({ ...shopping, parameters: ['tax'], learningRate: 0.5 })
  const { steps } = trace

  test('passes through forward, start, backward, update in order', () => {
    expect(steps.map(({ phase }) => phase[0]).join('')).toBe('ffffsbbbbu')
  })

  test('knows no value before its step and no gradient before its last part has arrived', () => {
    const before = momentAt(trace, 0)
    expect([...before.values.keys()].sort()).toEqual(['apple', 'c1', 'count', 'orange', 'tax'])
    expect(momentAt(trace, 1).values.get('n1')?.data).toEqual([200])
    expect(momentAt(trace, 5).gradients.size).toBe(1)
    expect(momentAt(trace, 6).gradients.get('tax')?.data[0]).toBeCloseTo(650, 12)
  })

  test('shows a sum only when both parts have arrived', () => {
    const square = traceOf({ expression: 'x * 2 + x * 3', inputs: { x: 1 } })
    const moments = Array.from({ length: square.steps.length + 1 }, (_, i) => momentAt(square, i))
    const counts = moments.map(({ contributions, gradients }) => [contributions.get('x')?.length ?? 0, gradients.has('x')])
    expect(counts.at(-2)).toEqual([1, false])
    expect(counts.at(-1)).toEqual([2, true])
  })

  test('updates parameters against their gradient', () => {
    const last = momentAt(trace, steps.length)
    expect(last.updated.get('tax')?.data[0]).toBeCloseTo(1.1 - 0.5 * 650, 12)
    expect(momentAt(trace, steps.length - 1).updated.size).toBe(0)
  })
})

test('an upstream gradient replaces the 1: 10 + 5 and 10 × 5 at 1.3', () => {
  const inputs = { x: 10, y: 5 }
  expect(gradient({ expression: 'x + y', inputs, upstream: 1.3 }, 'x')).toEqual([1.3])
  expect(gradient({ expression: 'x * y', inputs, upstream: 1.3 }, 'x')).toEqual([6.5])
  expect(() => traceOf({ expression: 'x + y', inputs, upstream: [1, 2] })).toThrow(expect.objectContaining({ code: 'graph.shapes' }))
})

describe('the numeric slope’s error over h', () => {
  const errors = (expression: string, inputs: Readonly<Record<string, number>>, name: string) => {
    const graph = buildGraph(parseProgram(expression))
    return slopeErrors(graph, new Map(Object.entries(inputs).map(([key, value]) => [key, fromNested(value)])), { name })
  }
  const lowest = (list: ReturnType<typeof errors>, precision: 'float64' | 'float32') =>
    list.reduce((best, error) => error[precision] < best[precision] ? error : best).h

  test('has a minimum on a smooth function: near 1e-5 in float64, near 1e-2 in float32', () => {
    const list = errors('log(1 + exp(-t * y))', { t: 1, y: 0.3 }, 'y')
    expect(Math.abs(Math.log10(lowest(list, 'float64')) + 5)).toBeLessThanOrEqual(1.5)
    expect(Math.abs(Math.log10(lowest(list, 'float32')) + 2)).toBeLessThanOrEqual(1)
    expect(list[0]!.float64).toBeGreaterThan(1e-6)
    expect(list.at(-1)!.float64).toBeGreaterThan(1e-6)
  })

  test('does not grow with h on the apples: sums and products of different inputs have no truncation error', () => {
    const list = errors('(apple * count + orange * 3) * tax', { apple: 100, count: 2, orange: 150, tax: 1.1 }, 'apple')
    expect(list[0]!.float64).toBeLessThan(1e-10)
  })

  test('agrees with backpropagation to 1e-8 at 1e-4 on a smooth loss', () => {
    const list = errors('log(1 + exp(-t * y))', { t: 1, y: 0.3 }, 'y')
    expect(list.find(({ h }) => Math.abs(h - 1e-4) < 1e-9)!.float64).toBeLessThan(1e-8)
  })
})

describe('cells', () => {
  const trace = traceOf({ expression: 'Y = affine(X, W, b); relu(Y)', inputs: { X: [[1, 2], [3, 4]], W: [[1, 2, 3], [4, 5, 6]], b: [1, 2, 3] } })
  test('of a matrix product come from a row and a column', () => {
    expect(madeOf(trace, 'Y', 4)).toEqual([{ node: 'X', cells: [2, 3] }, { node: 'W', cells: [1, 4] }, { node: 'b', cells: [1] }])
  })
  test('of W feed a column of the output, those of X a row', () => {
    expect(feeds(trace, 'W', 1)).toEqual([{ node: 'Y', cells: [1, 4] }])
    expect(feeds(trace, 'X', 1)).toEqual([{ node: 'Y', cells: [0, 1, 2] }])
    expect(feeds(trace, 'Y', 4)).toEqual([{ node: 'n1', cells: [4] }])
  })
  test.each(['affine(X, W, b)', 'dot(X, W)', 'X * s', 'X + r', 'softmax(X)', 'sum(X)'])('lead from the source cells to the cells computed from them: %s', (expression) => {
    const inputs = { X: [[1, 2], [3, 4], [5, 6]], W: [[1, 2, 3], [4, 5, 6]], b: [1, 2, 3], s: 2, r: [10, 20] }
    const run = traceOf({ expression, inputs })
    const { output, inputs: names } = run.graph
    for (const name of names)
      run.forward.values.get(name)!.data.forEach((_, cell) => {
        const made = run.forward.values.get(output)!.data.flatMap((_, i) => madeOf(run, output, i).find(({ node }) => node === name)!.cells.includes(cell) ? [i] : [])
        expect(feeds(run, name, cell)).toEqual([{ node: output, cells: made }])
      })
  })
})

test('float32 keeps what a Float32Array would', () => {
  const graph = buildGraph(parseProgram('x / 3 + y'))
  const pass = forward(graph, new Map([['x', fromNested(1)], ['y', fromNested(0.1)]]), 'float32')
  expect(pass.values.get(graph.output)?.data[0]).toBe(Math.fround(Math.fround(1 / 3) + Math.fround(0.1)))
  expect(backward(pass, undefined, 'float32').gradients.get('x')?.data[0]).toBe(Math.fround(1 / 3))
})

test('shapes are parsed as books write them', () => {
  expect([[], [3], [2, 3]].map(shapeText)).toEqual(['()', '(3)', '(2, 3)'])
})
