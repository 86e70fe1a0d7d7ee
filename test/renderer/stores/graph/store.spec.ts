import type { GraphDocument } from '@core'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { examples } from '../../../../renderer/stores/graph/examples'
import { useGraph } from '../../../../renderer/stores/graph/graph'
import { fakeMain } from '../../lab'

beforeEach(() => { vi.useFakeTimers(); fakeMain() })
afterEach(() => { vi.useRealTimers(); vi.unstubAllGlobals() })

const shopping: GraphDocument = {
  expression: '(apple * n + orange * m) * tax', inputs: { apple: 100, n: 2, orange: 150, m: 3, tax: 1.1 },
}
const shown = (document = shopping, position: 'start' | 'forward' | 'end' = 'end') => {
  const graph = useGraph()
  graph.show(document, { position, key: 'test' })
  return graph
}
const gradients = (graph: ReturnType<typeof useGraph>) => Object.fromEntries(graph.trace.graph.inputs.map(name => [name, graph.moment.gradients.get(name)?.data[0]]))
const output = (graph: ReturnType<typeof useGraph>) => graph.moment.values.get(graph.trace.graph.output)?.data[0]

describe('typing', () => {
  test('the graph follows, and names keep their numbers', () => {
    const graph = shown()
    graph.setExpression('apple * n')
    expect(output(graph)).toBe(200)
    expect(graph.document.inputs).toEqual({ apple: 100, n: 2 })
    graph.setExpression('apple * n + orange')
    expect(output(graph)).toBe(350)
  })

  test('a new name is 1', () => {
    const graph = shown()
    graph.setExpression('apple * pears')
    expect(output(graph)).toBe(100)
  })

  test('an invalid expression leaves the last valid graph, and reports the character', () => {
    const graph = shown()
    const { document, trace } = graph
    graph.setExpression('(apple * n + ')
    expect(graph.error).toMatchObject({ details: { at: expect.any(Number) as number } })
    expect(graph.source).toBe('(apple * n + ')
    expect([graph.document, graph.trace]).toEqual([document, trace])
    graph.setExpression(shopping.expression)
    expect(graph.error).toBeNull()
  })

  test('a long expression is parsed when the typing pauses', () => {
    const graph = shown()
    const long = Array.from({ length: 120 }, (_, i) => `x${i}`).join(' + ')
    graph.setExpression(long)
    expect(graph.document).toEqual(shopping)
    vi.advanceTimersByTime(200)
    expect(graph.document.expression).toBe(long)
  })

  test('an open group stays open while something is inserted before it', () => {
    const graph = shown({ expression: 'sigmoid(x)', inputs: { x: 0 } })
    graph.open('n1')
    expect(graph.trace.graph.opened).toEqual(new Set(['n1']))
    graph.setExpression('a * b + sigmoid(x)')
    expect(graph.trace.graph.opened).toEqual(new Set(['n2']))
  })

  test('parameters stay parameters while their name is retyped', () => {
    const graph = shown(examples.threeLayers)
    const { expression } = examples.threeLayers
    graph.setExpression(expression.replaceAll('W1', 'W'))
    expect(graph.document.parameters).not.toContain('W1')
    graph.setExpression(expression)
    expect(graph.document).toEqual(examples.threeLayers)
  })
})

describe('stepping', () => {
  test('moves forward node by node, to the 1 at the output, and back to the inputs', () => {
    const graph = shown(shopping, 'start')
    expect(output(graph)).toBeUndefined()
    while (graph.canForward) graph.stepForward()
    expect(output(graph)).toBe(715.0000000000001)
    expect(graph.moment.gradients.size).toBe(0)
    graph.next()
    expect(graph.moment.step).toEqual({ phase: 'start', node: graph.trace.graph.output })
    expect(graph.moment.gradients.get(graph.trace.graph.output)?.data).toEqual([1])
    while (graph.canBackward) graph.stepBackward()
    expect(gradients(graph)).toEqual({ apple: 2.2, n: 110.00000000000001, orange: 3.3000000000000003, m: 165, tax: 650 })
    expect(graph.atEnd).toBe(true)
    graph.back()
    graph.back()
    expect(graph.position).toBe(graph.length - 2)
  })

  test('a backward step finishes the forward pass first', () => {
    const graph = shown(shopping, 'start')
    graph.stepBackward()
    expect(graph.moment.step?.phase).toBe('start')
    expect(output(graph)).toBe(715.0000000000001)
  })

  test('the end is that of the current pass, then the very end', () => {
    const graph = shown(shopping, 'start')
    graph.toEnd()
    expect(graph.position).toBe(graph.forwards)
    graph.toEnd()
    expect(graph.atEnd).toBe(true)
    graph.restart()
    expect(graph.position).toBe(0)
    graph.back()
    expect(graph.position).toBe(0)
  })

  test('an edited input keeps the position', () => {
    const graph = shown(shopping, 'start')
    graph.next()
    graph.next()
    graph.setInput('apple', 200)
    expect(graph.position).toBe(2)
  })

  test('opening and closing a group stays at its node', () => {
    const graph = shown({ expression: 'a * sigmoid(w * x + b) + c', inputs: {} }, 'start')
    const group = graph.trace.graph.nodes.find(node => node.kind === 'operation' && node.opens)!.id
    while (graph.moment.step?.node !== group) graph.next()
    const values = () => [...graph.moment.values.keys()].filter(id => !id.includes('/'))
    const before = values()
    graph.open(group)
    expect(values()).toEqual(before)
    expect(graph.moment.step?.node).toBe(group)
    graph.back() // inside of the group
    graph.close(group)
    expect(graph.moment.step?.node).toBe(group)
  })

  test('an update becomes the next round\'s inputs', () => {
    const graph = shown(examples.threeLayers)
    const loss = output(graph)!
    const { updated } = graph.trace
    graph.takeUpdate()
    expect(graph.position).toBe(0)
    expect(graph.document.inputs['b3']).toEqual(updated.get('b3')?.data)
    graph.toEnd()
    expect(output(graph)).toBeLessThan(loss)
    expect(output(graph)).toBeCloseTo(0.06178, 5)
    graph.undo()
    expect(graph.document).toEqual(examples.threeLayers)
  })
})

