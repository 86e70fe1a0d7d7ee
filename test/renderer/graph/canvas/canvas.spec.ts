import { type GraphDocument, momentAt, traceOf } from '@core'
import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import GraphCanvas from '../../../../renderer/graph/canvas/GraphCanvas.vue'
import { fakeMain, show, toPlayground } from '../../lab'
import { graphs, longChain } from '../graphs'

beforeEach(() => {
  fakeMain()
  toPlayground()
  vi.spyOn(console, 'warn').mockImplementation(() => undefined) // Vue Flow needs sizes and style sheets, which are missing here
  vi.stubGlobal('DOMMatrixReadOnly', class { m22 = 1 })
})
afterEach(() => { vi.unstubAllGlobals(); vi.restoreAllMocks(); document.body.replaceChildren() })

interface Options { readonly position?: number, readonly hidden?: readonly string[], readonly hover?: object | null, readonly selected?: string | null }
const propsOf = (document: GraphDocument, { position = Infinity, hidden = [], hover = null, selected = null }: Options = {}) => {
  const trace = traceOf(document)
  return { trace, moment: momentAt(trace, position), hidden: new Set(hidden), hover, selected }
}
async function canvas(document: GraphDocument, options: Options = {}) {
  const view = await show(GraphCanvas, propsOf(document, options))
  await flushPromises()
  return view
}
const node = (view: VueWrapper, id: string) => view.get(`[data-node="${id}"]`)
const chips = (view: VueWrapper) => view.findAll('.chip').map(chip => chip.text())

describe('the canvas', () => {
  test('shows every value and gradient on its edge', async () => {
    const view = await canvas(graphs.apples)
    expect(chips(view)).toEqual(expect.arrayContaining(['100', '2.2', '715', '1', '650', '110', '3.3', '165']))
    expect(view.findAll('.back')).toHaveLength(9)
  })

  test('shows no more than is known', async () => {
    const view = await canvas(graphs.apples, { position: 0 })
    expect(chips(view).sort()).toEqual(['1.1', '100', '150', '2', '3'])
    expect(view.findAll('.back')).toHaveLength(0)
    await view.setProps(propsOf(graphs.apples, { position: 1 }))
    expect(chips(view)).toContain('200')
  })

  test('shows all digits in the title', async () => {
    const view = await canvas(graphs.apples)
    expect(view.findAll('.chip').map(chip => chip.attributes('title'))).toContain('715.0000000000001')
  })

  test('dims everything except the current node and its own edges', async () => {
    const view = await canvas(graphs.apples, { position: 1 })
    expect(view.classes()).toContain('dimmed')
    expect(node(view, 'n1').classes()).toEqual(expect.arrayContaining(['lit', 'forward']))
    expect(view.findAll('.lines .lit')).toHaveLength(3)
    await view.setProps(propsOf(graphs.apples))
    expect(view.classes()).not.toContain('dimmed')
  })

  test('hides what a question asks for', async () => {
    const view = await canvas(graphs.apples, { hidden: ['gradient:apple'] })
    expect(chips(view).filter(text => text === '?')).toHaveLength(1)
    expect(chips(view)).not.toContain('2.2')
  })

  test('is described in words, as far as it is known', async () => {
    const view = await canvas(graphs.apples, { position: 1, hidden: ['value:count'] })
    const words = view.get('.visually-hidden').text()
    expect(words).toContain('9 nodes. Step 1 of 9.')
    expect(words).toContain('n1 = × of apple, count: value 200, gradient not known yet')
    expect(words).toContain('count: value ?')
  })
})

describe('an input', () => {
  const field = async (document: GraphDocument, id: string) => {
    const view = await canvas(document)
    return { view, input: node(view, id).get('input') }
  }

  test('is committed by Enter, and restored by Escape', async () => {
    const { view, input } = await field(graphs.apples, 'apple')
    await input.trigger('focus')
    await input.setValue('120')
    expect(view.emitted('set-input')).toBeUndefined()
    await input.trigger('keydown', { key: 'Enter' })
    expect(view.emitted('set-input')).toEqual([['apple', 120]])
  })

  test('with invalid text is marked, and keeps its value', async () => {
    const { view, input } = await field(graphs.apples, 'apple')
    await input.trigger('focus')
    await input.setValue('many')
    await input.trigger('keydown', { key: 'Enter' })
    expect(input.attributes('aria-invalid')).toBe('true')
    expect(view.emitted('set-input')).toBeUndefined()
  })

  test('changes up and down by its last digit', async () => {
    const { view, input } = await field(graphs.apples, 'tax')
    await input.trigger('focus')
    await input.trigger('keydown', { key: 'ArrowUp' })
    await input.trigger('keydown', { key: 'ArrowDown', shiftKey: true })
    expect(view.emitted('set-input')).toEqual([['tax', 1.2], ['tax', 1.19]])
  })

  test('of a tensor is edited cell by cell', async () => {
    const view = await canvas(graphs.affine)
    const cells = node(view, 'W')
    await cells.get('[data-cell="4"]').trigger('focus')
    await cells.get('.grid').trigger('keydown', { key: 'Enter' })
    const input = cells.get('input')
    await input.trigger('focus')
    await input.setValue('9')
    await input.trigger('keydown', { key: 'Enter' })
    expect(view.emitted('set-input')).toEqual([['W', [[0.1, 0.2, 0.3], [0.4, 9, 0.6]]]])
  })

  test('that learns shows its number before and after', async () => {
    const view = await canvas({ expression: 'w * x', inputs: { w: 2, x: 3 }, parameters: ['w'], learningRate: 0.1 })
    expect(node(view, 'w').text()).toContain('2 → 1.7')
  })
})

