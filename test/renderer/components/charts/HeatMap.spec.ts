import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import HeatMap from '../../../../renderer/components/charts/HeatMap.vue'
import { type Drawn, frame, recordCanvases } from '../../canvas'
import { fakeMain, show } from '../../lab'

let drawn: Drawn[]
beforeEach(() => { fakeMain(); drawn = recordCanvases() })
afterEach(() => { vi.unstubAllGlobals(); vi.restoreAllMocks(); document.body.replaceChildren() })

/** Rows 100 to 103 and columns 20 to 22 of a tensor. */
const matrix = (data: readonly number[] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]) => ({ rows: 4, columns: 3, data: Float32Array.from(data) })
async function map(props: Record<string, unknown> = {}) {
  const view = await show(HeatMap, { name: 'dW', cells: matrix(), firstRow: 100, firstColumn: 20, range: 12, height: 300, step: 7, ...props })
  await frame()
  await flushPromises()
  const canvas = view.get('.sheet canvas')
  return { view, canvas, press: async (...keys: readonly string[]) => { for (const key of keys) await canvas.trigger('keydown', { key }) }, reading: () => view.get('.now').text(), pin: () => view.find('.pin') }
}

describe('the keys of a heat map', () => {
  test('Home and End go to the ends of a line, and arrows stop at the edges', async () => {
    const { press, reading } = await map()
    await press('ArrowDown', 'ArrowUp', 'ArrowUp', 'ArrowLeft', 'End')
    expect(reading()).toBe('dW[101, 22] = 6.00')
    await press('ArrowRight', 'ArrowDown', 'ArrowDown', 'ArrowDown')
    expect(reading()).toBe('dW[103, 22] = 12.0')
    await press('Home')
    expect(reading()).toBe('dW[103, 20] = 10.0')
  })

  test.each([
    ['of the largest magnitude', [1, 2, 3, 4, -15, 6, 7, 8, 9, 10, 11, 12], 'dW[101, 21] = −15.0'],
    ['that is infinite', [1, 2, 3, 4, -15, 6, 7, 8, 9, -Infinity, 11, 12], 'dW[103, 20] = −∞'],
    ['that is not a number', [1, 2, 3, 4, -15, 6, 7, NaN, 9, 10, Infinity, 12], 'dW[102, 21] = NaN'],
    ['that is the first, of all zeros', Array.from({ length: 12 }, () => 0), 'dW[100, 20] = 0'],
  ])('begin at the cell %s', async (_, numbers, wanted) => {
    const { press, reading } = await map({ cells: matrix(numbers) })
    await press('ArrowRight')
    expect(reading()).toBe(wanted)
  })

  test('read a cell as soon as they enter the map, and leave the one that the pointer chose', async () => {
    const { canvas, reading } = await map()
    const element = canvas.element as HTMLCanvasElement
    vi.spyOn(element, 'matches').mockReturnValueOnce(false).mockReturnValue(true)
    await canvas.trigger('focus') // by a click
    expect(reading()).not.toContain('dW[')
    await canvas.trigger('focus')
    expect(reading()).toBe('dW[103, 22] = 12.0')
    await canvas.trigger('pointermove', { pointerType: 'mouse' })
    const pointed = reading()
    await canvas.trigger('focus')
    expect(reading()).toBe(pointed)
  })

  test('Page Up and Page Down ask for another page, and a second Enter for what is behind the cell', async () => {
    const { view, press } = await map()
    await press('Enter', 'PageDown', 'PageUp', 'ArrowDown', 'Enter')
    expect(view.emitted('open')).toBeUndefined()
    await press('Enter')
    expect(view.emitted('page')).toEqual([[1], [-1]])
    expect(view.emitted('open')).toEqual([[{ row: 103, column: 22 }]])
  })
})

describe('a pinned cell', () => {
  test('shows its value now, while training goes on, and what it was', async () => {
    const { view, press, pin } = await map()
    await press('ArrowDown', 'ArrowUp', 'ArrowUp', 'ArrowUp', 'ArrowLeft', 'Enter')
    expect(pin().text()).toBe('dW[100, 21] = 2.00 (step 7)X-ray')
    await view.setProps({ cells: matrix([0, 2.5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]), step: 9 })
    expect(pin().text()).toBe('dW[100, 21] = 2.00 (step 7), now 2.50X-ray')
    await view.setProps({ firstColumn: 60 })
    expect(pin().text()).toContain('on another page')
  })

  test('is pinned and freed by a click, and freed by Escape; without a cell, Enter and Escape are left to the room', async () => {
    const { canvas, pin, press } = await map()
    const passed: string[] = []
    const listen = (event: KeyboardEvent) => { if (!event.defaultPrevented) passed.push(event.key) }
    document.addEventListener('keydown', listen)
    await press('Enter', 'Escape')
    expect(passed).toEqual(['Enter', 'Escape'])
    await canvas.trigger('pointermove', { pointerType: 'mouse' })
    await canvas.trigger('click')
    expect(pin().exists()).toBe(true)
    await canvas.trigger('click')
    expect(pin().exists()).toBe(false)
    await press('ArrowDown', 'Enter', 'Escape')
    expect(pin().exists()).toBe(false)
    expect(passed).toHaveLength(2)
    document.removeEventListener('keydown', listen)
  })

  test('is opened or freed by its buttons, and does not stay when the map shows another tensor', async () => {
    const { view, press, pin } = await map()
    await press('ArrowDown', 'Enter')
    await view.get('[title="Open this cell in the X-ray"]').trigger('click')
    expect(view.emitted('open')).toHaveLength(1)
    await view.get('[aria-label="Unpin"]').trigger('click')
    expect(pin().exists()).toBe(false)
    await press('ArrowRight', 'Enter')
    await view.setProps({ name: 'W' })
    expect(pin().exists()).toBe(false)
  })
})

