import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { playgroundKey, useGraph } from '../../../../renderer/stores/graph/graph'
import { fakeMain } from '../../lab'

beforeEach(() => { vi.useFakeTimers(); fakeMain() })
afterEach(() => { vi.useRealTimers(); vi.unstubAllGlobals() })

/** A sum of ones with the given number of letters. */
const ones = (length: number) => '1+'.repeat(length).slice(0, length - 1) + (length % 2 ? '1' : ' ')

describe('typed text', () => {
  test('is parsed at once up to 299 letters, and from 300 on when the typing pauses', () => {
    const graph = useGraph()
    for (const length of [151, 299]) {
      graph.setExpression(ones(length))
      expect(graph.document.expression).toBe(ones(length))
    }
    for (const [length, before] of [[300, 299], [301, 300]] as const) {
      graph.setExpression(ones(length))
      expect(graph.document.expression).toBe(ones(before))
      vi.advanceTimersByTime(119)
      expect(graph.document.expression).toBe(ones(before))
      vi.advanceTimersByTime(1)
      expect(graph.document.expression).toBe(ones(length))
    }
  })

  test('that is long waits for the last letter, not for the first', () => {
    const graph = useGraph()
    graph.setExpression(ones(301))
    vi.advanceTimersByTime(100)
    graph.setExpression(ones(303))
    vi.advanceTimersByTime(100)
    expect(graph.source).toBe(ones(303))
    expect(graph.document.expression).not.toBe(ones(303))
    vi.advanceTimersByTime(20)
    expect(graph.document.expression).toBe(ones(303))
  })

  test.each(['a +', ones(301)])('during composition is shown, and parsed when the word is complete (after %j)', (before) => {
    const graph = useGraph()
    graph.setExpression(before)
    const [{ document }, error] = [graph, graph.error]
    graph.setExpression('a + ㅎ', { composing: true })
    vi.advanceTimersByTime(1000)
    expect([graph.source, graph.document, graph.error]).toEqual(['a + ㅎ', document, error])
    graph.setExpression('a + 하')
    expect(graph.document.expression).toBe('a + 하')
  })

  test('that is typed back leaves nothing to undo, and no error', () => {
    const graph = useGraph()
    const { expression } = graph.document
    graph.setExpression(`${expression} +`)
    expect(graph.error).not.toBeNull()
    graph.setExpression(expression)
    expect([graph.error, graph.canUndo]).toEqual([null, false])
  })

  test('that reveals a bug is not reported as the learner’s mistake', () => {
    const graph = useGraph()
    const fault = new TypeError('a mistake in the code')
    graph.document = new Proxy(graph.document, { ownKeys() { throw fault } })
    expect(() => graph.setExpression('a + b')).toThrow(fault)
    expect(graph.error).toBeNull()
  })

  test('changes the playground from the start', () => {
    const graph = useGraph()
    expect([graph.fixed, graph.key, graph.playground().document]).toEqual([false, playgroundKey, graph.document])
    graph.setExpression('a + b')
    expect([graph.document.expression, graph.playground()]).toEqual(['a + b', { document: graph.document, source: 'a + b' }])
  })

  test('in a lesson leaves the playground, which is reported as it was', () => {
    const graph = useGraph()
    graph.setExpression('a + b')
    graph.show({ expression: 'c', inputs: {} }, { key: 'lesson' })
    graph.setExpression('c * 2')
    expect(graph.playground()).toMatchObject({ document: { expression: 'a + b' }, source: 'a + b' })
  })
})

describe('the learning rate', () => {
  test('changed quickly is one undo step, another change before it is another', () => {
    const graph = useGraph()
    graph.show({ expression: 'w * x', inputs: { w: 1, x: 2 }, parameters: ['w'] }, { key: 'test' })
    graph.setInput('x', 3)
    graph.setLearningRate(0.2)
    graph.setLearningRate(0.3)
    expect(graph.document.learningRate).toBe(0.3)
    graph.undo()
    expect([graph.document.learningRate, graph.document.inputs['x']]).toEqual([undefined, 3])
    graph.undo()
    expect(graph.document.inputs['x']).toBe(2)
  })
})