describe('a cell', () => {
  test('under the pointer is reported, and so is leaving it', async () => {
    const view = await canvas(graphs.affine)
    await view.get('.label .grid.value [data-cell="4"]').trigger('pointerover')
    await view.get('.label .grid.value').trigger('pointerleave')
    expect(view.emitted('hover')).toEqual([[{ node: 'n1', cell: 4, of: 'value' }], [null]])
  })

  test('highlights its sources across the canvas, and is described with all its digits', async () => {
    const view = await canvas(graphs.affine, { hover: { node: 'n1', cell: 4, of: 'value' } })
    expect(node(view, 'X').findAll('.sources').map(cell => cell.attributes('data-cell'))).toEqual(['2', '3'])
    expect(node(view, 'W').findAll('.sources').map(cell => cell.attributes('data-cell'))).toEqual(['1', '4'])
    expect(view.get('.reading').text()).toContain('n1₂,₂ = 4.6')
  })

  test('that is hidden is not described', async () => {
    const view = await canvas(graphs.affine, { hover: { node: 'n1', cell: 4, of: 'value' }, hidden: ['value:n1'] })
    expect(view.find('.reading').exists()).toBe(false)
  })
})

describe('groups', () => {
  test('emit a request to be opened', async () => {
    const view = await canvas(graphs.neuron)
    await view.get('[aria-label="Open sigmoid into its parts"]').trigger('click')
    expect(view.emitted('open')).toEqual([['n3']])
  })

  test('that are open have a frame, and emit a request to be closed', async () => {
    const view = await canvas(graphs.openedSigmoid)
    expect(view.get('.frame').text()).toBe('sigmoid')
    await view.get('[aria-label="Close sigmoid into one node"]').trigger('click')
    expect(view.emitted('close')).toEqual([['n3']])
  })
})

test('an error is shown at its node', async () => {
  const view = await canvas({ expression: 'log(x - 5) * y', inputs: { x: 3, y: 2 } })
  expect(node(view, 'n2').get('[role=alert]').text()).toContain('log')
  expect(view.findAll('.failed')).toHaveLength(1)
})

describe('by keyboard', () => {
  test('the focus moves along the edges', async () => {
    const view = await canvas(graphs.apples)
    view.element.matches = (selector: string) => selector === ':focus-visible'
    await view.trigger('focus')
    await view.trigger('keydown', { key: 'ArrowRight' })
    expect(view.emitted('select')).toEqual([['apple']])
    await view.setProps({ selected: 'apple' })
    await view.trigger('keydown', { key: 'ArrowRight' })
    await view.setProps({ selected: 'n1' })
    await view.trigger('keydown', { key: 'ArrowLeft' })
    expect(view.emitted('select')!.slice(1)).toEqual([['n1'], ['apple']])
  })

  test('Enter opens a group', async () => {
    const view = await canvas(graphs.neuron, { selected: 'n3' })
    view.element.matches = (selector: string) => selector === ':focus-visible'
    await view.trigger('focus')
    await view.trigger('keydown', { key: 'Enter' })
    expect(view.emitted('open')).toEqual([['n3']])
  })

  test('a user who only clicked keeps the arrow keys for stepping', async () => {
    const view = await canvas(graphs.apples)
    view.element.matches = () => false
    await view.trigger('focus')
    await view.trigger('keydown', { key: 'ArrowRight' })
    expect(view.emitted('select')).toBeUndefined()
  })

  test('the inputs come first, in the expression’s order', async () => {
    const view = await canvas(graphs.sharedInputs)
    const names = view.findAll('input').map(input => input.attributes('aria-label'))
    expect(names).toEqual(['a', 'b', 'c'])
  })
})

describe('only changes are redrawn', () => {
  async function changedBy(view: VueWrapper, props: object): Promise<number> {
    const seen = new Set<Node>()
    const observer = new MutationObserver(list => list.forEach(({ target }) => seen.add(target)))
    observer.observe(view.get('.vue-flow').element, { subtree: true, attributes: true, childList: true, characterData: true })
    await view.setProps(props)
    await flushPromises()
    observer.takeRecords().forEach(({ target }) => seen.add(target))
    observer.disconnect()
    return seen.size
  }
  const chain = longChain(60) // 61 nodes and 120 edges

  test('by a step', async () => {
    const view = await canvas(chain, { position: 10 })
    const { trace } = propsOf(chain)
    await view.setProps({ trace, moment: momentAt(trace, 10) })
    const count = await changedBy(view, { moment: momentAt(trace, 11) })
    expect(count).toBeGreaterThan(0)
    expect(count).toBeLessThan(30) // two nodes, their six edges and the attached labels
  })

  test('by a new run with the same numbers: nothing', async () => {
    const view = await canvas(chain, { position: 10 })
    expect(await changedBy(view, propsOf(chain, { position: 10 }))).toBe(0)
  })
})
