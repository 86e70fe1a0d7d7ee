import { type GraphDocument } from '@core'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { nextTick } from 'vue'
import CellPanel from '../../../../renderer/graph/panels/CellPanel.vue'
import CellPicture from '../../../../renderer/graph/panels/CellPicture.vue'
import { useCell } from '../../../../renderer/stores/graph/cell'
import { useGraph } from '../../../../renderer/stores/graph/graph'
import type { CellAddress } from '../../../../renderer/stores/graph/useSelection'
import { fakeMain, show } from '../../lab'

beforeEach(() => { fakeMain() })
afterEach(() => { vi.unstubAllGlobals(); document.body.replaceChildren() })

// W  0 1 2      x · W = [1·1 + 2·4, 1·(−7) + 2·0, 1·3 + 2·6] = [9, −7, 15]
//    3 4 5
const document_: GraphDocument = { expression: 'y = dot(x, W); L = sum(y)', inputs: { x: [1, 2], W: [[1, -7, 3], [4, 0, 6]] } }

/** A text with visible spaces, and without trailing zeros after a decimal point. */
const written = (part: { text: () => string }) => part.text().replace(/\s+/g, ' ').replace(/(\d)\.0+(?!\d)/g, '$1')

async function panel(cell: CellAddress | null, { document = document_, position = 'end', hidden = [] }: { document?: GraphDocument, position?: number | 'start' | 'forward' | 'end', hidden?: readonly string[] } = {}) {
  useGraph().show(document, { key: 'test', position, hidden: () => hidden })
  if (cell) useCell().go(cell)
  const view = await show(CellPanel)
  return {
    view,
    head: () => written(view.get('h3')),
    indices: () => view.findAll('.index input').map(field => [(field.element as HTMLInputElement).value, field.attributes('min'), field.attributes('max')]),
    /** Buttons to the cells that it was computed from, and to the cells computed from it */
    chips: () => view.findAll('.work .chip').map(chip => written(chip)),
    onward: () => view.findAll('.link').map(link => written(link)),
    at: () => useCell().at,
  }
}

describe('the panel of one cell', () => {
  test('explains how to choose one before one is chosen', async () => {
    const { view } = await panel(null)
    expect(view.text()).toContain('Click a cell in the graph, or choose a tensor')
    expect([view.find('.segmented').exists(), view.find('.picture').exists(), view.find('h3').exists(), (view.get('select').element as HTMLSelectElement).value]).toEqual([false, false, false, ''])
  })

  test('offers every known tensor, with its shape, but no typed number', async () => {
    const offered = async (position: 'start' | 'end') => {
      const { view } = await panel(null, { document: { ...document_, expression: 'y = dot(x, W); L = sum(y) * 2' }, position })
      const texts = view.findAll('option:not([disabled])').map(option => option.text())
      view.unmount()
      return texts
    }
    expect((await offered('start')).toSorted()).toEqual(['W (2, 3)', 'x (2)'])
    expect((await offered('end')).toSorted()).toEqual(['L', 'W (2, 3)', 'n1', 'x (2)', 'y (3)'])
  })

  test('moves to the chosen tensor: its largest number, and the side that was shown', async () => {
    const { view, at } = await panel(null)
    await view.get('select').setValue('W')
    expect(at()).toEqual({ node: 'W', cell: 1, of: 'value' })
    useCell().move({ of: 'gradient' })
    await view.get('select').setValue('y')
    expect([at()!.node, at()!.of, (view.get('select').element as HTMLSelectElement).value]).toEqual(['y', 'gradient', 'y'])
  })

  test('names the cell by row and column, and shows its number with all digits', async () => {
    const { head, view } = await panel({ node: 'W', cell: 5, of: 'value' }, { document: { ...document_, inputs: { x: [1, 2], W: [[1, -7, 3], [4, 0, -1 / 3]] } } })
    expect(head()).toBe('W₂,₃ = −0.333')
    expect(view.get('h3 output').attributes('title')).toBe('−0.3333333333333333')
    expect(view.get('h3 span').classes()).toEqual(['forward'])
  })

  test('of a gradient has its sign and its colour', async () => {
    const { head, view } = await panel({ node: 'W', cell: 4, of: 'gradient' })
    expect([head(), view.get('h3 span').classes()]).toEqual(['∂W₂,₂ = 2', ['backward']])
  })

  test('switches between value and gradient of the same cell', async () => {
    const { view, at } = await panel({ node: 'W', cell: 4, of: 'value' })
    const sides = view.findAll('.segmented label').map(label => label.text())
    expect(sides).toEqual(['Value', 'Gradient'])
    await view.findAll('.segmented input')[1]!.setValue()
    expect(at()).toEqual({ node: 'W', cell: 4, of: 'gradient' })
  })
})

