import { type GraphDocument, momentAt, traceOf } from '@core'
import { mount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { computed, nextTick, shallowRef } from 'vue'
import { numbersFor } from '../../../../renderer/lib/useNumbers'
import { arrange } from '../../../../renderer/graph/layout/arrange'
import EdgeLabel from '../../../../renderer/graph/canvas/EdgeLabel.vue'
import GraphSummary from '../../../../renderer/graph/canvas/GraphSummary.vue'
import { edgeState, type GraphState, nodeState } from '../../../../renderer/graph/layout/display-state'
import NodeInput from '../../../../renderer/graph/canvas/NodeInput.vue'
import { i18n } from '../../../../renderer/lib/i18n'
import { fakeMain } from '../../lab'
import { graphs, longChain } from '../graphs'
import { showPart } from '../view'

beforeEach(() => { fakeMain() })
afterEach(() => { vi.unstubAllGlobals(); document.body.replaceChildren() })

const shotOf = (document: GraphDocument, position = Infinity, hidden: readonly string[] = []): GraphState => {
  const trace = traceOf(document)
  return { trace, moment: momentAt(trace, position), hidden: new Set(hidden) }
}

describe('the description of the picture', () => {
  const description = (state: GraphState) => {
    const view = mount(GraphSummary, { props: { graphState: state }, global: { plugins: [i18n] } })
    return { all: view.get('p').text(), lines: view.findAll('li').map(line => line.text()) }
  }

  test('lists every node of a small graph, with the arguments of each operation', () => {
    const { all, lines } = description(shotOf(graphs.apples))
    expect([all, lines.length]).toEqual(['9 nodes. Step 9 of 9.', 9])
    expect(lines).toEqual(expect.arrayContaining(['apple: value 100, gradient 2.2', 'n3 = + of n1, n2: value 650, gradient 1.1']))
  })

  test('says what is not known yet, what is hidden, what is undefined, and the shape of a tensor', () => {
    const early = description(shotOf(graphs.apples, 1, ['value:apple', 'gradient:n1'])).lines
    expect(early).toEqual(expect.arrayContaining(['apple: value ?, gradient not known yet', 'n1 = × of apple, count: value 200, gradient not known yet', 'n3 = + of n1, n2: value not known yet, gradient not known yet']))
    expect(description(shotOf(graphs.apples, Infinity, ['gradient:n1'])).lines).toContain('n1 = × of apple, count: value 200, gradient ?')
    expect(description(shotOf({ expression: 'sqrt(x) + y', inputs: { x: 0, y: 1 } })).lines).toContain('x: value 0, gradient none')
    expect(description(shotOf(graphs.affine)).lines).toContain('n1 = Affine of X, W, B: value (3, 3), gradient (3, 3)')
  })

  test('of a large graph contains only the current node and the result', () => {
    const [large, small] = [longChain(61), longChain(60)]
    expect(traceOf(large).graph.nodes.length).toBe(61)
    expect(description(shotOf(small)).lines).toHaveLength(60)
    const shot = shotOf(large, 5)
    expect(description(shot).lines.map(line => line.split(' ')[0])).toEqual([shot.moment.step!.node, shot.trace.graph.output])
    expect(description(shotOf(large, 0)).lines).toHaveLength(1)
  })
})

/** The label of an edge, as on the canvas. */
function label(document: GraphDocument, from: string, { position = Infinity, hidden = [] as readonly string[] } = {}) {
  const shot = shotOf(document, position, hidden)
  const { layout, shapes } = arrange(shot.trace, { numbers: numbersFor('en'), output: 'output' })
  const edge = layout.edges.find(each => each.from === from)!
  return { edge, ...showPart(EdgeLabel, { edge }, { trace: shallowRef(shot.trace), shapeOf: id => shapes.get(id) ?? [], edge: each => shallowRef(edgeState(shot, each)) }) }
}

describe('the label of an edge', () => {
  test('has its value above the edge and its gradient below, with all digits in the title', () => {
    const { part, edge } = label({ expression: 'x / 3 * y', inputs: { x: 1, y: 2 } }, 'n1')
    const [value, gradient] = [part.get<HTMLElement>('.chip.value'), part.get<HTMLElement>('.chip.gradient')]
    expect([value.text(), value.attributes('title'), gradient.text(), gradient.attributes('title')]).toEqual(['0.3333', '0.3333333333333333', '2', '2'])
    const bottomOfValue = edge.label.height - Number.parseFloat(value.element.style.bottom)
    const topOfGradient = Number.parseFloat(gradient.element.style.top)
    // above the edge with a gap; below the line of the gradient, which is 6 px further down and 3.5 wide
    expect([edge.label.above - bottomOfValue >= 2, edge.label.above - bottomOfValue <= 6, topOfGradient - edge.label.above >= 6 + 2 + 1, topOfGradient - edge.label.above <= 6 + 6]).toEqual([true, true, true, true])
    const { transform, width, height } = (part.element as HTMLElement).style
    expect([transform, width, height]).toEqual([`translate(${edge.label.x}px, ${edge.label.y}px)`, `${edge.label.width}px`, `${edge.label.height}px`])
  })

  test('that is hidden has no number in its title', () => {
    const { part } = label(graphs.apples, 'n1', { hidden: ['value:n1', 'gradient:n1'] })
    expect(part.findAll('.chip').map(chip => [chip.text(), chip.attributes('title'), chip.classes().includes('hidden')])).toEqual([['?', undefined, true], ['?', undefined, true]])
  })

  test('reports the pointed value or gradient', async () => {
    const { part, hovered } = label(graphs.apples, 'n1')
    for (const kind of ['value', 'gradient']) {
      await part.get(`.chip.${kind}`).trigger('pointerenter')
      await part.get(`.chip.${kind}`).trigger('pointerleave')
    }
    expect(hovered).toEqual([{ node: 'n1', cell: 0, of: 'value' }, null, { node: 'n1', cell: 0, of: 'gradient' }, null])
  })

  test.each(['self', 'sources', 'feeds'] as const)('highlights as %s, its own kind only', async (kind) => {
    const { part, highlights } = label(graphs.apples, 'n1')
    const none = { self: new Set<number>(), sources: new Set<number>(), feeds: new Set<number>() }
    highlights.value = new Map([['n1', { of: 'gradient' as const, ...none, [kind]: new Set([0]) }], ['n2', { of: 'value' as const, ...none, self: new Set([0]) }]])
    await nextTick()
    const lit = (of: string) => ['self', 'sources', 'feeds'].filter(name => part.get(`.chip.${of}`).classes().includes(name))
    expect([lit('gradient'), lit('value')]).toEqual([[kind], []])
  })

  test('of a tensor has its shape and its cells; a given one shows its cells in its own node', () => {
    const made = label(graphs.affine, 'n1').part
    expect([made.get('.shape').text(), made.findAll('.grid').map(grid => grid.classes()[1])]).toEqual(['(3, 3)', ['value', 'gradient']])
    const given = label(graphs.affine, 'X').part
    expect([given.get('.shape').text(), given.findAll('.grid').map(grid => grid.classes()[1])]).toEqual(['(3, 2)', ['gradient']])
    expect(label(graphs.affine, 'n1', { hidden: ['value:n1'] }).part.get('.shape').text()).toBe('(?)')
    expect(label(graphs.affine, 'n1', { position: 0 }).part.text()).toBe('')
  })
})

/** An input of the graph, as on the canvas. */
function input(document: GraphDocument, id: string, { position = Infinity, hidden = [] as readonly string[] } = {}) {
  const shot = shotOf(document, position, hidden)
  const { sizes, shapes } = arrange(shot.trace, { numbers: numbersFor('en'), output: 'output' })
  const set: unknown[] = []
  return { sizes, set, ...showPart(NodeInput, { id }, {
    trace: shallowRef(shot.trace), selected: computed(() => id), sizeOf: sizes.node, shapeOf: id => shapes.get(id) ?? [], node: id => shallowRef(nodeState(shot, id)), setInput: (...all) => { set.push(all) }, select: () => undefined,
  }) }
}

describe('an input on the canvas', () => {
  const learner: GraphDocument = { expression: 'w * x + w', inputs: { w: 1 / 3, x: 3 }, parameters: ['w'], learningRate: 0.1 }

  test('is as wide as its area, and shows its updated number, with all digits in the title', () => {
    const { part, sizes } = input(learner, 'w')
    expect((part.get('.body').element as HTMLElement).style.width).toBe(`${sizes.node('w').shapeWidth}px`)
    expect([part.get('.new').text(), Number(part.get('.new').attributes('title')!.replace('−', '-'))]).toEqual(['0.3333 → −0.06667', expect.closeTo(1 / 3 - 0.4, 12)])
    expect([part.get('.sum').text(), part.get('.sum').attributes('title')]).toEqual(['1 + 3 = 4', '4'])
    expect(input(learner, 'w', { position: 4 }).part.find('.sum[title]').exists()).toBe(false) // incomplete so far
  })

  // The text says "Drag x", and dragging the name moved the sheet.
  test('is dragged by its name as by its number, unless it is covered', () => {
    const drag = (hidden: readonly string[]) => {
      const { part, set } = input({ expression: 'x * x', inputs: { x: 3 } }, 'x', { hidden })
      const pill = part.get('.pill')
      Object.assign(pill.element, { setPointerCapture: () => undefined })
      const move = (type: string, clientX: number, from: Element) => { from.dispatchEvent(new PointerEvent(type, { clientX, button: 0, bubbles: true, cancelable: true })) }
      move('pointerdown', 100, part.get('.name').element)
      move('pointermove', 124, pill.element)
      move('pointerup', 124, pill.element)
      return [set, pill.classes().includes('nopan')]
    }
    expect(drag([])).toEqual([[['x', 5]], true])
    expect(drag(['value:x'])).toEqual([[], true])
  })

  test('does not reveal what is hidden', () => {
    const { part } = input(learner, 'w', { hidden: ['updated:w', 'gradient:w', 'value:w'] })
    expect([part.get('.new').attributes('title'), part.get('.sum').attributes('title'), part.find('input').exists(), part.get('.pill .covered').text()]).toEqual([undefined, undefined, false, '?'])
    expect(part.get('.new').text()).toBe('0.3333 → ?')
    const tensor = input(graphs.affine, 'X', { hidden: ['value:X'] }).part
    expect([tensor.get('small').text(), input(graphs.affine, 'X').part.get('small').text()]).toEqual(['(?)', '(3, 2)'])
  })

  test('has no gradient below before it has arrived', () => {
    expect(input(learner, 'w', { position: 0 }).part.find('.under').exists()).toBe(false)
    expect(input(graphs.apples, 'apple').part.find('.under').exists()).toBe(false)
  })

  test('of a tensor shows its updated cells below, none of which can be edited', () => {
    const { part } = input(graphs.learningNetwork, 'W1')
    expect(part.findAll('.grid').map(grid => [grid.classes()[1], grid.classes().includes('editable')])).toEqual([['value', true], ['updated', false]])
    expect(input(graphs.learningNetwork, 'X').part.findAll('.grid')).toHaveLength(1)
  })

  test('sets a single number, and a cell in its tensor', async () => {
    const one = input(graphs.apples, 'apple')
    await one.part.get('input').trigger('focus')
    await one.part.get('input').trigger('keydown', { key: 'ArrowUp' })
    expect(one.set).toEqual([['apple', 101]])
    const tensor = input({ expression: 'sum(T)', inputs: { T: [[1, 2], [3, 4]] } }, 'T')
    await tensor.part.get('[data-cell="2"]').trigger('focus')
    await tensor.part.get('.grid').trigger('keydown', { key: 'Enter' })
    await tensor.part.get('input').setValue('9')
    await tensor.part.get('input').trigger('keydown', { key: 'Enter' })
    expect(tensor.set).toEqual([['T', [[1, 2], [9, 4]]]])
  })
})
