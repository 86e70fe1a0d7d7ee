import { VueFlow } from '@vue-flow/core'
import { type GraphDocument, momentAt, traceOf } from '@core'
import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { numbersFor } from '../../../../renderer/lib/useNumbers'
import { arrange } from '../../../../renderer/graph/layout/arrange'
import GraphCanvas from '../../../../renderer/graph/canvas/GraphCanvas.vue'
import type { Box } from '../../../../renderer/graph/layout/geometry'
import { fakeMain, show, toPlayground } from '../../lab'
import { middleOf } from '../geometry'
import { graphs, longChain } from '../graphs'

const watched: { readonly heard: (entries: object[]) => void, readonly element: Element }[] = []
beforeEach(() => {
  fakeMain()
  toPlayground()
  watched.length = 0
  vi.spyOn(console, 'warn').mockImplementation(() => undefined) // Vue Flow needs style sheets, which are missing here
  vi.stubGlobal('DOMMatrixReadOnly', class { m22 = 1 })
  vi.stubGlobal('matchMedia', (query: string) => ({ matches: query.includes('reduced-motion'), addEventListener: () => undefined })) // available at once
  vi.stubGlobal('ResizeObserver', class {
    constructor(readonly heard: (entries: object[]) => void) { return }
    observe(element: Element) { watched.push({ heard: this.heard, element }) }
    unobserve() { return undefined }
    disconnect() { return undefined }
  })
})
afterEach(() => { vi.unstubAllGlobals(); vi.restoreAllMocks(); document.body.replaceChildren() })

const texts = { numbers: numbersFor('en'), output: 'output' }
const layoutOf = (document: GraphDocument) => arrange(traceOf(document), texts).layout
const at = (document: GraphDocument, position: number) => {
  const trace = traceOf(document)
  return { trace, moment: momentAt(trace, position) }
}

/** Mounts the canvas in a window of the given size. */
async function canvas(document: GraphDocument, { position = 0, width = 500, height = 300, ...props }: { position?: number, width?: number, height?: number, hover?: object | null, selected?: string | null, hidden?: ReadonlySet<string> } = {}) {
  const view = await show(GraphCanvas, { ...at(document, position), hidden: new Set(), hover: null, selected: null, ...props })
  await flushPromises()
  const resize = (width: number, height: number) => { for (const { heard, element } of watched) if (element === view.element) heard([{ contentRect: { width, height } }]) }
  const sheet = () => {
    const [x, y, zoom] = /translate\(([-\d.e]+)px, ?([-\d.e]+)px\) scale\(([-\d.e]+)\)/.exec((view.get('.vue-flow__transformationpane').element as HTMLElement).style.transform)!.slice(1).map(Number) as [number, number, number]
    return { x, y, zoom }
  }
  const sees = (box: Box) => {
    const { x, y, zoom } = sheet()
    return box.x * zoom + x > -0.01 && box.y * zoom + y > -0.01 && (box.x + box.width) * zoom + x < width + 0.01 && (box.y + box.height) * zoom + y < height + 0.01
  }
  const flow = view.getComponent(VueFlow)
  resize(width, height)
  flow.vm.$emit('init', {})
  await flushPromises()
  const go = async (document: GraphDocument, position: number) => { await view.setProps(at(document, position)); await flushPromises() }
  return { view, flow, resize, sheet, sees, go }
}
const press = async (view: VueWrapper, key: string, options: object = {}, element: Element = view.element) => {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...options })
  const heard = vi.fn()
  document.body.addEventListener('keydown', heard, { once: true })
  element.dispatchEvent(event)
  document.body.removeEventListener('keydown', heard)
  await flushPromises()
  return { taken: event.defaultPrevented, heardAbove: heard.mock.calls.length > 0 }
}
/** Whether the focus of an element came from the keyboard. */
const ring = (element: Element, isVisible: boolean) => Object.defineProperty(element, 'matches', { value: (selector: string) => isVisible && selector === ':focus-visible', configurable: true })
const byKeyboard = async (view: VueWrapper, isVisible = true) => {
  ring(view.element, isVisible)
  await view.trigger('focus')
}