test('a cell that the next graph does not have resets the panel', async () => {
  const { view } = await panel({ node: 'W', cell: 4, of: 'gradient' })
  useGraph().show({ expression: 'a * b', inputs: { a: 2, b: 3 } }, { key: 'test' })
  await nextTick()
  expect([view.text().includes('Click a cell in the graph'), view.find('h3').exists(), view.find('.picture').exists()]).toEqual([true, false, false])
  await view.get('select').setValue('a')
  expect(written(view.get('h3'))).toBe('a = 2')
})

describe('the position in the tensor', () => {
  test('is row and column of a matrix, from 1', async () => {
    const { indices } = await panel({ node: 'W', cell: 5, of: 'value' })
    expect(indices()).toEqual([['2', '1', '2'], ['3', '1', '3']])
  })

  test('is only the column in a row, and absent for a number', async () => {
    const row = await panel({ node: 'x', cell: 1, of: 'value' })
    expect(row.indices()).toEqual([['2', '1', '2']])
    row.view.unmount()
    const number = await panel({ node: 'L', cell: 0, of: 'value' })
    expect([number.indices(), number.view.find('.picture').exists(), number.head()]).toEqual([[], false, 'L = 17'])
  })

  test('of a row of one number is not shown', async () => {
    const { indices, view } = await panel({ node: 'x', cell: 0, of: 'value' }, { document: { expression: 'sum(x)', inputs: { x: [5] } } })
    expect([indices(), view.find('.picture').exists()]).toEqual([[], false])
  })

  test.each<[number, string, number]>([[0, '1', 2], [1, '1', 3], [0, '7', 5], [0, '-3', 2], [1, '9', 5], [1, '-1', 3], [0, '1.5', 5], [1, '', 5]])('field %i typed as "%s" leads to cell %i: within the tensor, and nowhere for a non-integer', async (field, typed, cell) => {
    const { view, at } = await panel({ node: 'W', cell: 5, of: 'gradient' })
    await view.findAll('.index input')[field]!.setValue(typed)
    expect(at()).toEqual({ node: 'W', cell, of: 'gradient' })
  })

  test('is chosen in the picture as well', async () => {
    const { view, at } = await panel({ node: 'W', cell: 5, of: 'value' })
    expect(view.getComponent(CellPicture).props()).toMatchObject({ cell: 5, name: 'W₂,₃', value: { shape: [2, 3] } })
    view.getComponent(CellPicture).vm.$emit('choose', 2)
    await nextTick()
    expect([at()!.cell, useCell().way.length]).toEqual([2, 0])
  })
})

