import { type GraphDocument, momentAt, traceOf } from '@core'
import { describe, expect, test } from 'vitest'
import { numbersFor } from '../../../../renderer/lib/useNumbers'
import { indexText } from '../../../../renderer/graph/document/cell-name'
import { gridOf, maxPool, rectanglesOf } from '../../../../renderer/graph/layout/grid'
import { highlightsOf } from '../../../../renderer/graph/canvas/highlights'
import { edgeState, type GraphState, isDimmed, isSameState, nodeState } from '../../../../renderer/graph/layout/display-state'
import { stepBy, stepSizeOf } from '../../../../renderer/graph/canvas/number-steps'
import { isotonicRegression } from '../../../../renderer/graph/layout/isotonic-regression'
import { cellText, displayedText, sumText } from '../../../../renderer/graph/layout/number-text'
import { resultId } from '../../../../renderer/graph/layout/geometry'
import { edgesOf } from '../../../../renderer/graph/layout/layout'
import { graphs } from '../graphs'

const numbers = numbersFor('en')
const shotOf = (document: GraphDocument, position = Infinity, hidden: readonly string[] = []): GraphState => {
  const trace = traceOf(document)
  return { trace, moment: momentAt(trace, position), hidden: new Set(hidden) }
}
const looksOf = (shot: GraphState) => Object.fromEntries(edgesOf(shot.trace.graph).map(edge => [edge.id, edgeState(shot, edge)]))
const numberIn = (shown: ReturnType<typeof edgeState>['value']) => shown === null || shown === 'hidden' ? shown : shown.data[0]

describe('an edge', () => {
  test('carries nothing before its value is known', () => {
    const looks = looksOf(shotOf(graphs.apples, 0))
    expect(numberIn(looks['apple->n1#0']!.value)).toBe(100)
    expect(looks['n1->n3#0']!.value).toBeNull()
    expect(looks['apple->n1#0']!.gradient).toBeNull()
  })

  test('carries value and gradient at the end', () => {
    const looks = looksOf(shotOf(graphs.apples))
    expect(numberIn(looks['apple->n1#0']!.gradient)).toBeCloseTo(2.2, 12)
    expect(numberIn(looks[`n4->${resultId}#0`]!.value)).toBeCloseTo(715, 10)
    expect(numberIn(looks[`n4->${resultId}#0`]!.gradient)).toBe(1)
  })

  test('of a value that is used twice carries its own part of the gradient', () => {
    const shot = shotOf(graphs.fanOut)
    const looks = looksOf(shot)
    expect([numberIn(looks['x->n1#0']!.gradient), numberIn(looks['x->n1#1']!.gradient)]).toEqual([3, 3])
    expect(sumText(nodeState(shot, 'x').sum!, numbers)).toBe('3 + 3 = 6')
  })

  test('is hidden while a question is unanswered', () => {
    const looks = looksOf(shotOf(graphs.apples, Infinity, ['value:n1', 'gradient:apple']))
    expect(looks['n1->n3#0']!.value).toBe('hidden')
    expect(looks['n1->n3#0']!.gradient).not.toBe('hidden')
    expect(looks['apple->n1#0']!.gradient).toBe('hidden')
  })
})

describe('the current step', () => {
  test('highlights its node and the node’s own edges, forward', () => {
    const shot = shotOf(graphs.apples, 1)
    const lit = Object.entries(looksOf(shot)).filter(([, { activePhase }]) => activePhase).map(([id]) => id)
    expect(nodeState(shot, 'n1').activePhase).toBe('forward')
    expect(lit).toEqual(['apple->n1#0', 'count->n1#1', 'n1->n3#0'])
    expect(looksOf(shot)['n1->n3#0']!.justComputed).toBe('value')
  })

  test('starts backward at the result, then shows what it sends', () => {
    const start = shotOf(graphs.apples, 5)
    expect(Object.entries(looksOf(start)).filter(([, { activePhase }]) => activePhase).map(([id]) => id)).toEqual([`n4->${resultId}#0`])
    const next = looksOf(shotOf(graphs.apples, 6))
    expect(next['tax->n4#1']).toMatchObject({ activePhase: 'backward', justComputed: 'gradient' })
    expect(next[`n4->${resultId}#0`]!.justComputed).toBeNull()
  })

  test('dims the rest, but neither before the first step nor after the last', () => {
    expect([0, 1, 5, 8].map(position => isDimmed(shotOf(graphs.apples, position)))).toEqual([false, true, true, true])
    expect(isDimmed(shotOf(graphs.apples))).toBe(false)
  })

  test('of an update changes its parameter', () => {
    const shot = shotOf(graphs.learningNetwork)
    const look = nodeState(shot, 'b3')
    expect(look.activePhase).toBe('update')
    expect(look.updated).not.toBeNull()
  })
})

