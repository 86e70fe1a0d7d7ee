import { buildGraph, fromNested, type GraphDocument, parseProgram, runGraph, optimizerSpec } from '@core'
import { flushPromises } from '@vue/test-utils'
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest'
import { nextTick } from 'vue'
import GraphPanels from '../../../../renderer/graph/panels/GraphPanels.vue'
import { useCourse } from '../../../../renderer/stores/course/course'
import { useGraph } from '../../../../renderer/stores/graph/graph'
import { fakeMain, settings, show, toPlayground } from '../../lab'

afterEach(() => { document.body.replaceChildren() })
// The chosen tab is written when the panels unmount, which is after each test.
afterAll(async () => { await flushPromises(); vi.unstubAllGlobals() })

/** A tab's panel is loaded when it is first shown. */
const patient = { timeout: 20_000 }

const learning: GraphDocument = { expression: 'w * x', inputs: { w: 2, x: 3 }, parameters: ['w'] }
async function panels({ graphPanel = settings.graphPanel, document = learning as GraphDocument, position = 'end' as 'start' | 'forward' | 'end', hidden = [] as readonly string[] } = {}) {
  const main = fakeMain({ 'settings:read': () => ({ ...settings, graphPanel }), 'settings:write': patch => ({ ...settings, graphPanel, ...patch }) })
  toPlayground()
  const graph = useGraph()
  graph.show(document, { key: 'test', position, hidden: () => hidden })
  const view = await show(GraphPanels, {}, { NudgePanel: true, CodePanel: true })
  const tabs = () => view.findAll('[role=tab]')
  return {
    main, graph, view, tabs,
    tab: (name: string) => tabs().find(button => button.text() === name)!,
    selected: () => tabs().filter(tab => tab.attributes('aria-selected') === 'true').map(tab => tab.text()),
    body: () => view.find('[role=tabpanel]'),
    fold: () => view.get('.fold'),
    next: () => view.get('.next').text(),
    /** Presses a key on a tab */
    async press(name: string, key: string, more: object = {}) {
      const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more })
      tabs().find(button => button.text() === name)!.element.dispatchEvent(event)
      await nextTick()
      return event.defaultPrevented
    },
  }
}

describe('the tabs', () => {
  test('are four, of which the selected one is shown and labels the panel', async () => {
    const { tabs, selected, body, tab, view } = await panels()
    expect(tabs().map(button => button.text())).toEqual(['Step', 'Cell', 'Nudge', 'Code'])
    expect([selected(), body().attributes('aria-label'), body().attributes('id')]).toEqual([['Step'], 'Step', tab('Step').attributes('aria-controls')])
    await vi.waitFor(() => { expect(view.find('.step').exists()).toBe(true) }, patient)
    await tab('Cell').trigger('click')
    await vi.waitFor(() => { expect([selected(), body().attributes('aria-label'), view.find('.cell').exists(), view.find('.step').exists()]).toEqual([['Cell'], 'Cell', true, false]) }, patient)
  })

  test('are navigated by arrow keys, cyclically, and by Home and End', async () => {
    const { press, selected } = await panels()
    const pressed = async (at: string, key: string) => [await press(at, key), selected()[0], document.activeElement?.textContent?.trim()]
    expect(await pressed('Step', 'ArrowRight')).toEqual([true, 'Cell', 'Cell'])
    expect(await pressed('Cell', 'ArrowLeft')).toEqual([true, 'Step', 'Step'])
    expect(await pressed('Step', 'ArrowLeft')).toEqual([true, 'Code', 'Code'])
    expect(await pressed('Code', 'ArrowRight')).toEqual([true, 'Step', 'Step'])
    expect(await pressed('Step', 'End')).toEqual([true, 'Code', 'Code'])
    expect(await pressed('Code', 'Home')).toEqual([true, 'Step', 'Step'])
  })

  test('ignore other keys, and those of a composition', async () => {
    const { press, selected } = await panels()
    expect([await press('Step', 'ArrowDown'), await press('Step', 'ArrowRight', { isComposing: true }), selected()]).toEqual([false, false, ['Step']])
  })

  test('keep the focus for the keyboard, and release it after a click: the arrow keys keep stepping', async () => {
    const { tab } = await panels()
    const click = (detail: number) => {
      const button = tab('Cell').element as HTMLElement
      button.focus()
      button.dispatchEvent(new MouseEvent('click', { bubbles: true, detail }))
      return document.activeElement === button
    }
    expect([click(0), click(1), click(2)]).toEqual([true, false, false])
  })

  test('are reached by Tab at the selected one, or at the first when none is', async () => {
    const { tabs, tab, fold } = await panels()
    const reached = () => tabs().filter(button => button.attributes('tabindex') === '0').map(button => button.text())
    await tab('Nudge').trigger('click')
    expect(reached()).toEqual(['Nudge'])
    await fold().trigger('click')
    expect(reached()).toEqual(['Step'])
  })
})

test('the step alone needs no tab and cannot be put away, not even by a choice of another time', async () => {
  for (const graphPanel of ['nudge', 'closed'] as const) {
    const { view, tabs, body } = await panels({ graphPanel })
    const course = useCourse()
    await course.load()
    course.go(course.lessons[0]!.id)
    await nextTick()
    expect([tabs().length, view.find('.fold').exists(), body().attributes('aria-label')]).toEqual([0, false, 'Step'])
    course.next()
    await nextTick()
    expect([tabs().map(tab => tab.text()), view.find('.fold').exists()]).toEqual([['Step', 'Nudge'], true])
    view.unmount()
    await flushPromises()
  }
})

