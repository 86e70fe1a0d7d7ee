import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { nextTick } from 'vue'
import GraphPanels from '../../../../renderer/graph/panels/GraphPanels.vue'
import SideHandle from '../../../../renderer/graph/workspace/SideHandle.vue'
import { examples } from '../../../../renderer/stores/graph/examples'
import { useGraph } from '../../../../renderer/stores/graph/graph'
import { fakeMain, settings, show, toPlayground } from '../../lab'

afterEach(() => { vi.useRealTimers(); vi.unstubAllGlobals(); document.body.replaceChildren() })

describe('the splitter of the side panel', () => {
  test('is moved by the arrow keys within its limits, and Enter collapses the side panel', async () => {
    fakeMain()
    const view = await show(SideHandle, { modelValue: 340, label: 'Width' })
    const widths = () => view.emitted('update:modelValue')?.map(([width]) => width)
    await view.trigger('keydown', { key: 'ArrowRight' })
    await view.trigger('keydown', { key: 'Home' })
    await view.trigger('keydown', { key: 'End' })
    expect(widths()).toEqual([360, 300, 460])
    expect([view.attributes('role'), view.attributes('aria-valuenow')]).toEqual(['separator', '460'])
    await view.trigger('keydown', { key: 'Enter' })
    await view.trigger('dblclick')
    expect(view.emitted('away')).toHaveLength(2)
  })
})

describe('the panels below the graph', () => {
  const mounted = async (graphPanel = settings.graphPanel) => {
    const main = fakeMain({ 'settings:read': () => ({ ...settings, graphPanel }), 'settings:write': patch => ({ ...settings, graphPanel, ...patch }) })
    toPlayground()
    const view = await show(GraphPanels)
    const tab = (name: string) => view.findAll('[role=tab]').find(button => button.text() === name)!
    const settle = async () => { await new Promise((done) => { setTimeout(done, 5) }); await flushPromises() }
    return { main, view, tab, settle }
  }

  test('show one tab, which is remembered, and can be collapsed and reopened', async () => {
    const { main, view, tab, settle } = await mounted()
    expect(tab('Step').attributes('aria-selected')).toBe('true')
    await tab('Code').trigger('click')
    await settle()
    expect(tab('Code').attributes('aria-selected')).toBe('true')
    await view.get('.fold').trigger('click')
    await settle()
    expect(view.find('[role=tabpanel]').exists()).toBe(false)
    await view.get('.fold').trigger('click')
    await settle()
    expect(main.asked('settings:write')).toEqual([{ graphPanel: 'code' }, { graphPanel: 'closed' }, { graphPanel: 'code' }])
  })

  test('are navigated by the arrow keys', async () => {
    const { view, tab, settle } = await mounted()
    await tab('Step').trigger('keydown', { key: 'ArrowLeft' })
    expect(tab('Code').attributes('aria-selected')).toBe('true')
    await nextTick()
    expect(document.activeElement).toBe(tab('Code').element)
    expect(view.findAll('[role=tab]').map(button => button.attributes('tabindex'))).toEqual(['-1', '-1', '-1', '0'])
    await settle() // the choice is written before main ends
  })

  test('describe the next step, and offer the next round at the end', async () => {
    const { view } = await mounted()
    const graph = useGraph()
    const next = () => view.get('.next').text()
    graph.show({ expression: 'x * y', inputs: {} }, { position: 'start' })
    await nextTick()
    expect(next()).toBe('Next (→): forward through x * y')
    graph.next()
    await nextTick()
    expect(next()).toBe('Next (→): the backward pass begins at the output')
    graph.toEnd()
    await nextTick()
    expect([next(), view.find('.round').exists()]).toEqual([expect.stringContaining('Every gradient is known'), false])
    graph.show(examples.threeLayers)
    await nextTick()
    await view.get('.round').trigger('click')
    expect([graph.position, graph.canUndo]).toEqual([0, true])
  })

  // Cause: only inputs were checked, although dashes were visible inside of an opened group.
  test.each([
    ['an input has none', { expression: 'sqrt(x) + y', inputs: { x: 0, y: 1 } }],
    ['a part of an opened group has none', { expression: 'sigmoid(x)', inputs: { x: -800 }, opened: ['n1'] }],
    ['one cell of a tensor has none', { expression: 'sum(sqrt(x))', inputs: { x: [0, 4] } }],
  ])('do not claim that every gradient is known where %s', async (_, document) => {
    const { view } = await mounted()
    useGraph().show(document, { position: 'end' })
    await nextTick()
    expect(view.get('.next').text()).toContain('A dash means that there is no gradient.')
  })

  test('offer neither nudge nor code for the current network', async () => {
    const { view } = await mounted('code')
    const graph = useGraph()
    graph.showRun(graph.trace, 'network')
    await nextTick()
    expect(view.findAll('[role=tab]').map(button => button.text())).toEqual(['Step', 'Cell'])
    expect(view.get('[aria-selected=true]').text()).toBe('Step')
    graph.undo()
    expect(graph.fixed).toBe(true)
  })
})
