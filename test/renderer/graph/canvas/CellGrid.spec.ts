import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { nextTick } from 'vue'
import { colourScale } from '../../../../renderer/components/charts/colour-scale'
import CellGrid from '../../../../renderer/graph/canvas/CellGrid.vue'
import { fakeMain } from '../../lab'
import { pointerOn, showPart } from '../view'

beforeEach(() => { fakeMain() })
afterEach(() => { vi.unstubAllGlobals(); document.body.replaceChildren() })

// 0 1 2
// 3 4 5
const displayed = { shape: [2, 3], data: [10, -20, 30, -40, 50, 0.25] }
function grid(props: object = {}) {
  const tensor = showPart(CellGrid, { node: 'X', of: 'value', displayed, shape: [2, 3], editable: true, ...props })
  const { part } = tensor
  const cell = (n: number) => part.get<HTMLElement>(`[data-cell="${n}"]`)
  const press = (key: string, options: object = {}) => {
    const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...options })
    const heard = vi.fn()
    document.body.addEventListener('keydown', heard, { once: true })
    part.element.dispatchEvent(event)
    document.body.removeEventListener('keydown', heard)
    return { taken: event.defaultPrevented, heardAbove: heard.mock.calls.length > 0 }
  }
  const focused = async () => { await nextTick(); return Number((document.activeElement as HTMLElement).dataset['cell'] ?? -1) }
  const style = (element: Element) => (element as HTMLElement).style
  return { ...tensor, cell, press, focused, style, field: () => part.find('input') }
}
const px = (text: string) => { expect(text).toMatch(/^-?[\d.]+px$/); return Number.parseFloat(text) }

describe('the keyboard in a tensor', () => {
  test.each([
    ['ArrowRight', 0, 1], ['ArrowRight', 2, 3], ['ArrowRight', 5, 5], ['ArrowLeft', 4, 3], ['ArrowLeft', 1, 0], ['ArrowLeft', 0, 0],
    ['ArrowDown', 0, 3], ['ArrowDown', 1, 4], ['ArrowDown', 4, 4], ['ArrowUp', 5, 2], ['ArrowUp', 3, 0], ['ArrowUp', 1, 1],
  ])('%s moves from cell %i to %i, and stays within the tensor', async (key, from, to) => {
    const { cell, press, focused } = grid()
    await cell(from).trigger('focus')
    expect(press(key)).toEqual({ taken: true, heardAbove: false }) // otherwise the run would step as well
    expect(await focused()).toBe(to)
    expect([0, 1, 2, 3, 4, 5].map(n => cell(n).attributes('tabindex'))).toEqual([0, 1, 2, 3, 4, 5].map(n => n === to ? '0' : '-1'))
  })

  test('starts at the first cell, the only one that Tab reaches', () => {
    const { part } = grid()
    expect(part.findAll('[tabindex="0"]').map(found => found.attributes('data-cell'))).toEqual(['0'])
  })

  test.each([{ ctrlKey: true }, { metaKey: true }, { altKey: true }])('ignores keys with %j', async (held) => {
    const { press, focused, cell, field } = grid()
    cell(0).element.focus()
    expect([press('ArrowRight', held), press('Enter', held)]).toEqual([{ taken: false, heardAbove: true }, { taken: false, heardAbove: true }])
    expect([await focused(), field().exists()]).toEqual([0, false])
  })

  test('ignores other keys', () => {
    const { press } = grid()
    expect([press('f'), press('Escape')]).toEqual([{ taken: false, heardAbove: true }, { taken: false, heardAbove: true }])
  })

  test.each(['Enter', 'F2'])('%s starts typing over the cell, in place', async (key) => {
    const { press, cell, field, part, style } = grid()
    await cell(4).trigger('focus')
    expect(press(key)).toEqual({ taken: true, heardAbove: false })
    await nextTick()
    expect([field().element, field().attributes('aria-label'), field().element.value]).toEqual([document.activeElement, 'X₂,₂ = 50', '50'])
    expect(part.get('.edit').element.contains(field().element)).toBe(true)
    const [whole, own] = [style(part.element), style(part.get('.edit').element)]
    // the second of three columns, the second of two rows
    expect([px(own.left), px(own.width)]).toEqual([px(whole.width) / 3, px(whole.width) / 3])
    expect([px(own.top), px(own.height)]).toEqual([px(whole.height) / 2, px(whole.height) / 2])
  })

  test.each(['Enter', 'F2'])('%s does nothing where numbers are only shown', async (key) => {
    const { press, field } = grid({ editable: false })
    expect(press(key)).toEqual({ taken: false, heardAbove: true })
    await nextTick()
    expect(field().exists()).toBe(false)
  })

  test('arrows stay in the field during typing; afterwards the cell has the focus again', async () => {
    const { press, cell, field, part, given, focused } = grid()
    await cell(3).trigger('focus')
    press('Enter')
    await nextTick()
    expect(press('ArrowLeft').taken).toBe(false)
    expect(cell(3).attributes('tabindex')).toBe('0')
    await field().setValue('7')
    await field().trigger('keydown', { key: 'Enter' })
    given['displayed'] = { ...displayed, data: displayed.data.with(3, 7) }
    await nextTick()
    await field().trigger('blur')
    expect([part.emitted('set'), field().exists(), await focused()]).toEqual([[[3, 7]], false, 3])
    press('ArrowRight')
    expect(await focused()).toBe(4)
  })
})