describe('a node whose name is pointed at in a text', () => {
  test('is marked and comes into view', async () => {
    const document = longChain(40)
    const layout = layoutOf(document)
    const { view, sees } = await canvas(document)
    const far = [...layout.nodes.keys()].findLast(id => traceOf(document).graph.byId.get(id)?.kind === 'operation')!
    expect(sees(layout.nodes.get(far)!)).toBe(false)
    await view.setProps({ pointed: far })
    await flushPromises()
    expect([sees(layout.nodes.get(far)!), view.find(`[data-node="${far}"] .selected`).exists()]).toEqual([true, true])
    await view.setProps({ pointed: null })
    expect(view.find('.selected').exists()).toBe(false)
  })
})

describe('the view', () => {
  const { nodes, bounds, edges } = layoutOf(graphs.apples)

  test('shows the whole graph centred at first; zooms in and out by equal factors, and fits again', async () => {
    const { view, flow, resize, sees, sheet } = await canvas(graphs.apples, { width: 1000, height: 600 })
    expect(sees(bounds)).toBe(true)
    const whole = sheet()
    const { x: cx, y: cy } = middleOf(bounds)
    expect([cx * whole.zoom + whole.x, cy * whole.zoom + whole.y]).toEqual([expect.closeTo(500, 6), expect.closeTo(300, 6)])
    const [nearer, farther, all] = view.findAll('.controls button')
    await nearer!.trigger('click')
    expect(sheet().zoom).toBeGreaterThan(whole.zoom * 1.1)
    await farther!.trigger('click')
    expect(sheet().zoom).toBeCloseTo(whole.zoom, 9)
    await farther!.trigger('click')
    expect(sheet().zoom).toBeLessThan(whole.zoom / 1.1)
    await all!.trigger('click')
    expect(sheet()).toEqual(whole)
    // as a whole however small it is, since the user asked for it, unless the user has moved the sheet since
    flow.vm.$emit('moveStart', { event: { sourceEvent: null } }) // a movement by the program
    resize(500, 300)
    await flushPromises()
    const half = sheet().zoom
    expect(half).toBeCloseTo(500 / bounds.width, 6)
    flow.vm.$emit('moveStart', { event: { sourceEvent: {} } })
    resize(1000, 600)
    await flushPromises()
    expect(sheet().zoom).toBe(half)
    // the parent of the canvas can open it anew
    ;(view.vm as unknown as { open: () => void }).open()
    await flushPromises()
    expect(sheet()).toEqual(whole)
  })

  test('opens with what a question covers, where the whole graph would not be legible', async () => {
    const small = { width: 400, height: 300 }
    const [plain, asked] = [await canvas(graphs.apples, small), await canvas(graphs.apples, { ...small, position: 7, hidden: new Set(['gradient:tax', 'value:n3']) })]
    expect([plain.sheet().zoom, asked.sheet().zoom]).toEqual([12 / 14, 12 / 14])
    expect([plain.sees(nodes.get('apple')!), asked.sees(nodes.get('tax')!)]).toEqual([true, true])
    expect([plain.view.find('.map').exists(), (await canvas(graphs.apples, { width: 1000, height: 600 })).view.find('.map').exists()]).toEqual([true, false])
  })

  test('follows the current node, with all that it reads and writes, large enough to be read', async () => {
    const { sees, sheet, go } = await canvas(graphs.apples, { width: 700, height: 400 })
    const small = await canvas(graphs.apples, { width: 400, height: 300 })
    for (const position of [1, 2, 3, 4, 6, 7]) {
      await go(graphs.apples, position)
      const { moment } = at(graphs.apples, position)
      const { node } = moment.step!
      expect(sees(nodes.get(node)!), `${position}`).toBe(true)
      for (const { from, to, label } of edges) if (from === node || to === node) expect(sees(label), `${position}`).toBe(true)
      await small.go(graphs.apples, position)
      expect([small.sheet().zoom > 0.6, small.sees(nodes.get(node)!)], `${position}`).toEqual([true, true])
    }
    expect(sheet().zoom).toBeGreaterThan(0.6)
  })

  test('opens again before the first step, and shows the last node after a jump to the end', async () => {
    const { sheet, go, sees } = await canvas(graphs.apples, { width: 400 })
    const start = sheet()
    const { steps } = traceOf(graphs.apples)
    const [last, end] = [steps.length, steps.at(-1)]
    await go(graphs.apples, 4)
    expect(sheet()).not.toEqual(start)
    await go(graphs.apples, 0)
    expect(sheet()).toEqual(start)
    await go(graphs.apples, 4)
    await go(graphs.apples, last)
    expect(sees(nodes.get(end!.node)!)).toBe(true)
    expect(sheet().zoom).toBe(start.zoom)
  })

  test('stays where it is when following is off', async () => {
    const { view, sheet, go } = await canvas(graphs.apples, { width: 400 })
    const whole = sheet()
    const follow = view.findAll('.controls button').at(3)!
    expect(follow.attributes('aria-pressed')).toBe('true')
    await follow.trigger('click')
    expect(follow.attributes('aria-pressed')).toBe('false')
    await go(graphs.apples, 1)
    await go(graphs.apples, 3)
    expect(sheet()).toEqual(whole)
  })

  test('stays while a number changes', async () => {
    const { flow, sheet, go } = await canvas(graphs.apples, { width: 400, position: 0 })
    await go(graphs.apples, 3)
    flow.vm.$emit('moveStart', { event: { sourceEvent: {} } })
    const before = sheet()
    await go({ ...graphs.apples, inputs: { ...graphs.apples.inputs, apple: 120 } }, 3)
    expect(sheet()).toEqual(before)
  })

  test('stays on the current node when a group is opened on the way', async () => {
    const opened: GraphDocument = { expression: 'a = x * y; b = sigmoid(a); c = sigmoid(b); d = sigmoid(c); d * z', inputs: { x: 1, y: 2, z: 3 }, opened: [] }
    const { sees, go } = await canvas(opened, { width: 400, height: 250 })
    const { steps } = traceOf(opened)
    await go(opened, steps.length - 2)
    const more = { ...opened, opened: ['b', 'c', 'd'] }
    const { moment } = at(more, 3)
    await go(more, 3)
    expect(sees(layoutOf(more).nodes.get(moment.step!.node)!)).toBe(true)
    for (const document of [opened, more]) {
      const { steps: all } = traceOf(document)
      await go(document, all.length)
      expect(sees(layoutOf(document).nodes.get(all.at(-1)!.node)!)).toBe(true)
    }
  })
})

