import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { nextTick } from 'vue'
import ExpressionBar from '../../../../renderer/graph/workspace/ExpressionBar.vue'
import { useGraph } from '../../../../renderer/stores/graph/graph'
import { fakeMain, show } from '../../lab'

beforeEach(() => { vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }); fakeMain() })
afterEach(() => { vi.useRealTimers(); vi.unstubAllGlobals(); document.body.replaceChildren() })

async function bar() {
  const graph = useGraph()
  graph.show({ expression: 'apple * n', inputs: { apple: 100, n: 2 } }, { key: 'test' })
  const view = await show(ExpressionBar)
  const field = view.get('textarea')
  return {
    graph, view, field,
    element: field.element,
    type: async (text: string) => { await field.setValue(text) },
    /** The text under the field: before, inside and after the mark */
    mirror: () => {
      const [before, mark, after] = view.get('.mirror').element.childNodes as unknown as readonly [ChildNode, ChildNode, ChildNode]
      return view.find('mark').exists() ? [before.textContent, mark.textContent, after.textContent] : [view.get('.mirror').element.textContent]
    },
  }
}

describe('an error in the expression', () => {
  test.each<[string, string, string, string]>([
    ['apple * )', 'apple * ', ')', ' '],
    ['apple $ n', 'apple ', '$', ' n '],
    ['apple * ', 'apple ', '*', '  '],
    ['(apple * n', '', '(', 'apple * n '], // the unclosed bracket
    ['', '', ' ', ' '], // there is nothing to underline: the mark shows where something is missing
    ['tan(apple) * n', '', 'tan', '(apple) * n '],
  ])('"%s" is underlined', async (text, before, mark, after) => {
    const { mirror, type } = await bar()
    await type(text)
    expect(mirror()).toEqual([before, mark, after])
  })

  test('is not marked while it is valid; the mirror has the same text, so that lines break alike', async () => {
    const { mirror, view } = await bar()
    expect([mirror(), view.get('.paper').classes().includes('wrong'), view.find('.message').exists()]).toEqual([['apple * n '], false, false])
  })

  test('that concerns the whole has no mark of its own', async () => {
    const { graph, mirror, type, view } = await bar()
    await type(`${'x + '.repeat(3000)}x`)
    vi.runAllTimers()
    await nextTick()
    expect(graph.error).not.toBeNull()
    expect([mirror()[1], view.get('.paper').classes().includes('wrong')]).toEqual(['', true])
  })

  test('is corrected by the suggestion, with the cursor after it', async () => {
    const { graph, view, type, element } = await bar()
    await type('exp(apple) + 1 500 * n')
    const press = view.get('button.suggestion')
    await press.trigger('click')
    await nextTick()
    expect([graph.source, graph.error, graph.document.expression]).toEqual(['exp(apple) + 1500 * n', null, 'exp(apple) + 1500 * n'])
    expect([document.activeElement, element.selectionStart, element.selectionEnd]).toEqual([element, 17, 17])
  })
})

describe('typing', () => {
  test('is parsed at once; composed words when they are complete', async () => {
    const { graph, element } = await bar()
    element.value = 'apple * 사'
    element.dispatchEvent(new InputEvent('input', { isComposing: true, bubbles: true }))
    expect([graph.source, graph.document.expression]).toEqual(['apple * 사', 'apple * n'])
    element.value = 'apple * 사과'
    element.dispatchEvent(new CompositionEvent('compositionend', { bubbles: true }))
    expect([graph.source, graph.document.expression]).toEqual(['apple * 사과', 'apple * 사과'])
  })

  test('of a long text is parsed at the latest when the field is left', async () => {
    const { graph, field, type } = await bar()
    const long = Array.from({ length: 120 }, (_, i) => `x${i}`).join(' + ')
    await type(long)
    expect(graph.document.expression).toBe('apple * n')
    await field.trigger('blur')
    expect(graph.document.expression).toBe(long)
  })

  test('after the field was left is a separate change', async () => {
    const { graph, field, type } = await bar()
    await type('apple * m')
    await field.trigger('blur')
    await type('apple * k')
    graph.undo()
    expect(graph.document.expression).toBe('apple * m')
  })

  test('is left by Escape, but not during composition', async () => {
    const { field, element } = await bar()
    element.focus()
    await field.trigger('keydown', { key: 'Escape', isComposing: true })
    expect(document.activeElement).toBe(element)
    await field.trigger('keydown', { key: 'Escape' })
    expect(document.activeElement).not.toBe(element)
  })
})

test('focusing by the shortcut selects the whole text', async () => {
  const { view, element } = await bar();
  (view.vm as unknown as { focus: () => void }).focus()
  expect([document.activeElement, element.selectionStart, element.selectionEnd]).toEqual([element, 0, 'apple * n'.length])
})