describe('the pointer on a tensor', () => {
  test('reports the cell under it, and when there is none', async () => {
    const { part, cell, hovered } = grid({ of: 'gradient' })
    await cell(5).trigger('pointerover')
    await part.trigger('pointerover')
    await cell(0).trigger('pointerover')
    await part.trigger('pointerleave')
    expect(hovered).toEqual([{ node: 'X', cell: 5, of: 'gradient' }, null, { node: 'X', cell: 0, of: 'gradient' }, null])
  })

  test('works like the focus', async () => {
    const { cell, hovered } = grid()
    await cell(2).trigger('focus')
    await cell(2).trigger('blur')
    expect(hovered).toEqual([{ node: 'X', cell: 2, of: 'value' }, null])
  })

  test('reports nothing for updated values: they are not cells of the run', async () => {
    const { cell, hovered } = grid({ of: 'updated' })
    await cell(2).trigger('pointerover')
    await cell(2).trigger('focus')
    expect(hovered).toEqual([])
  })

  test('edits a cell that is clicked', async () => {
    const { cell, part, field } = grid()
    const pointer = pointerOn(part.element)
    const target = pointerOn(cell(4).element)
    target.down(100)
    pointer.up(100)
    await nextTick()
    expect([field().attributes('aria-label'), part.emitted('set')]).toEqual(['X₂,₂ = 50', undefined])
  })

  test('changes a dragged cell, and no other', async () => {
    const { cell, part, field } = grid()
    const pointer = pointerOn(part.element)
    pointerOn(cell(4).element).down(100)
    pointer.move(140)
    pointer.up(140)
    await nextTick()
    const sets = part.emitted<[number, number]>('set')!
    expect(sets.map(([n]) => n)).toEqual([4])
    expect(sets[0]![1]).toBeGreaterThan(50)
    expect(field().exists()).toBe(false)
  })

  test('changes nothing outside of the cells, nor where numbers are only shown', async () => {
    for (const { part, cell, field } of [grid(), grid({ editable: false })]) {
      const fixed = !part.classes().includes('editable')
      pointerOn(fixed ? cell(4).element : part.element).down(100)
      const pointer = pointerOn(part.element)
      pointer.move(180)
      pointer.up(180)
      await nextTick()
      expect([part.emitted('set'), field().exists()]).toEqual([undefined, false])
    }
  })
})

