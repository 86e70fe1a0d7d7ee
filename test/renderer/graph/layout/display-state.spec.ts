import { type GraphDocument, momentAt, traceOf } from '@core'
import { describe, expect, test } from 'vitest'
import { edgeState, type GraphState, isDimmed, isSameState, nodeState } from '../../../../renderer/graph/layout/display-state'
import { hasNotes } from '../../../../renderer/graph/layout/notes'
import { resultId } from '../../../../renderer/graph/layout/geometry'
import { edgesOf } from '../../../../renderer/graph/layout/layout'
import { graphs } from '../graphs'

const shotOf = (document: GraphDocument, position = Infinity, hidden: readonly string[] = []): GraphState => {
  const trace = traceOf(document)
  return { trace, moment: momentAt(trace, position), hidden: new Set(hidden) }
}
/** The edges of the current step, and their new labels. */
const touched = (shot: GraphState) => edgesOf(shot.trace.graph).map(edge => ({ id: edge.id, ...edgeState(shot, edge) })).filter(({ activePhase }) => activePhase !== null).map(({ id, activePhase, justComputed }) => [id, activePhase, justComputed])
const highlightedNodes = (shot: GraphState) => [...shot.trace.graph.nodes.map(({ id }) => id), resultId].filter(id => nodeState(shot, id).activePhase !== null)

describe('a step highlights what it involves', () => {
  // (apple · count + orange · 3) · tax: n1, n2, n3, n4 forward, then the 1 at the output, then n4 to n1
  test('forward: the node, its arguments, and its output, which is new', () => {
    expect(touched(shotOf(graphs.apples, 3))).toEqual([['n1->n3#0', 'forward', null], ['n2->n3#1', 'forward', null], ['n3->n4#0', 'forward', 'value']])
    expect(highlightedNodes(shotOf(graphs.apples, 3))).toEqual(['n3'])
  })

  test('at the start of the backward pass: the result and its edge, whose gradient is new', () => {
    expect(touched(shotOf(graphs.apples, 5))).toEqual([[`n4->${resultId}#0`, 'start', 'gradient']])
    expect(highlightedNodes(shotOf(graphs.apples, 5))).toEqual(['n4', resultId])
  })

  test('backward: the node, its upstream gradient, and the gradients that it sends, which are new', () => {
    expect(touched(shotOf(graphs.apples, 7))).toEqual([['n1->n3#0', 'backward', 'gradient'], ['n2->n3#1', 'backward', 'gradient'], ['n3->n4#0', 'backward', null]])
    expect(highlightedNodes(shotOf(graphs.apples, 7))).toEqual(['n3'])
  })

  test('in an update: the parameter, and nothing is new on its edges', () => {
    const learner: GraphDocument = { expression: 'w * x', inputs: { w: 2, x: 3 }, parameters: ['w'], learningRate: 0.1 }
    expect(touched(shotOf(learner))).toEqual([['w->n1#0', 'update', null]])
    expect([highlightedNodes(shotOf(learner)), nodeState(shotOf(learner), 'w').activePhase]).toEqual([['w'], 'update'])
  })

  test('before the first step: nothing', () => {
    const shot = shotOf(graphs.apples, 0)
    expect([touched(shot), highlightedNodes(shot), isDimmed(shot)]).toEqual([[], [], false])
    expect([1, traceOf(graphs.apples).steps.length - 1, traceOf(graphs.apples).steps.length].map(position => isDimmed(shotOf(graphs.apples, position)))).toEqual([true, true, false])
  })
})

describe('the sum of the gradients of a node', () => {
  const thrice: GraphDocument = { expression: 'x * 2 + x * 3 + x * 4', inputs: { x: 1 } }
  const sums = (hidden: readonly string[] = []) => Array.from({ length: 1 + traceOf(thrice).steps.length }, (_, position) => nodeState(shotOf(thrice, position, hidden), 'x').sum)

  test('grows part by part, and is complete once all have arrived', () => {
    const known = sums().filter(sum => sum !== null)
    const parts = known.map(({ parts }) => parts.map(({ data }) => data[0]!).sort())
    expect([parts[0]!.length, parts.at(-1)]).toEqual([1, [2, 3, 4]])
    for (const { parts, of, total } of known) expect([of, total !== null, total && total !== 'hidden' ? total.data[0] : 9]).toEqual([3, parts.length === 3, 9])
  })

  test('is absent before any has arrived, and when a value is read once', () => {
    expect(sums()[0]).toBeNull()
    expect(nodeState(shotOf(graphs.apples), 'apple').sum).toBeNull()
  })

  test('does not reveal its parts while it is hidden', () => {
    for (const sum of sums(['gradient:x'])) if (sum) expect([sum.parts, sum.total]).toEqual([[], 'hidden'])
    for (const sum of sums(['value:x', 'gradient:n1'])) if (sum) expect(sum.parts.length).toBeGreaterThan(0)
  })
})

describe('the gradient of a label', () => {
  const unused = (position: number, hidden: readonly string[] = []) => {
    const shot = shotOf(graphs.learningNetwork, position, hidden)
    return edgesOf(shot.trace.graph).filter(edge => edgeState(shot, edge).unused).map(({ id }) => id)
  }

  test('is marked as unused once it has been sent, and no other', () => {
    expect([unused(7), unused(Infinity)]).toEqual([[], ['T->L#1']])
  })

  test('is not, while a question asks for it', () => {
    expect(unused(Infinity, ['gradient:T'])).toEqual([])
  })
})

test('hidden is what a question hides, and to its kind', () => {
  const learner: GraphDocument = { expression: 'w * x', inputs: { w: 2, x: 3 }, parameters: ['w'], learningRate: 0.1 }
  const look = (...hidden: string[]) => { const { value, updated } = nodeState(shotOf(learner, Infinity, hidden), 'w'); return [value === 'hidden', updated === 'hidden'] }
  expect([look(), look('value:w'), look('updated:w'), look('gradient:w')]).toEqual([[false, false], [true, false], [false, true], [false, false]])
  expect(nodeState(shotOf(learner, 0, ['updated:w']), 'w').updated).toBeNull() // nothing is hidden before it is known
})

test('two states are equal only if everything visible is', () => {
  const value = (...data: number[]) => ({ shape: [data.length], data })
  const look = { value: value(1, 2), gradient: null, unused: false, activePhase: null, justComputed: null }
  expect(isSameState(look, { ...look, value: value(1, 2) })).toBe(true)
  expect(isSameState({ ...look, value: value(NaN) }, { ...look, value: value(NaN) })).toBe(true)
  for (const other of [{ value: value(1, 3) }, { value: value(1) }, { value: value(1, 2, 3) }, { value: null }, { value: 'hidden' as const }, { gradient: value(1, 2) }, { activePhase: 'forward' as const }, { justComputed: 'value' as const }]) {
    expect(isSameState(look, { ...look, ...other })).toBe(false)
    expect(isSameState({ ...look, ...other }, look)).toBe(false)
  }
})

test('a note appears where a run failed, a slope is undefined, or a part differs from the whole', () => {
  const says = (document: GraphDocument) => hasNotes(traceOf(document))
  expect(says(graphs.apples)).toBe(false)
  expect(says({ expression: 'log(x)', inputs: { x: -1 } })).toBe(true)
  expect(says({ expression: 'sqrt(x) + y', inputs: { x: 0, y: 1 } })).toBe(true)
  expect(says({ expression: 'y = sigmoid(x)', inputs: { x: -800 }, opened: ['y'] })).toBe(true)
})
