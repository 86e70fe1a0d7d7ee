import type { GraphDocument } from '@core'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { effectScope, type EffectScope } from 'vue'
import { useGraphCommands } from '../../../../renderer/graph/workspace/useGraphCommands'
import { useSteppingCommands } from '../../../../renderer/graph/workspace/useSteppingCommands'
import { useCommands } from '../../../../renderer/stores/commands'
import { useGraph } from '../../../../renderer/stores/graph/graph'
import { fakeMain } from '../../lab'

const product: GraphDocument = { expression: '(apple * n + orange * m) * tax', inputs: { apple: 100, n: 2, orange: 150, m: 3, tax: 1.1 } }
let scope: EffectScope
const toExpression = vi.fn()

beforeEach(() => {
  fakeMain()
  scope = effectScope()
  scope.run(() => { useSteppingCommands(); useGraphCommands(); useCommands({ 'learn.expression': toExpression }) })
  useGraph().show(product, { position: 'start', key: 'test' })
})
afterEach(() => { scope.stop(); vi.unstubAllGlobals(); vi.clearAllMocks(); document.body.replaceChildren() })

function press(key: string, { on = document.body, ...options }: KeyboardEventInit & { on?: HTMLElement } = {}): boolean {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...options })
  on.dispatchEvent(event)
  return event.defaultPrevented
}
function element(html: string): HTMLElement {
  const holder = document.createElement('div')
  holder.innerHTML = html
  document.body.append(holder)
  return holder.querySelector<HTMLElement>('.target') ?? holder.firstElementChild as HTMLElement
}

describe('with key repeat', () => {
  // With key repeat, stepping continues; toggles would flicker.
  test.each([['ArrowRight', true], ['ArrowLeft', true], ['f', true], ['b', true], ['+', true], ['=', true], ['-', true], [' ', false], ['Home', false], ['End', false], ['/', false]])('"%s" repeats: %s', (key, goesOn) => {
    useGraph().goTo(2)
    expect(press(key, { repeat: true })).toBe(goesOn)
    expect(press(key)).toBe(true) // each works when pressed again
  })
})

describe('a key is handled by', () => {
  test.each(['<button class="target">a</button>', '<details><summary class="target">a</summary></details>', '<a href="#" class="target">a</a>', '<span role="button" class="target" tabindex="0">a</span>', '<input type="checkbox" class="target">', '<button><span class="target">a</span></button>'])('%s: Space presses it, the arrow keys keep stepping', (html) => {
    const on = element(html)
    expect([press(' ', { on }), useGraph().playing]).toEqual([false, false])
    if (!html.includes('input')) expect([press('ArrowRight', { on }), useGraph().position]).toEqual([true, 1])
  })

  test.each(['<input type="range" class="target">', '<div role="slider" class="target" tabindex="0"></div>', '<div role="separator" class="target" tabindex="0"></div>', '<div role="tab" class="target" tabindex="0"></div>', '<div role="menu"><div role="menuitem" class="target" tabindex="0"></div></div>'])('%s: it uses arrows, Home, End, + and −, and ignores letters', (html) => {
    const on = element(html)
    useGraph().goTo(1)
    const before = useGraph().msPerStep
    expect(['ArrowRight', 'ArrowLeft', 'Home', 'End', '+', '-'].map(key => press(key, { on }))).toEqual([false, false, false, false, false, false])
    expect([useGraph().position, useGraph().msPerStep]).toEqual([1, before])
    expect([press('f', { on }), useGraph().position]).toEqual([true, 2])
  })

  test('a radio button: it takes the arrows alone, the only keys that choose another one', () => {
    const on = element('<input type="radio" class="target">')
    expect([press('ArrowRight', { on }), press('ArrowLeft', { on }), useGraph().position]).toEqual([false, false, 0])
    expect([press('End', { on }), useGraph().position]).toEqual([true, useGraph().forwards])
  })

  test('the graph on an element that uses no keys', () => {
    const on = element('<div class="target" tabindex="0"></div>')
    expect([press('ArrowRight', { on }), press(' ', { on })]).toEqual([true, true])
  })

  test('the window when it has no target', () => {
    const event = new KeyboardEvent('keydown', { key: 'ArrowRight', cancelable: true })
    document.dispatchEvent(event)
    expect([event.defaultPrevented, useGraph().position]).toEqual([true, 1])
  })

  test('the system’s editing with Ctrl or Cmd, except for undo and redo', () => {
    for (const held of [{ ctrlKey: true }, { metaKey: true }])
      expect(['f', 'b', 'ArrowRight', ' ', '/', '+', '-'].map(key => press(key, held))).toEqual([false, false, false, false, false, false, false])
    expect(useGraph().position).toBe(0)
  })

  test('a word during composition', () => {
    expect([press('f', { isComposing: true }), useGraph().position]).toEqual([false, 0])
  })
})

describe('undo and redo', () => {
  const apple = () => useGraph().document.inputs['apple']
  test.each([{ ctrlKey: true }, { metaKey: true }])('are Z, Shift+Z and Y with %j', (held) => {
    useGraph().setInput('apple', 7)
    expect([press('z', held), apple()]).toEqual([true, 100])
    expect([press('z', { ...held, shiftKey: true }), apple()]).toEqual([true, 7])
    press('z', held)
    expect([press('y', held), apple()]).toEqual([true, 7])
    press('z', held)
    expect([press('y', { ...held, shiftKey: true }), apple()]).toEqual([false, 100])
  })
})

describe('the speed', () => {
  test('doubles or halves with three presses, and the way back has the same steps', () => {
    const graph = useGraph()
    const before = graph.msPerStep
    press('+')
    press('+')
    expect(before / graph.msPerStep).toBeLessThan(2)
    press('+')
    expect(before / graph.msPerStep).toBeGreaterThan(1.9)
    for (let i = 0; i < 3; i++) press('-')
    expect(Math.abs(graph.msPerStep - before)).toBeLessThanOrEqual(3) // in whole milliseconds
    press('=')
    expect(graph.msPerStep).toBeLessThan(before)
    expect(Number.isInteger(graph.msPerStep)).toBe(true)
  })
})

test('the slash focuses the expression, and types no slash there', () => {
  expect([press('/'), toExpression.mock.calls.length]).toEqual([true, 1])
})

test('after the room is unmounted no key has an effect', () => {
  scope.stop()
  expect([press('ArrowRight'), useGraph().position]).toEqual([false, 0])
})
