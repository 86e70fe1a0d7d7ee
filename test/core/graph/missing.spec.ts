import { type GraphDocument, momentAt, traceOf } from '@core'
import { describe, expect, test } from 'vitest'

type Inputs = GraphDocument['inputs']
const gradientsOf = (expression: string, inputs: Inputs, more: Partial<GraphDocument> = {}) => {
  const trace = traceOf({ expression, inputs, ...more })
  return { ...trace, gradient: (name: string) => [...trace.backward.gradients.get(name)!.data], cause: (name: string) => trace.backward.missing.get(name) }
}

// Cause: a zero upstream gradient hid an infinite slope, and one undefined slope ended the whole backward pass.
describe('0 × ∞ is undefined', () => {
  test.each<[string, Inputs, string]>([
    ['square(sqrt(x))', { x: 0 }, 'x'], // the true value is 1, as the limit from above; 2·0 × 1/0 is undefined
    ['sqrt(x) ^ 2', { x: 0 }, 'x'],
    ['sqrt(x) * sqrt(x)', { x: 0 }, 'x'], // the true value is 1
    ['sqrt(x) ^ 4', { x: 0 }, 'x'],
    ['0 * sqrt(x)', { x: 0 }, 'x'],
    ['y * sqrt(x)', { x: 0, y: 0 }, 'x'],
    ['sqrt(square(x))', { x: 0 }, 'x'], // |x|: reversed, ∞ × 0
    ['sqrt(relu(x))', { x: -1 }, 'x'],
    ['x ^ 0.5 * x', { x: 0 }, 'x'],
    ['square(x ^ 0.5)', { x: 0 }, 'x'],
  ])('%s at %j', (expression, inputs, name) => {
    const { problem, forward, graph, gradient, cause } = gradientsOf(expression, inputs)
    expect(problem).toBeNull()
    expect(forward.values.get(graph.output)?.data[0]).toBe(0)
    expect(gradient(name)).toEqual([NaN])
    expect(cause(name)).toMatchObject({ phase: 'backward', code: 'graph.infiniteSlope' })
  })

  test('but what the output does not use has the slope 0, however steep it is itself', () => {
    const { gradient, backward } = gradientsOf('unused = sqrt(x); y * 2', { x: 0, y: 3 })
    expect(gradient('x')).toEqual([0])
    expect(backward.missing.size).toBe(0)
  })
})

describe('an undefined gradient does not affect the others', () => {
  test.each<[string, Inputs, Readonly<Record<string, readonly number[]>>]>([
    ['sqrt(x) + y', { x: 0, y: 1 }, { x: [NaN], y: [1] }],
    ['a ^ b', { a: -2, b: 2 }, { a: [-4], b: [NaN] }],
    ['x ^ y', { x: [-2, 2], y: [2, 2] }, { x: [-4, 4], y: [NaN, 4 * Math.log(2)] }],
    ['sum(sqrt(x))', { x: [0, 4] }, { x: [NaN, 0.25] }],
    ['sqrt(x) * y + x * z', { x: 0, y: 2, z: 5 }, { x: [NaN], y: [0], z: [0] }],
    ['sqrt(dot(x, w))', { x: [0, 0], w: [1, 2] }, { x: [NaN, NaN], w: [NaN, NaN] }],
    ['softmax(sqrt(x))', { x: [0, 1] }, { x: [NaN, 0] }],
    ['sigmoid(sqrt(x) + y)', { x: 0, y: 0 }, { x: [NaN], y: [0.25] }],
    ['t = sqrt(x); t * a + b', { x: 0, a: 3, b: 1 }, { x: [NaN], a: [0], b: [1] }],
    ['identityWithLoss(sqrt(y), t)', { y: [[0, 4]], t: [[1, 1]] }, { y: [NaN, 0.25], t: [1, -1] }],
    ['x ^ y * z', { x: 0, y: 0, z: 7 }, { x: [0], y: [NaN], z: [1] }], // 0^0 = 1 = z's slope; along y: 1 · log 0
    ['b + sqrt(s)', { b: [1, 2, 3], s: 0 }, { b: [1, 1, 1], s: [NaN] }],
  ])('%s at %j', (expression, inputs, wanted) => {
    const { problem, gradient, backward, steps, graph } = gradientsOf(expression, inputs)
    expect(problem).toBeNull()
    for (const [name, numbers] of Object.entries(wanted)) {
      expect(gradient(name)).toEqual(numbers.map(n => Number.isNaN(n) ? NaN : expect.closeTo(n, 14) as number))
      expect(backward.missing.has(name)).toBe(numbers.some(Number.isNaN))
    }
    expect(steps.filter(({ phase }) => phase === 'backward')).toHaveLength(graph.nodes.filter(({ kind }) => kind === 'operation').length) // completes the backward pass
  })

  test('and the cause is the node that could not send one, for everything before it', () => {
    const { cause } = gradientsOf('t = a * b; r = sqrt(t); r + c', { a: 0, b: 2, c: 1 })
    expect(['a', 'b', 't'].map(name => cause(name)?.node)).toEqual(['r', 'r', 'r'])
    expect(cause('a')).toMatchObject({ code: 'graph.infiniteSlope', details: { operation: 'sqrt', found: 'Infinity' } })
  })

  test('a gradient that overflows is reported as such', () => {
    const product = gradientsOf('x * y * z', { x: 1e-200, y: 1e200, z: 1e200 }) // ∂x = 1e400
    expect(product.gradient('x')).toEqual([NaN])
    expect(product.cause('x')?.code).toBe('graph.gradientOverflow')
    expect(product.gradient('z')).toEqual([1])
    const sum = gradientsOf('x * a + x * b + c', { x: 0.5, a: 1.5e308, b: 1.5e308, c: 1 }) // each part is finite, but their sum is not
    expect([sum.gradient('x'), sum.cause('x')?.code, sum.gradient('c')]).toEqual([[NaN], 'graph.gradientOverflow', [1]])
  })

  test('the slope with respect to a constant is never computed', () => {
    const { gradient, backward } = gradientsOf('x ^ 2', { x: -3 })
    expect(gradient('x')).toEqual([-6])
    expect(backward.missing.size).toBe(0)
    expect(gradient('c1')).toEqual([NaN]) // 9 · log(−3) is not 0 either
  })

  test('parameters with a gradient are updated, the others stay', () => {
    const { updated, steps } = gradientsOf('sqrt(x) + y', { x: 0, y: 1 }, { parameters: ['x', 'y'], learningRate: 0.5 })
    expect([...updated.keys()]).toEqual(['y'])
    expect(steps.at(-1)).toEqual({ phase: 'update', node: 'y' })
  })

  test('a moment knows what has arrived, undefined or not', () => {
    const trace = traceOf({ expression: 'sqrt(x) + y', inputs: { x: 0, y: 1 } })
    const end = momentAt(trace, trace.steps.length)
    expect([end.gradients.get('x')?.data, end.gradients.get('y')?.data]).toEqual([[NaN], [1]])
  })
})
