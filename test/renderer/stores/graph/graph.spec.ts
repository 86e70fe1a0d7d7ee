import { type GraphDocument, traceOf } from '@core'
import { disposePinia, getActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { useGraph } from '../../../../renderer/stores/graph/graph'
import { fakeMain } from '../../lab'

beforeEach(() => { vi.useFakeTimers(); fakeMain() })
afterEach(() => { vi.useRealTimers(); vi.unstubAllGlobals() })

const learning: GraphDocument = { expression: 'y = w * x; L = sigmoid(y)', inputs: { w: 3, x: 2 }, parameters: ['w'] }
const group = () => useGraph().trace.graph.nodes.find(node => node.kind === 'operation' && node.opens)!.id
const ways = () => [useGraph().canUndo, useGraph().canRedo]
/** Everything visible of the graph that could be lost. */
const seen = () => {
  const { key, document, trace, source, error, fixed, hidden, selected, hover, position } = useGraph()
  return { key, document, trace, source, error, fixed, hidden: [...hidden], selected, hover, position }
}

test('at first there is nothing to undo, redo or hide, and the whole graph is shown', () => {
  expect([ways(), [...useGraph().hidden], useGraph().selected, useGraph().hover, useGraph().atEnd]).toEqual([[false, false], [], null, null, true])
})

test('a disposed window does not parse earlier typing', () => {
  useGraph().setExpression(Array.from({ length: 120 }, (_, i) => `x${i}`).join(' + '))
  expect(vi.getTimerCount()).toBe(1)
  disposePinia(getActivePinia()!)
  expect(vi.getTimerCount()).toBe(0)
})

describe('a displayed graph', () => {
  test.each([['start', 0], ['forward', 2], ['end', 6], [1, 1], [undefined, 6]] as const)('from %s is at step %i', (position, at) => {
    // y and L forward; the 1 at L, L and y backward; the update of w
    useGraph().show(learning, position === undefined ? {} : { position })
    expect([useGraph().length, useGraph().position]).toEqual([6, at])
  })

  test('has no selection and no hover, and is not playing', () => {
    const graph = useGraph()
    graph.show(learning, { position: 'start', key: 'one' })
    graph.select('y')
    graph.setHover({ node: 'y', cell: 0, of: 'value' })
    graph.togglePlay()
    graph.show(learning, { position: 'start', key: 'two' })
    expect([graph.selected, graph.hover, graph.playing]).toEqual([null, null, false])
    vi.advanceTimersByTime(60_000)
    expect(graph.position).toBe(0)
  })

  test('that cannot be computed is refused, and the previous one stays as it was', () => {
    useGraph().show(learning, { position: 'forward', key: 'one', hidden: () => ['value:y'] })
    const before = seen()
    expect(() => useGraph().show({ expression: 'a * (', inputs: {} }, { key: 'two' })).toThrow(expect.objectContaining({ code: 'graph.endsEarly' }) as Error)
    expect(seen()).toEqual(before)
  })

  test('is restored up to the step that it was shown at; one that was never shown does not exist', () => {
    const graph = useGraph()
    graph.show(learning, { position: 'start', key: 'one' })
    graph.goTo(3)
    graph.show({ expression: 'a', inputs: {} }, { key: 'two' })
    expect([graph.resume('one'), graph.key, graph.document, graph.position]).toEqual([true, 'one', learning, 3])
    expect([graph.resume('three'), graph.key]).toEqual([false, 'one'])
  })

  test('that is restored while it is shown stays as it is, with its hidden numbers and its typing', () => {
    const graph = useGraph()
    graph.show(learning, { key: 'one', hidden: () => ['value:y'] })
    graph.setExpression('w * ')
    const before = seen()
    expect(graph.resume('one')).toBe(true)
    expect(seen()).toEqual(before)
  })
})

describe('the selection, and the hover', () => {
  const chosen = (node: string) => {
    useGraph().show(learning)
    useGraph().select(node)
    useGraph().setHover({ node, cell: 0, of: 'gradient' })
  }
  const now = () => [useGraph().selected, useGraph().hover?.node ?? null]

  test('stays while the graph has its node', () => {
    chosen('y')
    useGraph().setExpression('y = w * x + 1; L = relu(y)')
    expect([useGraph().error, now()]).toEqual([null, ['y', 'y']])
  })

  test('is cleared when its node is gone', () => {
    chosen('x')
    useGraph().setExpression('y = w * 2; L = relu(y)')
    expect([useGraph().error, now()]).toEqual([null, [null, null]])
  })
})

describe('changes', () => {
  beforeEach(() => { useGraph().show(learning, { key: 'test' }) })

  test('of the upstream gradient are kept, and undone with null', () => {
    useGraph().setUpstream(5)
    expect([useGraph().document, useGraph().moment.gradients.get('L')?.data]).toEqual([{ ...learning, upstream: 5 }, [5]])
    useGraph().endEdit()
    useGraph().setUpstream(null)
    expect([useGraph().document, useGraph().moment.gradients.get('L')?.data]).toEqual([learning, [1]])
    useGraph().undo()
    expect(useGraph().document.upstream).toBe(5)
  })

  test('of parameters are kept, and each name is a separate change', () => {
    useGraph().setParameter('x', true)
    expect(useGraph().document.parameters).toEqual(['w', 'x'])
    useGraph().setParameter('w', false)
    expect(useGraph().document.parameters).toEqual(['x'])
    useGraph().undo()
    expect(useGraph().document.parameters).toEqual(['w', 'x'])
  })

  test('open and close a group once: repeated opening or closing, or of anything else, is not recorded', () => {
    const graph = useGraph()
    const id = group()
    graph.close(id)
    graph.open('nobody')
    expect(ways()).toEqual([false, false])
    graph.open(id)
    graph.open(id)
    expect(graph.document.opened).toEqual([id])
    graph.close(id)
    expect(graph.document).toEqual(learning)
    graph.undo()
    expect(graph.document.opened).toEqual([id])
    graph.undo()
    expect([graph.document, graph.canUndo]).toEqual([learning, false])
  })

  test('by consecutive updates are undone one by one', () => {
    const graph = useGraph()
    graph.setInput('x', 1)
    graph.takeUpdate()
    const once = graph.document
    graph.goTo(graph.length)
    graph.takeUpdate()
    expect(graph.document).not.toEqual(once)
    graph.undo()
    expect(graph.document).toEqual(once)
    graph.undo()
    expect(graph.document).toEqual({ ...learning, inputs: { w: 3, x: 1 } })
  })

  test('by an update stop playing', () => {
    useGraph().goTo(0)
    useGraph().togglePlay()
    useGraph().takeUpdate()
    expect(useGraph().playing).toBe(false)
    vi.advanceTimersByTime(60_000)
    expect(useGraph().position).toBe(0)
  })

  test('by an update need a parameter', () => {
    useGraph().show({ expression: 'a * b', inputs: { a: 2, b: 3 } }, { key: 'nothing learns' })
    useGraph().togglePlay()
    useGraph().takeUpdate()
    expect([ways(), useGraph().playing]).toEqual([[false, false], true])
  })
})

describe('the current network', () => {
  const network = traceOf({ expression: 'a1 = W * x; L = relu(a1)', inputs: { W: 2, x: 3 } })
  const other = traceOf({ expression: 'a1 = W * x; L = tanh(a1)', inputs: { W: 2, x: 3 } })

  test('is shown from its start in place of the graph, without hidden numbers, selection or history', () => {
    const graph = useGraph()
    graph.show(learning, { key: 'test', hidden: () => ['value:y'] })
    graph.setInput('x', 1)
    graph.undo()
    graph.setInput('x', 5)
    graph.undo()
    graph.setInput('w', 5)
    graph.setExpression('w * ')
    graph.select('y')
    graph.setHover({ node: 'y', cell: 0, of: 'value' })
    graph.togglePlay()
    graph.showRun(network, 'network')
    expect(seen()).toMatchObject({ key: 'network', source: 'a1 = W * x; L = relu(a1)', error: null, fixed: true, hidden: [], selected: null, hover: null, position: 0 })
    expect([graph.trace, ways(), graph.playing]).toEqual([network, [false, false], false])
  })

  test('on the next mini-batch is shown up to the same step; another network from its start', () => {
    useGraph().showRun(network, 'network')
    useGraph().goTo(3)
    useGraph().showRun(traceOf({ expression: 'a1 = W * x; L = relu(a1)', inputs: { W: 1, x: 3 } }), 'network')
    expect(useGraph().position).toBe(3)
    useGraph().showRun(other, 'network')
    expect(useGraph().position).toBe(0)
  })

  test('is shown from its start when the same graph was there as a user’s own', () => {
    useGraph().show({ expression: 'a1 = W * x; L = relu(a1)', inputs: {} }, { key: 'playground', position: 'end' })
    useGraph().showRun(network, 'network')
    expect(useGraph().position).toBe(0)
  })

  test('ignores everything that changes a graph', () => {
    const graph = useGraph()
    graph.setInput('apple', 7)
    graph.setInput('apple', 8)
    graph.undo()
    const mine = graph.document
    graph.showRun(traceOf(learning), 'network')
    graph.goTo(2)
    const before = seen()
    for (const change of [
      () => { graph.setInput('x', 9) }, () => { graph.setUpstream(4) }, () => { graph.setParameter('x', true) }, () => { graph.setLearningRate(0.5) },
      () => { graph.open(group()) }, () => { graph.takeUpdate() }, () => { graph.undo() }, () => { graph.redo() },
    ]) {
      change()
      expect(seen(), String(change)).toEqual(before)
    }
    graph.setExpression('a * (')
    expect([graph.error, graph.trace]).toEqual([null, before.trace])
    expect(graph.playground().document).toEqual(mine)
    graph.resume('playground')
    expect([graph.document, graph.fixed, graph.source]).toEqual([mine, false, mine.expression])
    graph.redo()
    expect(graph.document.inputs['apple']).toBe(8)
  })
})