describe('playing', () => {
  test('makes one step per tick, without drifting, and stops at the end', () => {
    const graph = shown(shopping, 'start')
    graph.togglePlay()
    const beat = graph.msPerStep
    vi.advanceTimersByTime(beat * 3 + 5)
    expect(graph.position).toBe(3)
    vi.advanceTimersByTime(beat * 20)
    expect([graph.atEnd, graph.playing]).toEqual([true, false])
    expect(vi.getTimerCount()).toBe(0)
  })

  test('restarts after the end', () => {
    const graph = shown()
    graph.togglePlay()
    expect([graph.position, graph.playing]).toEqual([0, true])
  })

  test('two clicks start one timer, and a manual step pauses', () => {
    const graph = shown(shopping, 'start')
    graph.togglePlay()
    graph.togglePlay()
    graph.togglePlay()
    vi.advanceTimersByTime(graph.msPerStep)
    expect(graph.position).toBe(1)
    graph.next()
    expect(graph.playing).toBe(false)
    vi.advanceTimersByTime(10_000)
    expect(graph.position).toBe(2)
  })

  test('another speed applies at once', () => {
    const graph = shown(shopping, 'start')
    graph.setMsPerStep(1_800)
    graph.togglePlay()
    vi.advanceTimersByTime(100)
    graph.setMsPerStep(50)
    vi.advanceTimersByTime(1)
    expect(graph.position).toBe(1)
    vi.advanceTimersByTime(100)
    expect(graph.position).toBe(3)
  })
})

describe('undo', () => {
  test('undoes a dragged input as one change, a later one as another', () => {
    const graph = shown()
    for (let i = 1; i <= 30; i++) { vi.advanceTimersByTime(16); graph.setInput('apple', 100 + i) }
    graph.endEdit()
    graph.setInput('apple', 200)
    graph.undo()
    expect(graph.document.inputs['apple']).toBe(130)
    graph.undo()
    expect(graph.document).toEqual(shopping)
    expect(graph.canUndo).toBe(false)
    graph.redo()
    graph.redo()
    expect(graph.document.inputs['apple']).toBe(200)
    expect(graph.canRedo).toBe(false)
  })

  test('first removes invalid typing', () => {
    const graph = shown()
    graph.setExpression('apple * n')
    graph.setExpression('apple * n *')
    graph.undo()
    expect([graph.source, graph.error]).toEqual(['apple * n', null])
    graph.undo()
    expect(graph.document).toEqual(shopping)
  })

  test('each lesson and the playground have their own', () => {
    const graph = useGraph()
    graph.setInput('apple', 7)
    graph.show(shopping, { key: 'lesson', position: 'start' })
    expect(graph.canUndo).toBe(false)
    graph.setInput('tax', 1)
    expect(graph.resume('playground')).toBe(true)
    expect([graph.document.inputs['apple'], graph.atEnd]).toEqual([7, true])
    graph.undo()
    expect(graph.document).toEqual(examples.apples)
    graph.resume('lesson')
    expect([graph.document.inputs['tax'], graph.canUndo]).toEqual([1, true])
  })

  test('a lesson’s new graph can be undone to the user’s version', () => {
    const graph = shown()
    graph.setInput('tax', 2)
    graph.show(shopping, { key: 'test' })
    expect(graph.document).toEqual(shopping)
    graph.undo()
    expect(graph.document.inputs['tax']).toBe(2)
  })

  test('an invalid input changes nothing', () => {
    const graph = shown()
    expect(() => graph.setInput('apple', [[1, 2], [3]])).toThrow(expect.objectContaining({ code: 'graph.inputValue' }) as Error)
    expect([graph.document, graph.canUndo]).toEqual([shopping, false])
  })
})