describe('the keyboard on the canvas', () => {
  test('scrolls to the node that it moves to', async () => {
    const { view, sees, sheet } = await canvas(graphs.network, { width: 700, height: 400 })
    for (let i = 0; i < 6; i++) await view.findAll('.controls button')[0]!.trigger('click')
    await byKeyboard(view)
    const zoom = sheet().zoom
    await press(view, 'ArrowRight')
    const [chosen] = view.emitted<[string]>('select')![0]!
    expect([chosen, sees(layoutOf(graphs.network).nodes.get(chosen)!), sheet().zoom]).toEqual(['X', true, zoom])
  })

  test('moves in four directions, and consumes the arrow keys, unless a modifier is held', async () => {
    const { view } = await canvas(graphs.apples, { selected: 'n1' })
    await byKeyboard(view)
    for (const held of [{ ctrlKey: true }, { metaKey: true }, { altKey: true }]) expect(await press(view, 'ArrowRight', held)).toEqual({ taken: false, heardAbove: true })
    expect(view.emitted('select')).toBeUndefined()
    for (const key of ['ArrowRight', 'ArrowLeft', 'ArrowDown', 'ArrowUp']) expect(await press(view, key)).toEqual({ taken: true, heardAbove: false })
    const [right, left, down, up] = view.emitted<[string]>('select')!.map(([id]) => id)
    const { nodes } = layoutOf(graphs.apples)
    const [here, to] = [middleOf(nodes.get('n1')!), (id: string) => middleOf(nodes.get(id)!)]
    expect([to(right!).x > here.x, to(left!).x < here.x, to(down!).y > here.y, up === 'n1' || to(up!).y < here.y]).toEqual([true, true, true, true])
  })

  test('ignores other keys, Enter without a selection, and keys pressed in a field', async () => {
    const { view } = await canvas(graphs.neuron)
    await byKeyboard(view)
    expect([await press(view, 'f'), await press(view, 'Enter')]).toEqual([{ taken: false, heardAbove: true }, { taken: false, heardAbove: true }])
    await press(view, 'ArrowRight', {}, view.get('button').element)
    expect([view.emitted('open'), view.emitted('select')]).toEqual([undefined, undefined])
  })

  test('leaves every key to the steps after a click, even where Tab had reached it, until it is reached by Tab again', async () => {
    const { view } = await canvas(graphs.apples, { selected: 'n1' })
    await byKeyboard(view, false)
    expect(await press(view, 'ArrowRight')).toEqual({ taken: false, heardAbove: true })
    await byKeyboard(view)
    await view.trigger('pointerdown')
    for (const key of ['ArrowRight', 'ArrowUp', 'Enter']) expect(await press(view, key)).toEqual({ taken: false, heardAbove: true })
    expect(view.emitted('select')).toBeUndefined()
    await byKeyboard(view)
    expect(await press(view, 'ArrowRight')).toEqual({ taken: true, heardAbove: false })
  })

  test('enters an input’s number, or a tensor’s first cell, with Enter; an operation without parts cannot be opened', async () => {
    const { view } = await canvas(graphs.apples, { selected: 'tax' })
    await byKeyboard(view)
    expect(await press(view, 'Enter')).toEqual({ taken: true, heardAbove: false })
    expect(document.activeElement).toBe(view.get('[data-node="tax"] input').element)
    await view.setProps({ selected: 'n1' })
    await press(view, 'Enter')
    expect(view.emitted('open')).toBeUndefined()
    const tensors = await canvas(graphs.affine, { selected: 'W' })
    await byKeyboard(tensors.view)
    await press(tensors.view, 'Enter')
    expect(document.activeElement).toBe(tensors.view.get('[data-node="W"] [data-cell="0"]').element)
  })

  test('scrolls to what Tab focuses; what is clicked is visible already', async () => {
    const { view, sees, sheet } = await canvas(graphs.apples)
    for (let i = 0; i < 7; i++) await view.findAll('.controls button')[0]!.trigger('click')
    const input = view.get('[data-node="tax"] input')
    const tax = layoutOf(graphs.apples).nodes.get('tax')!
    const before = sheet()
    ring(input.element, false)
    await input.trigger('focusin')
    expect([sheet(), sees(tax)]).toEqual([before, false])
    ring(input.element, true)
    await input.trigger('focusin')
    expect([sees(tax), sheet().zoom]).toEqual([true, before.zoom])
    const moved = sheet()
    const control = view.findAll('.controls button')[0]!
    ring(control.element, true)
    await control.trigger('focusin') // points to no node
    expect(sheet()).toEqual(moved)
  })
})