describe('the panel', () => {
  test('is collapsed and reopened with the tab that was shown', async () => {
    const { tab, fold, body, view, selected } = await panels()
    await tab('Nudge').trigger('click')
    expect([fold().attributes('aria-expanded'), fold().attributes('aria-label'), fold().attributes('aria-controls')]).toEqual(['true', 'Put the panel away', body().attributes('id')])
    await fold().trigger('click')
    expect([body().exists(), fold().attributes('aria-expanded'), fold().attributes('title'), view.classes().includes('closed'), selected()]).toEqual([false, 'false', 'Open the panel', true, []])
    await fold().trigger('click')
    expect([body().attributes('aria-label'), view.classes().includes('closed')]).toEqual(['Nudge', false])
  })

  test('that was collapsed before the start opens at the step', async () => {
    const { fold, body, selected, main, view } = await panels({ graphPanel: 'closed' })
    expect([body().exists(), selected()]).toEqual([false, []])
    await fold().trigger('click')
    expect(selected()).toEqual(['Step'])
    view.unmount() // this also writes the chosen tab
    await flushPromises()
    expect(main.asked('settings:write')).toEqual([{ graphPanel: 'step' }])
  })

  test('that is requested by a tab opens', async () => {
    const { tab, body } = await panels({ graphPanel: 'closed' })
    await tab('Cell').trigger('click')
    expect(body().attributes('aria-label')).toBe('Cell')
  })

  test.each([['cell', 'Cell'], ['step', 'Step'], ['code', 'Step']] as const)('that was at %s is at %s for a run that was not typed', async (graphPanel, name) => {
    const { graph, selected } = await panels({ graphPanel })
    graph.showRun(graph.trace, 'network')
    await nextTick()
    expect(selected()).toEqual([name])
  })
})

describe('the next round', () => {
  test('is offered at the end of a learning graph, and nowhere else', async () => {
    const offered = async (options: Parameters<typeof panels>[0]) => {
      const { view } = await panels(options)
      const is = view.find('.round').exists()
      view.unmount()
      await flushPromises()
      return is
    }
    expect([await offered({}), await offered({ position: 'forward' }), await offered({ document: { expression: 'w * x', inputs: {} } })]).toEqual([true, false, false])
  })

  test('waits for the answer of a lesson that asks for the update, and says so', async () => {
    const { graph, view, next } = await panels({})
    const name = graph.document.parameters![0]!
    graph.show(graph.document, { key: 'asked', hidden: () => [`updated:${name}`] })
    await nextTick()
    expect(view.get('.round').attributes('disabled')).toBeDefined()
    expect(next()).toMatch(/answer first, then the next round/)
  })

  test('is not offered for a run that was not typed: the training thread makes its own', async () => {
    const { graph, view } = await panels()
    graph.showRun(graph.trace, 'network')
    graph.goTo(graph.length)
    await nextTick()
    expect([graph.atEnd, graph.trace.updated.size, view.find('.round').exists()]).toEqual([true, 1, false])
  })
})

describe('the description of the next step', () => {
  test('changes step by step', async () => {
    const { graph, next } = await panels({ document: { expression: 'y = w * x; L = y ^ 2', inputs: { w: 2, x: 3 }, parameters: ['w'] }, position: 'start' })
    const descriptions: string[] = []
    for (;;) {
      descriptions.push(next())
      if (graph.atEnd) break
      graph.next()
      await nextTick()
    }
    expect(descriptions).toEqual([
      'Next (→): forward through y', 'Next (→): forward through L', 'Next (→): the backward pass begins at the output',
      'Next (→): backward through L', 'Next (→): backward through y', 'Next (→): the update of w',
      'Forward, backward, update: one round of learning. The next begins with the new parameters.',
    ])
  })

  test('at the end names an error, a cover, an undefined gradient, or says that all is known', async () => {
    const end = async (expression: string, x: number, more: Partial<GraphDocument> = {}, hidden: readonly string[] = []) => {
      const { view, next } = await panels({ document: { expression, inputs: { x, w: 1 }, ...more }, hidden })
      const text = next()
      view.unmount()
      await flushPromises()
      return text
    }
    expect(await end('x * 2', 1)).toMatch(/^Every gradient is known/)
    expect(await end('log(x)', -1)).toMatch(/^The run stops at this node/)
    expect(await end('log(x)', -1, {}, ['value:x'])).toMatch(/^The run stops at this node/)
    expect(await end('x * 2', 1, {}, ['gradient:x'])).toMatch(/^The pass is complete. A number under a \?/)
    expect(await end('sqrt(x)', 0)).toMatch(/^The pass is complete. A dash means that/)
    // the other input has its gradient and learns: the next round is what matters
    expect(await end('sqrt(x) * 0 + w', 0, { parameters: ['w'] })).toMatch(/^Forward, backward, update/)
    // a dash is visible inside, but not at an input
    expect(await end('sqrt(0) + x', 1)).toMatch(/^The pass is complete. A dash means that/)
  })

  test('of an error appears at the error, not before', async () => {
    const { graph, next } = await panels({ document: { expression: 'y = w + x; log(y)', inputs: { w: -3, x: 1 } }, position: 'start' })
    expect(next()).toBe('Next (→): forward through y')
    graph.goTo(2)
    await nextTick()
    expect(next()).toMatch(/^The run stops/)
  })
})

test('another optimizer’s update is a step like any other', async () => {
  const { graph, next } = await panels()
  const inputs = new Map([['w', fromNested(2)], ['x', fromNested(3)]])
  graph.showRun(runGraph(buildGraph(parseProgram('L = w * x')), inputs, { parameters: ['w'], update: { optimizer: optimizerSpec('adam', 0.001), make: () => new Map([['w', fromNested(1.9)]]) } }), 'network')
  graph.goTo(3)
  await nextTick()
  expect(next()).toBe('Next (→): the update of w')
})