test('an incomplete sum of gradients says so', () => {
  const shot = shotOf({ expression: 'log(x) + exp(x) * x', inputs: { x: 2 } }, 7)
  expect(sumText(nodeState(shot, 'x').sum!, numbers)).toMatch(/^[\d.]+ \+ …$/)
})

test('a sum of many shows two of them, with minus signs', () => {
  const value = (n: number) => ({ shape: [], data: [n] })
  expect(sumText({ parts: [value(1), value(-2), value(3), value(4)], of: 4, total: value(6) }, numbers)).toBe('1 − 2 + … = 6')
})

test('an error is shown at its node once the step has been made', () => {
  const document: GraphDocument = { expression: 'log(x - 5) * y', inputs: { x: 3, y: 2 } }
  expect(nodeState(shotOf(document, 1), 'n2').problem).toBeNull()
  expect(nodeState(shotOf(document), 'n2').problem?.code).toBe('graph.logDomain')
  expect(nodeState(shotOf(document), 'n3').value).toBeNull()
})

test('an undefined slope is reported at the node that could not send one, once it has had its turn', () => {
  const document: GraphDocument = { expression: 'sqrt(x) + y', inputs: { x: 0, y: 1 } }
  expect(nodeState(shotOf(document, 4), 'n1').problem).toBeNull()
  expect(nodeState(shotOf(document), 'n1').problem?.code).toBe('graph.infiniteSlope')
  const looks = looksOf(shotOf(document))
  expect([looks['x->n1#0']!, looks['y->n2#1']!].map(({ gradient }) => displayedText(gradient, numbers))).toEqual(['–', '1'])
})

test.each<[string, Record<string, number>, string, string]>([
  ['y = sigmoid(x)', { x: -800 }, 'y/exp', 'graph.partOverflow'],
  ['y = sigmoid(x)', { x: -800 }, 'y', 'graph.ownResult'],
  ['y = sigmoid(x)', { x: -400 }, 'y', 'graph.ownResult'],
])('%s at %j: the opened group says at %s: %s', (expression, inputs, id, code) => {
  const document = { expression, inputs, opened: ['y'] }
  expect(nodeState(shotOf(document), id).remark).toMatchObject({ code, details: { operation: 'sigmoid' } })
  expect(nodeState(shotOf({ ...document, inputs: { x: 2 } }), id).remark).toBeNull()
  expect(nodeState(shotOf(document, 0), id).remark).toBeNull()
})

test('a new run with the same numbers redraws nothing', () => {
  const [a, b] = [shotOf(graphs.affine), shotOf(graphs.affine)]
  const edge = edgesOf(a.trace.graph)[0]!
  expect(edgeState(a, edge)).not.toBe(edgeState(b, edge))
  expect(isSameState(edgeState(a, edge), edgeState(b, edge))).toBe(true)
  const changed = shotOf({ ...graphs.affine, inputs: { ...graphs.affine.inputs, B: [1, 2, 4] } })
  const out = edgesOf(a.trace.graph).at(-1)!
  expect(isSameState(edgeState(a, out), edgeState(changed, out))).toBe(false)
})

describe('cells', () => {
  const { trace } = shotOf(graphs.affine)
  const sorted = (set: ReadonlySet<number> | undefined) => [...set ?? []].sort((a, b) => a - b)

  test('that a number was computed from are highlighted: a row, a column, a bias', () => {
    const lights = highlightsOf(trace, { node: 'n1', cell: 4, of: 'value' })
    expect(sorted(lights.get('X')?.sources)).toEqual([2, 3])
    expect(sorted(lights.get('W')?.sources)).toEqual([1, 4])
    expect(sorted(lights.get('B')?.sources)).toEqual([1])
    expect(sorted(lights.get('n1')?.self)).toEqual([4])
  })

  test('that a number feeds are highlighted the other way', () => {
    const lights = highlightsOf(trace, { node: 'B', cell: 1, of: 'value' })
    expect(sorted(lights.get('n1')?.feeds)).toEqual([1, 4, 7])
  })

  test('of a gradient come from where the value went: ∂B sums over the batch', () => {
    const lights = highlightsOf(trace, { node: 'B', cell: 1, of: 'gradient' })
    expect(sorted(lights.get('n1')?.sources)).toEqual([1, 4, 7])
  })
})

