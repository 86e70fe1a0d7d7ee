import { type GraphDocument, traceOf } from '@core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

/** Everything that the graph outside of the group can observe. */
function answersOf(document: GraphDocument) {
  const { graph, forward, backward, problem } = traceOf(document)
  return {
    value: forward.values.get(graph.output)?.data,
    gradients: Object.fromEntries(graph.inputs.map(name => [name, backward.gradients.get(name)?.data])),
    missing: Object.fromEntries([...backward.missing].filter(([id]) => graph.inputs.includes(id)).map(([id, { code, node }]) => [id, [code, node]])),
    problem: problem && [problem.code, problem.node],
  }
}
const both = (document: GraphDocument, opened: readonly string[] = ['y']) => [answersOf({ ...document, opened }), answersOf(document)] as const

// Cause: an opened group was computed part by part, and overflow and lost digits of the parts affected the rest of the graph.
describe('an opened node gives exactly the answer of the closed one', () => {
  test.each<[string, GraphDocument['inputs']]>([
    ['y = sigmoid(x)', { x: -800 }], ['y = sigmoid(x)', { x: -700 }], ['y = sigmoid(x)', { x: -400 }], ['y = sigmoid(x)', { x: -745 }],
    ['y = sigmoid(x)', { x: 800 }], ['y = sigmoid(x)', { x: 40 }], ['y = sigmoid(x)', { x: [[-1e308, 0], [1e308, -37]] }],
    ['y = softmaxWithLoss(x, t)', { x: [[1000, 0]], t: [[0, 1]] }], ['y = softmaxWithLoss(x, t)', { x: [[740, 0]], t: [[0, 1]] }],
    ['y = softmaxWithLoss(x, t)', { x: [[-1000, 0, 3]], t: [[1, 0, 0]] }], ['y = softmaxWithLoss(x, t)', { x: [[1e308, -1e308]], t: [[1, 0]] }],
    ['y = softmaxWithLoss(x, t)', { x: [[30, 0]], t: [[1, 0]] }], ['y = softmaxWithLoss(x, t)', { x: [[0, 5], [900, -900]], t: [[0.5, 0.5], [0, 1]] }],
    ['y = softmaxWithLoss(x, x)', { x: [[0.2, 0.8]] }],
    ['y = softmax(x)', { x: [1000, -1000, 0] }], ['y = softmax(x)', { x: [[1e308, -1e308]] }],
    ['y = identityWithLoss(x, t)', { x: [[1e-200, 3]], t: [[0, 1]] }], ['y = identityWithLoss(x, x)', { x: [1, 2] }],
    ['y = affine(x, W, b)', { x: [[1, 2]], W: [[1, 2], [3, 4]], b: [5, 6] }],
    ['s = x + 1; y = sigmoid(s * x); y * s + x', { x: -800 }],
    ['y = sigmoid(sqrt(x))', { x: 0 }],
  ])('%s at %j', (expression, inputs) => {
    const [opened, closed] = both({ expression, inputs })
    expect(closed.value).toBeDefined()
    expect(opened).toEqual(closed)
  })

  test.each<[string, GraphDocument['inputs'], string]>([
    ['y = softmaxWithLoss(x, t)', { x: [[1, 2], [3, 4]], t: [0, 1] }, 'graph.shapes'], // computed part by part, t would be broadcast
    ['y = affine(x, W, b)', { x: [[1, 2]], W: [[1, 2], [3, 4]], b: 1 }, 'graph.shapes'],
    ['y = identityWithLoss(x, t)', { x: [[1, 2], [3, 4]], t: 1 }, 'graph.shapes'],
    ['y = softmaxWithLoss(x, t)', { x: [[1e308, -1e308]], t: [[0, 1]] }, 'graph.overflow'],
    ['y = identityWithLoss(x, t)', { x: [1e200], t: [0] }, 'graph.overflow'],
  ])('and refuses what the closed one refuses: %s at %j', (expression, inputs, code) => {
    const [opened, closed] = both({ expression, inputs })
    expect(closed.problem).toEqual([code, 'y'])
    expect(opened.problem).toEqual([code, 'y'])
  })

  const number = fc.oneof(fc.double({ min: -900, max: 900, noNaN: true }), fc.double({ min: -3, max: 3, noNaN: true }), fc.constantFrom(0, -800, 800, 37, -745.2))
  const row = fc.tuple(number, number, number)
  test('with 2,000 random numbers, bit for bit', () => {
    fc.assert(fc.property(fc.constantFrom('sigmoid(x)', 'softmax(x)', 'softmaxWithLoss(x, t)', 'identityWithLoss(x, t)'), fc.tuple(row, row), fc.nat(2), (group, x, hot) => {
      const t = [0, 1].map(n => [0, 1, 2].map(k => k === (hot + n) % 3 ? 1 : 0))
      const [opened, closed] = both({ expression: `y = ${group}; y * 3 + sum(x)`, inputs: { x, ...group.includes('t)') ? { t } : {} } })
      expect(opened).toEqual(closed)
    }), { numRuns: 2_000, seed: 11 })
  })
})

describe('a group whose parts lose precision', () => {
  const run = (expression: string, inputs: GraphDocument['inputs']) => traceOf({ expression, inputs, opened: ['y'] })

  test.each<[string, GraphDocument['inputs'], boolean]>([
    ['y = sigmoid(x)', { x: -800 }, true], ['y = sigmoid(x)', { x: -400 }, true], ['y = sigmoid(x)', { x: -20 }, false], ['y = sigmoid(x)', { x: 800 }, false],
    ['y = softmaxWithLoss(x, t)', { x: [[1000, 0]], t: [[0, 1]] }, true], ['y = softmaxWithLoss(x, t)', { x: [[2, 0]], t: [[0, 1]] }, false],
    ['y = softmaxWithLoss(x, t)', { x: [[Math.log(0.01), Math.log(0.99), -800]], t: [[0, 1, 0]] }, true], // −log y is 800, but the part shows ∞
    ['y = softmax(x)', { x: [1, 2, 3] }, false], ['y = affine(x, W, b)', { x: [[1, 2]], W: [[1], [2]], b: [3] }, false],
  ])('is recognized: %s at %j: %s', (expression, inputs, apart) => {
    const { forward, backward } = run(expression, inputs)
    expect(forward.apart.has('y') || backward.apart.has('y')).toBe(apart)
  })

  test('shows ∞ at the part itself', () => {
    const { forward } = run('y = softmaxWithLoss(x, t)', { x: [[1000, 0]], t: [[0, 1]] })
    expect(forward.values.get('y/log')?.data[1]).toBe(-Infinity)
    expect(forward.values.get('y')?.data[0]).toBe(1000)
  })

  test('sends its own gradient along an edge with a single reader', () => {
    const { backward } = run('y = sigmoid(x)', { x: -700 })
    const slope = Math.exp(-700) / (1 + Math.exp(-700)) ** 2 // 9.86e-305
    expect(slope).toBeGreaterThan(0)
    expect(backward.gradients.get('x')?.data).toEqual([slope])
    expect(backward.contributions.get('x')?.[0]?.value.data).toEqual([slope])
  })
})