describe('the sources of the number', () => {
  test('are its products', async () => {
    const { view } = await panel({ node: 'y', cell: 2, of: 'value' })
    expect(view.findAll('.factors').map(term => written(term))).toEqual(['x₁ 1×W₁,₃ 3', 'x₂ 2×W₂,₃ 6'])
    expect([view.find('.terms.value').exists(), written(view.findAll('.terms output').at(-1)!)]).toEqual([true, '= 15'])
  })

  test('of a gradient are upstream times the other factor', async () => {
    const { view } = await panel({ node: 'W', cell: 3, of: 'gradient' })
    expect(view.findAll('.factors').map(term => written(term))).toEqual(['x₂ 2×∂y₁ 1'])
    expect(view.find('.terms.gradient').exists()).toBe(true)
  })

  test('of an input do not exist: it is given', async () => {
    const { view, chips } = await panel({ node: 'W', cell: 0, of: 'value' })
    expect([view.get('.work').text().includes('A given number'), chips()]).toEqual([true, []])
  })

  test('of a function are the cells that it was computed from, at most six of each argument', async () => {
    const few = await panel({ node: 'e', cell: 1, of: 'value' }, { document: { expression: 'e = exp(x); sum(e)', inputs: { x: [0, 0] } } })
    expect([few.view.get('.work').text().includes('One function of the cells before it'), few.chips()]).toEqual([true, ['x₂ 0']])
    few.view.unmount()
    const many = await panel({ node: 's', cell: 0, of: 'value' }, { document: { expression: 's = softmax(x); sum(s)', inputs: { x: [0, 1, 2, 3, 4, 5, 6, 7] } } })
    expect(many.chips()).toEqual(['x₁ 0', 'x₂ 1', 'x₃ 2', 'x₄ 3', 'x₅ 4', 'x₆ 5'])
  })

  test('of products list no further cells beside them', async () => {
    const { view } = await panel({ node: 'y', cell: 2, of: 'value' })
    expect(view.findAll('.onward:has(.chip)')).toHaveLength(0)
  })

  test.each<[string, number | undefined, string]>([['L', undefined, 'The backward pass starts here, with 1.'], ['L', 2, 'with what arrives from upstream']])('of the output’s gradient %s, upstream %s: %s', async (node, upstream, text) => {
    const { view } = await panel({ node, cell: 0, of: 'gradient' }, { document: { ...document_, ...upstream === undefined ? {} : { upstream } } })
    expect(view.get('.work').text()).toContain(text)
  })

  test('of an output of many numbers with different upstream gradients are what arrives', async () => {
    const { view } = await panel({ node: 'y', cell: 0, of: 'gradient' }, { document: { expression: 'y = x * 2', inputs: { x: [1, 2] }, upstream: [1, 3] } })
    expect(view.get('.work').text()).toContain('with what arrives from upstream')
  })

  test('are not known before the node has had its turn', async () => {
    const { view, head } = await panel({ node: 'y', cell: 1, of: 'value' }, { position: 'start' })
    expect([head(), view.get('.work').text().includes('Not computed yet'), view.find('.picture').exists()]).toEqual(['y₂', true, false])
  })

  test('are the value’s when the gradient is not known yet', async () => {
    const { view } = await panel({ node: 'y', cell: 1, of: 'value' }, { position: 'forward' })
    expect(view.findAll('.factors')).toHaveLength(2)
    useCell().move({ of: 'gradient' })
    await nextTick()
    expect([view.findAll('.factors').length, view.text().includes('Not computed yet')]).toEqual([0, true])
  })
})

describe('the destinations of the number', () => {
  // Cause: the space before “and” was removed at the edge of its template.
  test('are the first cell of each reader, with their count', async () => {
    const { onward } = await panel({ node: 'x', cell: 1, of: 'value' })
    expect(onward()).toEqual(['y₁ and 2 more'])
  })

  test('are one cell when there is only one', async () => {
    const { onward, at, view } = await panel({ node: 'W', cell: 4, of: 'gradient' })
    expect(onward()).toEqual(['y₂'])
    await view.get('.link').trigger('click')
    expect([at(), useCell().way.map(({ node }) => node)]).toEqual([{ node: 'y', cell: 1, of: 'gradient' }, ['W']])
    expect(view.get('.back').attributes('disabled')).toBeUndefined()
    await view.get('.back').trigger('click')
    expect(at()).toEqual({ node: 'W', cell: 4, of: 'gradient' })
    expect(view.get('.back').attributes('disabled')).toBeDefined()
  })

  test('do not exist for the output, nor when nothing is computed yet', async () => {
    const end = await panel({ node: 'L', cell: 0, of: 'value' })
    expect(end.onward()).toEqual([])
    end.view.unmount()
    const start = await panel({ node: 'x', cell: 0, of: 'value' }, { position: 'start' })
    expect(start.onward()).toEqual([])
  })
})