describe('what the scale has no colour for', () => {
  test('has an entry in the legend only when there is some', async () => {
    expect((await map()).view.find('.legend').exists()).toBe(false)
    const { view } = await map({ cells: matrix([1, 30, -30, 40, NaN, Infinity, -Infinity, 0, 0, 0, 0, 0]) })
    expect(view.findAll('.legend li').map(item => item.text())).toEqual(['2 above +12.0', '1 below −12.0', 'NaN: 1', '+∞: 1', '−∞: 1'])
  })

  test('is drawn as a sign in cells that are large enough', async () => {
    await map()
    expect(drawn.filter(({ call }) => call === 'lineTo')).toEqual([])
    await map({ cells: matrix([30, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]) })
    expect(drawn.filter(({ call }) => call === 'lineTo')).toHaveLength(2) // the two strokes of a plus
  })
})

describe('cells that are too small for a sign', () => {
  const squares = () => drawn.filter(({ call }) => call === 'fillRect').length
  /** 100 by 100 cells of two pixels, the first ones as given. */
  const small = (first: readonly number[]) => map({ cells: { rows: 100, columns: 100, data: Float32Array.from({ length: 10_000 }, (_, i) => first[i] ?? 1) } })

  test('have one of its size beside them, with a border, where they are few', async () => {
    await small([])
    expect(squares()).toBe(0)
    await small([NaN, Infinity, -Infinity, 30, -30])
    expect(squares()).toBe(2 * 5)
  })

  test('have only their colour and texture where signs would cover the map', async () => {
    await small([...Array.from({ length: 201 }, () => 30), NaN])
    expect(squares()).toBe(2)
  })
})

describe('images of units', () => {
  const tile = { rows: 2, columns: 2 }
  const strokes = () => drawn.filter(({ call }) => call === 'lineTo').length

  test('show the sign of every value where one is shown alone; 0 has none', async () => {
    await map({ firstRow: 0, tile })
    expect(strokes()).toBe(0)
    const { view } = await map({ firstRow: 0, tile, cells: { rows: 4, columns: 1, data: Float32Array.of(1, -2, 0, 30) } })
    expect(strokes()).toBe(2 + 1 + 0 + 2) // the last one is clipped
    expect(view.get('.reading').text()).toContain('Click to pin it')
  })

  test('are enlarged by a click or Enter instead of pinning a cell', async () => {
    const { view, canvas, press } = await map({ firstRow: 0, tile })
    expect(view.get('.reading').text()).toContain('Click an image to see it large, with the sign of every cell')
    await press('ArrowDown', 'Enter')
    expect([view.emitted('enlarge'), view.find('.pin').exists()]).toEqual([[[22]], false])
    await canvas.trigger('click')
    expect(view.emitted('enlarge')).toEqual([[22], [22]])
    await press('Escape')
    expect(view.emitted('enlarge')).toHaveLength(2)
    await view.setProps({ cells: { rows: 4, columns: 1, data: Float32Array.of(1, 2, 3, 4) }, firstColumn: 22, enlarged: true })
    await press('Enter', 'Escape')
    expect([view.emitted('enlarge')!.length, view.find('.pin').exists()]).toEqual([2, false])
    await press('Escape')
    expect(view.emitted('enlarge')!.at(-1)).toEqual([null])
  })

  test('carry their numbers; units that do not fire are crossed out and named', async () => {
    const { view } = await map({ firstRow: 0, tile, dead: [3, 21] })
    expect(drawn.filter(({ call }) => call === 'fillText').map(({ args }) => args[0])).toEqual(['20', '21', '22'])
    expect(drawn.filter(({ call }) => call === 'lineTo')).toHaveLength(2) // one cross
    expect(view.text()).toContain('Crossed out: 1 of 3 units that do not fire in this mini-batch (21)')
    expect(view.get('.sheet canvas').attributes('aria-label')).toContain('(21)')
  })

  test('have only the first number of each row where numbers are wider than images', async () => {
    await map({ firstRow: 0, tile, firstColumn: 1_000_000 })
    expect(drawn.filter(({ call }) => call === 'fillText')).toHaveLength(1)
  })
})