describe('a tensor', () => {
  test('is labelled with its shape, each cell with its position and all its digits', () => {
    const { part, cell } = grid({ displayed: { shape: [2, 3], data: [1 / 3, 0, 0, 0, 0, -2.5] } })
    expect(part.attributes('aria-label')).toBe('Value of X (2, 3)')
    expect([cell(0).attributes('aria-label'), cell(5).attributes('title')]).toEqual(['X₁,₁ = 0.3333333333333333', 'X₂,₃ = −2.5'])
    expect([grid({ of: 'gradient' }), grid({ of: 'updated' })].map(other => other.part.attributes('aria-label'))).toEqual(['Gradient of X (2, 3)', 'X after the update (2, 3)'])
  })

  test('shows its numbers; from a distance their colours instead', async () => {
    const { part, cell, small, style } = grid()
    expect(part.findAll('.cell').map(found => [found.text(), style(found.element).background])).toEqual(['10', '−20', '30', '−40', '50', '0.25'].map(text => [text, '']))
    small.value = true
    await nextTick()
    expect(part.findAll('.cell').every(found => found.text() === '')).toBe(true)
    const scale = colourScale('light')
    expect([4, 3, 2].map(n => style(cell(n).element).background)).toEqual([scale.css(1), scale.css(-0.8), scale.css(0.6)]) // of 50
    expect(cell(3).attributes('title')).toBe('X₂,₁ = −40')
  })

  test('with many cells shows colours only, and for zeros the colour of zero', () => {
    const many = grid({ shape: [10], displayed: { shape: [10], data: [-2, ...new Array<number>(8).fill(0), 1] } })
    const colours = many.part.findAll('.cell').map(found => [found.text(), many.style(found.element).background])
    const scale = colourScale('light')
    expect(colours).toEqual([['', scale.css(-1)], ...new Array<string[]>(8).fill(['', scale.css(0)]), ['', scale.css(0.5)]])
    const zeros = grid({ shape: [10], displayed: { shape: [10], data: new Array<number>(10).fill(0) } })
    expect(new Set(zeros.part.findAll('.cell').map(found => zeros.style(found.element).background))).toEqual(new Set([scale.css(0)]))
  })

  test('with very many cells is a sheet, without focusable cells', () => {
    const large = grid({ shape: [50, 50], displayed: { shape: [50, 50], data: new Array<number>(2500).fill(1) } })
    expect([large.part.find('.sheet').exists(), large.part.findAll('.cell')]).toEqual([true, []])
  })

  test('has columns of equal width', () => {
    const { part, style } = grid()
    expect(style(part.element).gridTemplateColumns).toBe('repeat(3, 1fr)')
  })

  test('that is hidden has the same look and label whatever its shape', () => {
    const covers = [[2, 3], [50, 50], [10]].map((shape) => {
      const { part } = grid({ shape, displayed: 'hidden' })
      return [part.text(), part.attributes('style'), part.attributes('aria-label'), part.findAll('.cell').length]
    })
    expect(covers).toEqual(new Array(3).fill(['?', covers[0]![1], 'Value of X', 0]))
    expect(covers[0]![1]).toMatch(/^width: [1-9]\d*px; height: [1-9]\d*px;$/)
  })

  test('that is not known yet has no cells', () => {
    expect(grid({ displayed: null }).part.findAll('.cell')).toEqual([])
  })

  test('highlights cells of its own node and kind', async () => {
    const { part, highlights, given } = grid()
    highlights.value = new Map([['X', { of: 'value' as const, self: new Set([1]), sources: new Set([2, 3]), feeds: new Set([4]) }], ['Y', { of: 'value' as const, self: new Set([0]), sources: new Set([0]), feeds: new Set([0]) }]])
    await nextTick()
    const lit = (kind: string) => part.findAll(`.cell.${kind}`).map(found => found.attributes('data-cell'))
    expect([lit('self'), lit('sources'), lit('feeds')]).toEqual([['1'], ['2', '3'], ['4']])
    for (const of of ['gradient', 'updated']) {
      given['of'] = of
      await nextTick()
      expect(part.findAll('.self, .sources, .feeds')).toEqual([])
    }
  })
})