test('a cell under the pointer is described with its position, its value or its gradient; not where it is hidden, unknown, or outside of its tensor', async () => {
  const { view } = await canvas(graphs.affine)
  const reading = async ({ position = Infinity, hover = null, hidden = new Set() }: { position?: number, hover?: object | null, hidden?: ReadonlySet<string> }) => {
    await view.setProps({ ...at(graphs.affine, position), hover, hidden })
    return view.find('.reading').exists() ? view.get('.reading b').text() : null
  }
  const hover = { node: 'n1', cell: 4, of: 'value' }
  expect([await reading({ hover }), await reading({ hover: { ...hover, of: 'gradient' } }), await reading({ hover: { node: 'X', cell: 3, of: 'value' } })]).toEqual(['n1₂,₂ = 4.6', '∂n1₂,₂ = 1', 'X₂,₂ = 4'])
  expect(await reading({ hover, hidden: new Set(['value:n1']) })).toBeNull()
  expect(await reading({ hover, hidden: new Set(['gradient:n1', 'value:X']) })).not.toBeNull()
  expect(await reading({ hover, position: 0 })).toBeNull()
  expect(await reading({ hover: { ...hover, cell: 8 } })).not.toBeNull()
  expect(await reading({ hover: { ...hover, cell: 9 } })).toBeNull()
  expect(await reading({ hover: null })).toBeNull()
})

