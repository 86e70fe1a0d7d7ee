import { traceOf } from '@core'
import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { defineComponent, h, nextTick } from 'vue'
import GraphWorkspace from '../../../../renderer/graph/workspace/GraphWorkspace.vue'
import { useCards } from '../../../../renderer/stores/course/cards'
import { useCell } from '../../../../renderer/stores/graph/cell'
import { useCourse } from '../../../../renderer/stores/course/course'
import { useFigure } from '../../../../renderer/stores/course/figure'
import { useGraph } from '../../../../renderer/stores/graph/graph'
import { useNotices } from '../../../../renderer/stores/notices'
import { useSettings } from '../../../../renderer/stores/settings'
import { fakeMain, settings, show, toPlayground } from '../../lab'
import { toFigure } from '../../course/to-figure'

beforeEach(() => { fakeMain({ 'settings:write': patch => ({ ...settings, ...patch }), 'progress:write': () => null, 'graph:remember': () => null }) })
afterEach(() => { vi.unstubAllGlobals(); document.body.replaceChildren() })

const document_ = { expression: '(apple * n) * tax', inputs: { apple: 100, n: 2, tax: 1.1 } }

/** Settings are written after a pause. */
const patient = { timeout: 20_000 }

/** Stands in for the drawn graph: takes the arrow keys like the real one after Tab. */
async function workspace({ special = null as 'quiz' | 'certificate' | null, fixed = false, side = true } = {}) {
  const opened = vi.fn()
  const walked = vi.fn()
  const Canvas = defineComponent({
    name: 'GraphCanvas', emits: ['select', 'hover', 'set-input', 'open', 'close'],
    setup: (_, { expose }) => {
      expose({ open: opened })
      return () => h('div', { class: 'graph-canvas', tabindex: 0, onKeydown: (event: KeyboardEvent) => { walked(event.key); event.preventDefault() } }, [h('input', { class: 'inner' })])
    },
  })
  const graph = useGraph()
  graph.show(document_, { key: 'test', position: 'start' })
  if (fixed) graph.showRun(traceOf(document_), 'network')
  if (special) useCourse().go(special)
  else if (!useCourse().lesson) toPlayground()
  const view = await show(GraphWorkspace, { side }, { GraphCanvas: Canvas, BatchBar: true, CourseFigure: true, GraphPanels: true })
  await flushPromises()
  const canvas = () => view.getComponent({ name: 'GraphCanvas' })
  const press = (key: string, on: Element) => {
    const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true })
    on.dispatchEvent(event)
  }
  const panel = async () => { await nextTick(); return useSettings().settings.graphPanel }
  return { view, graph, opened, walked, canvas, press, panel }
}

describe('the workspace of the Learn room', () => {
  test('opens another graph from its start, at once', async () => {
    const { graph, opened } = await workspace()
    expect(opened).not.toHaveBeenCalled()
    graph.show(document_, { key: 'another' }) // may have the same shape
    await nextTick()
    expect(opened.mock.calls).toEqual([[false]])
    graph.setInput('apple', 3)
    await nextTick()
    expect(opened).toHaveBeenCalledTimes(1)
  })

  test('opens and closes the panels beside it', async () => {
    const open = await workspace({ side: true })
    const button = () => open.view.get('header button')
    expect(button().attributes('aria-label')).toBe('Put the side away')
    await button().trigger('click')
    expect(open.view.emitted('side')).toHaveLength(1)
    open.view.unmount()
    expect((await workspace({ side: false })).view.get('header button').attributes('aria-label')).toBe('Open the side')
  })

  test('marks the graph as the last valid one while the typed text is invalid', async () => {
    const { view, graph } = await workspace()
    expect([view.get('.canvas').classes().includes('stale'), view.find('.mark').exists()]).toEqual([false, false])
    graph.setExpression('apple * (')
    await nextTick()
    expect([view.get('.canvas').classes().includes('stale'), view.get('.mark').text()]).toEqual([true, 'last good graph'])
  })

  test('follows edits in the drawing', async () => {
    const { graph, canvas } = await workspace()
    canvas().vm.$emit('select', 'apple')
    canvas().vm.$emit('hover', { node: 'n1', cell: 0, of: 'value' })
    canvas().vm.$emit('set-input', 'apple', 7)
    expect([graph.selected, graph.hover, graph.document.inputs['apple']]).toEqual(['apple', { node: 'n1', cell: 0, of: 'value' }, 7])
  })

  test('reports an invalid input, and leaves it as it was', async () => {
    const { graph, canvas } = await workspace()
    canvas().vm.$emit('set-input', 'apple', [[1], [2, 3]])
    expect([graph.document.inputs['apple'], useNotices().notices.map(({ key }) => key)]).toEqual([100, ['errors.graph.inputValue']])
  })

  test('rethrows errors that are not the input’s fault', async () => {
    const { graph, canvas, view } = await workspace()
    const thrown = vi.fn()
    view.vm.$.appContext.config.errorHandler = thrown
    graph.setInput = () => { throw new RangeError('a bug') }
    canvas().vm.$emit('set-input', 'apple', 1)
    expect(thrown.mock.calls[0]?.[0]).toBeInstanceOf(RangeError)
    expect(useNotices().notices).toEqual([])
  })
})