describe('a grid', () => {
  test.each([
    [[2], 'numbers', 1, 2], [[2, 3], 'numbers', 2, 3], [[10], 'colours', 1, 10], [[50], 'heatMap', 1, 50], [[8, 8], 'colours', 8, 8], [[100, 784], 'heatMap', 100, 784], [[2, 3, 4], 'numbers', 6, 4],
  ] as const)('of shape %j is drawn as %s', (shape, mode, rows, columns) => {
    expect(gridOf(shape)).toMatchObject({ mode, rows, columns })
  })

  test('has its shape to scale: a wide tensor is wide, and stays on the sheet', () => {
    for (const shape of [[100, 784], [784, 100], [784, 10], [1, 784], [50, 50]]) {
      const { width, height } = gridOf(shape)
      expect(Math.sign(width - height)).toBe(Math.sign(shape[1]! - shape[0]!))
      expect(width).toBeLessThanOrEqual(140)
      expect(height).toBeLessThanOrEqual(140)
      expect(Math.min(width, height)).toBeGreaterThanOrEqual(8)
    }
  })

  test('names its cells as in the lessons’ formulas, from 1', () => {
    expect([indexText([2, 3], 4), indexText([3], 2), indexText([2, 2, 2], 5), indexText([], 0)]).toEqual(['₂,₂', '₃', '₂,₁,₂', ''])
  })

  test('outlines a row, a column and a rectangle as one piece each', () => {
    expect(rectanglesOf([4, 5, 6, 7], 4)).toEqual([{ row: 1, column: 0, rows: 1, columns: 4 }])
    expect(rectanglesOf([1, 5, 9], 4)).toEqual([{ row: 0, column: 1, rows: 3, columns: 1 }])
    expect(rectanglesOf([0, 1, 4, 5, 11], 4)).toEqual([{ row: 0, column: 0, rows: 2, columns: 2 }, { row: 2, column: 3, rows: 1, columns: 1 }])
    expect(rectanglesOf([1, 9], 4)).toEqual([{ row: 0, column: 1, rows: 1, columns: 1 }, { row: 2, column: 1, rows: 1, columns: 1 }])
  })

  test('keeps its peaks when it is reduced', () => {
    const data = Array.from({ length: 10_000 }, (_, i) => i === 4321 ? -5 : 0.1)
    const { data: few, rows, columns } = maxPool(data, 100, 100, 48)
    expect([rows, columns, few.length]).toEqual([48, 48, 48 * 48])
    expect(few.filter(d => d === -5)).toHaveLength(1)
  })

  test('writes no more digits than fit into a cell', () => {
    expect([0.31682708, -0.0013441, -0.18619, 12345].map(value => cellText(value, numbers))).toEqual(['0.317', '−0.0013', '−0.186', '12,345'])
  })
})

describe('a number', () => {
  test.each([[100, 1], [150_000, 1000], [0, 1], [2, 1], [1.1, 0.1], [0.5, 0.1], [0.25, 0.01], [0.31682708, 0.001], [-0.0012, 0.0001], [1.123, 0.01], [100.000_001, 1], [1234.5, 10], [1_000_000_000.5, 10_000_000]])('%f changes by %f', (value, step) => {
    expect(stepSizeOf(value)).toBeCloseTo(step, 12)
  })

  test('moves without binary rounding artefacts', () => {
    expect(stepBy(0.1, 2, 0.1)).toBe(0.3)
    expect(stepBy(1.1, 1, 0.01)).toBe(1.11)
    expect(stepBy(100, -3, 1)).toBe(97)
    expect(stepBy(1e-7, 1, 1e-7)).toBe(2e-7)
  })
})

describe('a column', () => {
  test('gives everything its preferred size when there is space', () => {
    expect(isotonicRegression([{ preferred: 0, weight: 1, gap: 0 }, { preferred: 50, weight: 1, gap: 20 }])).toEqual([0, 50])
  })

  test('distributes what is missing, and heavy items yield least', () => {
    expect(isotonicRegression([{ preferred: 0, weight: 1, gap: 0 }, { preferred: 0, weight: 1, gap: 20 }])).toEqual([-10, 10])
    const [light, heavy] = isotonicRegression([{ preferred: 0, weight: 1, gap: 0 }, { preferred: 0, weight: 1e6, gap: 20 }])
    expect(heavy).toBeCloseTo(0, 3)
    expect(light).toBeCloseTo(-20, 3)
  })
})