describe('a large graph from a distance', () => {
  const chain = longChain(160)
  const trace = traceOf(chain)

  test('has a clickable spot for every node at its centre, and no text', async () => {
    const { view } = await canvas(chain, { position: 5 })
    expect([view.classes().includes('far'), view.findAll('[data-node]').length, view.findAll('.label').length, view.findAll('.head').length]).toEqual([true, 0, 0, 0])
    const { nodes } = layoutOf(chain)
    const spots = view.findAll('.spot').map(spot => ['x', 'y', 'width', 'height', 'rx'].map(name => Number(spot.attributes(name))) as [number, number, number, number, number])
    expect(spots).toHaveLength(nodes.size)
    const middles = new Set([...nodes.values()].map(middleOf).map(({ x, y }) => `${x.toFixed(1)} ${y.toFixed(1)}`))
    for (const [x, y, width, height, round] of spots) {
      expect(middles.has(`${(x + width / 2).toFixed(1)} ${(y + height / 2).toFixed(1)}`)).toBe(true)
      expect([width >= 24, height >= 24, height <= 44, round]).toEqual([true, true, true, height / 2])
    }
    // the current node and known values are emphasized, and a spot can be clicked
    const { step } = momentAt(trace, 5)
    const drawn = view.findAll('.spot')
    expect(drawn.filter(spot => spot.classes().includes('lit')).map(spot => spot.classes().includes(step!.phase))).toEqual([true])
    expect(drawn.filter(spot => spot.classes().includes('known')).length).toBe(1 + 5) // x and five sums
    await drawn.find(spot => spot.classes().includes('lit'))!.trigger('click')
    expect(view.emitted('select')).toEqual([[step!.node]])
  })

  test('shows its nodes again when zoomed in, as many as are visible', async () => {
    const { view } = await canvas(chain)
    for (let i = 0; i < 25 && view.classes().includes('far'); i++) await view.findAll('.controls button')[0]!.trigger('click')
    await flushPromises()
    const { length } = view.findAll('[data-node]')
    expect([view.classes().includes('far'), view.findAll('.spot').length, length > 0, length < 100]).toEqual([false, 0, true, true])
  })
})

test('numbers in tensors are replaced by colours when zoomed out', async () => {
  const { view } = await canvas(graphs.network, { width: 1200, height: 700, position: Infinity })
  const inCells = () => view.findAll('[data-node="W1"] .cell').map(cell => cell.text())
  for (let i = 0; i < 12; i++) await view.findAll('.controls > button')[0]!.trigger('click')
  expect([view.classes().includes('small'), inCells()]).toEqual([false, ['0.1', '0.3', '0.5', '0.2', '0.4', '0.6']])
  for (let i = 0; i < 12; i++) await view.findAll('.controls > button')[1]!.trigger('click')
  expect([view.classes().includes('small'), inCells()]).toEqual([true, new Array(6).fill('')])
})

test('a click selects a node, a number or the result', async () => {
  const { view } = await canvas(graphs.apples)
  const constant = traceOf(graphs.apples).graph.nodes.find(({ kind }) => kind === 'constant')!.id
  for (const selector of ['[data-node="n1"] .body', '[data-node="apple"] .body', '.result .body', `[data-node="${constant}"] .body`]) await view.get(selector).trigger('click')
  expect(view.emitted('select')).toEqual([['n1'], ['apple'], ['n4'], [constant]])
})

describe('the output', () => {
  const away = (view: Awaited<ReturnType<typeof canvas>>['view']) => view.find('.away button')

  test('is named beside the tools with its number while it is out of sight, and a press goes there', async () => {
    const { view } = await canvas(graphs.network, { width: 700, height: 300, position: Infinity })
    expect(away(view).text()).toMatch(/^L = 0\.\d+$/)
    await away(view).trigger('click')
    await flushPromises()
    expect(away(view).exists()).toBe(false)
  })

  test('is not named before it is computed, where it is in sight, or where there is no room', async () => {
    for (const [document, options] of [
      [graphs.network, { width: 700, height: 300, position: 0 }], [graphs.apples, { width: 1200, height: 700, position: Infinity }], [graphs.network, { width: 400, height: 300, position: Infinity }],
    ] as const) {
      const { view } = await canvas(document, options)
      expect(away(view).exists()).toBe(false)
      view.unmount()
    }
  })

  test('that a question asks for is a question mark', async () => {
    const { view } = await canvas(graphs.network, { width: 700, height: 300, position: Infinity })
    await view.setProps({ hidden: new Set(['value:L']) })
    expect(away(view).text()).toBe('L = ?')
  })
})
