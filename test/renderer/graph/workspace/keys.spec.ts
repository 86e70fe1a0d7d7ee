import type { GraphDocument } from '@core'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { effectScope, type EffectScope } from 'vue'
import { useGraphCommands } from '../../../../renderer/graph/workspace/useGraphCommands'
import { useSteppingCommands } from '../../../../renderer/graph/workspace/useSteppingCommands'
import { useCommands } from '../../../../renderer/stores/commands'
import { useGraph } from '../../../../renderer/stores/graph/graph'
import { useRoom } from '../../../../renderer/stores/room'
import { fakeMain } from '../../lab'

const document_: GraphDocument = { expression: '(apple * n + orange * m) * tax', inputs: { apple: 100, n: 2, orange: 150, m: 3, tax: 1.1 } }
const toExpression = vi.fn()
let scope: EffectScope

beforeEach(() => {
  fakeMain()
  scope = effectScope()
  scope.run(() => { useSteppingCommands(); useGraphCommands(); useCommands({ 'learn.expression': toExpression }) })
  useGraph().show(document_, { position: 'start', key: 'test' })
})
afterEach(() => { scope.stop(); vi.unstubAllGlobals(); vi.clearAllMocks(); document.body.replaceChildren() })

function press(key: string, { on = document.body, ...options }: KeyboardEventInit & { on?: HTMLElement } = {}): boolean {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...options })
  on.dispatchEvent(event)
  return event.defaultPrevented
}
function element<K extends keyof HTMLElementTagNameMap>(name: K, attributes: Record<string, string> = {}): HTMLElementTagNameMap[K] {
  const made = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
  document.body.append(made)
  return made
}

describe('the keyboard of the Learn room', () => {
  test('goes through the whole run and back', () => {
    const graph = useGraph()
    press('ArrowRight')
    press('F')
    expect(graph.position).toBe(2)
    press('b')
    expect(graph.moment.step?.phase).toBe('start')
    press('ArrowLeft')
    expect(graph.position).toBe(graph.forwards)
    press('End')
    expect(graph.atEnd).toBe(true)
    press('Home')
    expect(graph.position).toBe(0)
    press('End')
    expect(graph.position).toBe(graph.forwards)
    press('f')
    expect(graph.position).toBe(graph.forwards) // the forward pass is over
  })

  test('plays and pauses, faster and slower', () => {
    const graph = useGraph()
    const before = graph.msPerStep
    press('+')
    expect(graph.msPerStep).toBeLessThan(before)
    press('-')
    press('-')
    expect(graph.msPerStep).toBeGreaterThan(before)
    for (let i = 0; i < 30; i++) press('-')
    expect(graph.msPerStep).toBe(1800)
    for (let i = 0; i < 30; i++) press('=')
    expect(graph.msPerStep).toBe(50)
    press(' ')
    expect(graph.playing).toBe(true)
    press(' ')
    expect(graph.playing).toBe(false)
  })

  test('undoes and redoes', () => {
    const graph = useGraph()
    graph.setInput('apple', 7)
    press('z', { ctrlKey: true })
    expect(graph.document.inputs['apple']).toBe(100)
    press('Z', { ctrlKey: true, shiftKey: true })
    expect(graph.document.inputs['apple']).toBe(7)
    press('z', { metaKey: true })
    press('y', { ctrlKey: true })
    expect(graph.document.inputs['apple']).toBe(7)
  })

  test('focuses the expression, and leaves ? to the window, which lists the keys in every room', () => {
    expect([press('/'), press('?', { shiftKey: true })]).toEqual([true, false])
    expect(toExpression.mock.calls).toHaveLength(1)
  })

  test('ignores typing, sliders, buttons and open menus', () => {
    const graph = useGraph()
    for (const field of [element('textarea'), element('input', { type: 'text' }), element('select')]) {
      expect([press('ArrowRight', { on: field }), press('f', { on: field }), press('z', { on: field, ctrlKey: true }), press(' ', { on: field })]).toEqual([false, false, false, false])
    }
    const slider = element('input', { type: 'range' })
    expect([press('ArrowRight', { on: slider }), press('Home', { on: slider })]).toEqual([false, false])
    expect(press(' ', { on: element('button') })).toBe(false)
    expect(graph.position).toBe(0)
    expect(press('f', { on: slider })).toBe(true)
    element('dialog', { open: '' })
    press('f')
    expect(graph.position).toBe(1)
  })

  test('with key repeat keeps stepping, but does not toggle Space repeatedly', () => {
    const graph = useGraph()
    press('ArrowRight', { repeat: true })
    expect(graph.position).toBe(1)
    press(' ', { repeat: true })
    expect(graph.playing).toBe(false)
  })

  test('does nothing in another room, with Alt, or for a handled event', () => {
    const graph = useGraph()
    press('ArrowRight', { altKey: true })
    const taken = element('div')
    taken.addEventListener('keydown', event => event.preventDefault())
    press('ArrowRight', { on: taken })
    useRoom().go('train')
    press('ArrowRight')
    expect(graph.position).toBe(0)
  })
})
