import type { GraphDocument } from '@core'
import { beforeEach, describe, expect, test } from 'vitest'
import { GraphHistory } from '../../../../renderer/stores/graph/graph-history'
import { GraphSessions } from '../../../../renderer/stores/graph/graph-sessions'

const doc = (name: string): GraphDocument => ({ expression: name, inputs: {} })
let now = 0
beforeEach(() => { now = 0 })
const history = () => new GraphHistory(doc('first'), () => now)
const ways = (of: GraphHistory) => [of.current.expression, of.canUndo, of.canRedo]

describe('the history of a graph', () => {
  test('starts with nothing to undo or redo, and both then change nothing', () => {
    const one = history()
    one.undo()
    one.redo()
    expect(ways(one)).toEqual(['first', false, false])
  })

  test('moves back and forth step by step', () => {
    const one = history()
    for (const name of ['a', 'b']) { one.change(doc(name), name); now += 5000 }
    expect(ways(one)).toEqual(['b', true, false])
    one.undo()
    expect(ways(one)).toEqual(['a', true, true])
    one.undo()
    expect(ways(one)).toEqual(['first', false, true])
    one.redo()
    expect(ways(one)).toEqual(['a', true, true])
    one.redo()
    expect(ways(one)).toEqual(['b', true, false])
  })

  test('drops undone changes after a new change', () => {
    const one = history()
    one.change(doc('a'), 'a')
    one.undo()
    one.change(doc('b'), 'b')
    expect(ways(one)).toEqual(['b', true, false])
    one.undo()
    expect(one.current.expression).toBe('first')
  })

  test('merges quick changes of one kind as long as they follow each other within a second', () => {
    const one = history()
    for (let i = 0; i < 5; i++) { one.change(doc(`typed ${i}`), 'typing'); now += 999 }
    one.undo()
    expect(ways(one)).toEqual(['first', false, true])
    one.redo()
    expect(one.current.expression).toBe('typed 4')
  })

  test.each([
    ['of another kind', (one: GraphHistory) => { one.change(doc('b'), 'dragging') }],
    ['after a second', (one: GraphHistory) => { now += 1000; one.change(doc('b'), 'typing') }],
    ['after the edit was ended', (one: GraphHistory) => { one.endEdit(); one.change(doc('b'), 'typing') }],
    ['after one was undone and done again', (one: GraphHistory) => { one.undo(); one.redo(); one.change(doc('b'), 'typing') }],
    ['after one was undone', (one: GraphHistory) => { one.undo(); one.change(doc('a'), 'typing'); one.undo(); one.change(doc('a'), 'typing'); one.endEdit(); one.change(doc('b'), 'typing') }],
  ])('records a change %s separately', (_, change) => {
    const one = history()
    one.change(doc('a'), 'typing')
    change(one)
    one.undo()
    expect(one.current.expression).toBe('a')
  })

  test('keeps the last two hundred', () => {
    const one = history()
    for (let i = 1; i <= 250; i++) { one.change(doc(`${i}`), `${i}`) }
    let back = 0
    while (one.canUndo) { one.undo(); back++ }
    expect([back, one.current.expression]).toEqual([200, '50'])
  })
})

describe('the displayed graphs', () => {
  test('have a history of their own each, from the first display', () => {
    const sessions = new GraphSessions()
    expect(sessions.known('a')).toBeUndefined()
    const a = sessions.of('a', doc('a'))
    expect([a.history.current, a.position, a.remembered]).toEqual([doc('a'), 0, { inputs: {}, parameters: new Set() }])
    expect(sessions.of('a', doc('other'))).toBe(a)
    expect(sessions.known('a')).toBe(a)
    expect(sessions.of('b', doc('b'))).not.toBe(a)
  })

  test('can be undone to the one before another was displayed', () => {
    const sessions = new GraphSessions()
    sessions.put('a', doc('one'))
    expect(sessions.known('a')!.history.canUndo).toBe(false)
    sessions.put('a', doc('two'))
    sessions.put('a', doc('three'))
    const { history } = sessions.known('a')!
    expect(history.current).toEqual(doc('three'))
    history.undo()
    expect(history.current).toEqual(doc('two'))
    history.undo()
    expect(ways(history)).toEqual(['one', false, true])
  })

  test('do not change when the same is displayed again', () => {
    const sessions = new GraphSessions()
    sessions.put('a', doc('one'))
    sessions.put('a', doc('one'))
    expect(sessions.known('a')!.history.canUndo).toBe(false)
  })

  test('are displayed as a separate change: later typing does not join it', () => {
    const sessions = new GraphSessions()
    sessions.put('a', doc('one'))
    sessions.put('a', doc('two'))
    const { history } = sessions.known('a')!
    history.change(doc('three'), 'show')
    history.undo()
    expect(history.current).toEqual(doc('two'))
  })
})