describe('a hidden number', () => {
  test('of the number hides it, and says that it is asked for', async () => {
    const { view, head } = await panel({ node: 'y', cell: 2, of: 'value' }, { hidden: ['value:y'] })
    expect([head(), view.text().includes('Covered until you have answered the question.'), view.find('.picture').exists(), view.findAll('.factors').length]).toEqual(['y₃', true, false, 0])
    useCell().move({ of: 'gradient' }) // which was not asked for
    await nextTick()
    expect(head()).toBe('∂y₃ = 1')
  })

  test.each<[CellAddress, string]>([[{ node: 'y', cell: 2, of: 'value' }, 'value:W'], [{ node: 'W', cell: 3, of: 'gradient' }, 'value:x'], [{ node: 'W', cell: 3, of: 'gradient' }, 'gradient:y']])('of a factor in %j hides the working: %s', async (cell, hidden) => {
    const { view } = await panel(cell, { hidden: [hidden] })
    expect([view.findAll('.factors').length, view.get('.work').text().includes('An open question is about this'), view.find('h3 output').exists()]).toEqual([0, true, true])
  })

  test('of the other side of a factor hides nothing', async () => {
    const { view } = await panel({ node: 'y', cell: 2, of: 'value' }, { hidden: ['gradient:W', 'gradient:x', 'gradient:y'] })
    expect(view.findAll('.factors')).toHaveLength(2)
  })

  test('of one argument hides the rule for the other', async () => {
    const { view } = await panel({ node: 'W', cell: 3, of: 'gradient' }, { hidden: ['gradient:x'] })
    expect([view.findAll('.factors').length, view.get('.work').text().includes('An open question is about this')]).toEqual([0, true])
  })

  test('of a value hides the slope that is computed from it', async () => {
    const document: GraphDocument = { expression: 'e = exp(x)', inputs: { x: 0 } }
    const shown = await panel({ node: 'x', cell: 0, of: 'gradient' }, { document })
    expect(shown.view.findAll('.factors')).toHaveLength(1)
    shown.view.unmount()
    const hidden = await panel({ node: 'x', cell: 0, of: 'gradient' }, { document, hidden: ['value:e'] })
    expect(hidden.view.findAll('.factors')).toHaveLength(0)
  })

  test('of an argument omits it among the cells that a function was computed from', async () => {
    const { chips } = await panel({ node: 'm', cell: 0, of: 'value' }, { document: { expression: 'm = max(a, b)', inputs: { a: 3, b: 4 } }, hidden: ['value:a'] })
    expect(chips()).toEqual(['b 4'])
  })
})

describe('an undefined gradient', () => {
  const document: GraphDocument = { expression: 'sum(sqrt(x))', inputs: { x: [0, 4] } }
  test('is reported only at its own cell, and never for a value', async () => {
    const { view } = await panel({ node: 'x', cell: 0, of: 'gradient' }, { document })
    expect(view.get('.missing').text()).toBe('No gradient reaches this number: sqrt(x) can send none.')
    useCell().move({ of: 'value' })
    await nextTick()
    expect(view.find('.missing').exists()).toBe(false)
  })

  test('is not reported before the backward pass has reached it', async () => {
    const { view } = await panel({ node: 'x', cell: 0, of: 'gradient' }, { document, position: 'forward' })
    expect(view.find('.missing').exists()).toBe(false)
  })
})

describe('a chip', () => {
  test('leads to its cell; the slope of a function leads nowhere', async () => {
    const { view, at } = await panel({ node: 'x', cell: 1, of: 'gradient' }, { document: { expression: 'e = exp(x); sum(e)', inputs: { x: [0, 0] } } })
    const chips = view.findAll('.factors .chip')
    expect(chips.map(chip => [written(chip), chip.element.tagName, chip.attributes('type')])).toEqual([['∂e₂ 1', 'BUTTON', 'button'], ['slope of e₂ 1', 'SPAN', undefined]])
    expect(chips.map(chip => ['forward', 'backward', 'still'].filter(name => chip.classes().includes(name)))).toEqual([['backward'], ['backward', 'still']])
    await chips[1]!.trigger('click')
    expect(at()).toEqual({ node: 'x', cell: 1, of: 'gradient' })
    await chips[0]!.trigger('click')
    expect(at()).toEqual({ node: 'e', cell: 1, of: 'gradient' })
  })

  test('of a value has its colour and all its digits', async () => {
    const { view } = await panel({ node: 'y', cell: 0, of: 'value' }, { document: { ...document_, inputs: { x: [1 / 3, 2], W: [[1, 1, 1], [1, 1, 1]] } } })
    const [chip] = view.findAll('.factors .chip')
    expect([chip!.attributes('title'), chip!.classes().includes('forward'), chip!.classes().includes('backward')]).toEqual(['0.3333333333333333', true, false])
  })
})
