import { momentAt, traceOf } from '@core'
import { describe, expect, test } from 'vitest'
import { effectScope, ref } from 'vue'
import { useStepping } from '../../../../renderer/stores/graph/useStepping'
import { GraphHistory } from '../../../../renderer/stores/graph/graph-history'
import { useGraph } from '../../../../renderer/stores/graph/graph'
import { fakeMain } from '../../lab'

describe('the history of a graph', () => {
  test('has one thing to redo after one undo', () => {
    const history = new GraphHistory({ expression: 'x', inputs: {} }, () => 0)
    history.change({ expression: 'y', inputs: {} }, 'expression')
    expect([history.canUndo, history.canRedo]).toEqual([true, false])
    history.undo()
    expect([history.canUndo, history.canRedo]).toEqual([false, true])
  })
})

test('an input that stopped learning does not learn again when its name is retyped, a learning one does', async () => {
  const { show } = await import('../../lab')
  fakeMain()
  await show({ template: '<i />' })
  const graph = useGraph()
  graph.show({ expression: 'a * b', inputs: { a: 1, b: 2 }, parameters: ['a', 'b'] }, { key: 'test' })
  graph.setParameter('a', false)
  graph.setExpression('c')
  graph.setExpression('a * b')
  expect(graph.document.parameters).toEqual(['b'])
})

test('backward is offered at the start only when there is a backward pass', () => {
  const broken = traceOf({ expression: 'log(x)', inputs: { x: -1 } })
  const { canBackward } = effectScope().run(() => useStepping(ref(broken), () => 100))!
  expect(momentAt(broken, 0).position).toBe(0)
  expect(canBackward.value).toBe(false)
})