describe('in a lesson, what no lesson has taught yet is left out', () => {
  const inLesson = async (number: number, options: Parameters<typeof workspace>[0] = {}) => {
    const course = useCourse()
    await course.load()
    course.go(course.lessons[number]!.id)
    if (number === 0) useCards().go(2) // the first card shows the picture of a slope
    return await workspace(options)
  }

  test('the first has the graph and its steps, without the line above', async () => {
    const { view, press, graph } = await inLesson(0)
    expect([view.find('header').exists(), view.find('textarea').exists(), view.findComponent({ name: 'GraphCanvas' }).exists()]).toEqual([false, false, true])
    expect(view.findAll('.transport button').map(button => button.attributes('aria-label'))).toEqual(['One step back', 'One step on'])
    press('ArrowRight', view.element)
    expect(graph.position).toBe(1)
  })

  test('a panel that was put away can be opened again', async () => {
    const { view } = await inLesson(0, { side: false })
    expect(view.findAll('header button').map(button => button.attributes('aria-label'))).toEqual(['Open the side'])
    await view.get('header button').trigger('click')
    expect(view.emitted('side')).toHaveLength(1)
  })

  test('the third has the line and the player', async () => {
    const { view } = await inLesson(2)
    expect([view.find('textarea').exists(), view.find('.scrubber input').exists(), view.find('.speed').exists(), view.findAll('.transport button').length]).toEqual([true, true, true, 7])
  })

  test('a click on a cell opens the cell’s panel in the lessons that have it', async () => {
    const opened = async (number: number) => {
      const { view, graph, panel } = await inLesson(number)
      graph.toEnd()
      graph.setHover({ node: 'n1', cell: 0, of: 'value' })
      await view.get('.canvas').trigger('click')
      expect(useCell().at?.node).toBe('n1')
      view.unmount() // this also flushes a pending setting
      await flushPromises()
      return await panel()
    }
    expect(await opened(11)).toBe('step')
    expect(await opened(14)).toBe('cell')
  })
})

describe('a click in the drawing', () => {
  test('inspects the cell of an operation, and opens the cell’s panel', async () => {
    const { view, graph, panel } = await workspace()
    graph.toEnd()
    graph.setHover({ node: 'n1', cell: 0, of: 'value' })
    await view.get('.canvas').trigger('click')
    expect(useCell().at).toEqual({ node: 'n1', cell: 0, of: 'value' })
    await vi.waitFor(async () => { expect(await panel()).toBe('cell') }, patient)
  })

  test('on an input inspects it, but keeps the panel: the click was meant for typing', async () => {
    const { view, graph, panel } = await workspace()
    graph.setHover({ node: 'apple', cell: 0, of: 'value' })
    await view.get('.canvas').trigger('click')
    expect(useCell().at?.node).toBe('apple')
    view.unmount() // this also flushes a pending setting
    await flushPromises()
    expect(await panel()).toBe('step')
  })

  test('on an input that cannot be edited opens the cell’s panel', async () => {
    const { view, graph, panel } = await workspace({ fixed: true })
    graph.setHover({ node: 'apple', cell: 0, of: 'value' })
    await view.get('.canvas').trigger('click')
    await vi.waitFor(async () => { expect(await panel()).toBe('cell') }, patient)
  })

  test('beside every cell inspects none', async () => {
    const { view } = await workspace()
    await view.get('.canvas').trigger('click')
    expect(useCell().at).toBeNull()
  })
})

describe('the arrow keys', () => {
  test('step through the run once the drawing leaves them alone', async () => {
    const { view, graph, press } = await workspace()
    press('ArrowRight', view.get('.canvas').element)
    expect(graph.position).toBe(1)
  })

  test('navigate the drawing when it was focused by Tab', async () => {
    const { canvas, press, walked, graph } = await workspace()
    press('ArrowRight', canvas().element)
    expect([walked.mock.calls, graph.position]).toEqual([[['ArrowRight']], 0])
  })

  test('stay with a field in the drawing', async () => {
    const { view, press, graph } = await workspace()
    press('ArrowRight', view.get('.inner').element)
    expect(graph.position).toBe(0)
  })
})

describe('the slash', () => {
  test('focuses the expression, and selects all of it', async () => {
    const { view, press } = await workspace()
    press('/', document.body)
    const field = view.get('textarea').element as HTMLTextAreaElement
    expect([document.activeElement, field.selectionStart, field.selectionEnd]).toEqual([field, 0, document_.expression.length])
  })
})

describe('the place of the graph', () => {
  test('beside a panel that was put away lets it be opened again', async () => {
    const { view } = await workspace({ special: 'quiz', side: false })
    await view.get('header button').trigger('click')
    expect(view.emitted('side')).toHaveLength(1)
  })

  test.each(['quiz', 'certificate'] as const)('shows the %s, and no key steps through a hidden graph', async (special) => {
    const { view, press, graph } = await workspace({ special })
    expect([view.findComponent({ name: 'GraphCanvas' }).exists(), view.findAll('header').length, view.find('textarea').exists()]).toEqual([false, 0, false])
    press('ArrowRight', document.body)
    expect(graph.position).toBe(0)
  })

  test('shows the current network with its batch, once it is loaded; keys step through it', async () => {
    const network = async (fixed: boolean) => {
      const course = useCourse()
      await course.load()
      const lesson = course.lessons.find(({ figures }) => figures.some(({ kind }) => kind === 'network'))!
      course.go(lesson.id)
      toFigure('network')
      expect(useFigure().special).toBe('network')
      return await workspace({ fixed })
    }
    const before = await network(false)
    expect([before.view.find('header.whole').exists(), before.view.find('textarea').exists(), before.view.findComponent({ name: 'GraphCanvas' }).exists()]).toEqual([true, false, false])
    before.view.unmount()
    const after = await network(true)
    expect(after.view.findComponent({ name: 'GraphCanvas' }).exists()).toBe(true)
    after.press('ArrowRight', document.body)
    expect(after.graph.position).toBe(1)
  })
})
