import { mnist } from '@core'
import { mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { colourScale } from '../../../../renderer/components/charts/colour-scale'
import { pictureAround } from '../../../../renderer/graph/document/cell-picture'
import CellPicture from '../../../../renderer/graph/panels/CellPicture.vue'
import { i18n } from '../../../../renderer/lib/i18n'
import { useSettings } from '../../../../renderer/stores/settings'
import { frame, recordCanvases } from '../../canvas'
import { fakeMain, show } from '../../lab'

afterEach(() => { vi.restoreAllMocks(); vi.unstubAllGlobals(); document.body.replaceChildren() })

// 2 rows of 3 cells:  0 1 2
//                     3 4 5
const value = { shape: [2, 3], data: [1, -2, 3, -4, 5, -6] }
const chosenFrom = async (cell: number, key: string, held: object = {}): Promise<unknown> => {
  const picture = mount(CellPicture, { props: { value, cell, name: 'X' }, global: { plugins: [createPinia(), i18n] } })
  await picture.get('canvas').trigger('keydown', { key, ...held })
  return picture.emitted('choose')?.flat() ?? null
}

describe('a key in the picture of a tensor', () => {
  test.each([
    ['ArrowRight', 0, 1], ['ArrowRight', 4, 5], ['ArrowLeft', 2, 1], ['ArrowLeft', 5, 4],
    ['ArrowDown', 0, 3], ['ArrowDown', 2, 5], ['ArrowUp', 3, 0], ['ArrowUp', 5, 2],
  ])('%s moves from cell %i to its neighbour %i', async (key, from, to) => {
    expect(await chosenFrom(from, key)).toEqual([to])
  })

  test.each([
    ['ArrowRight', 2], ['ArrowRight', 5], ['ArrowLeft', 0], ['ArrowLeft', 3], ['ArrowUp', 0], ['ArrowUp', 2], ['ArrowDown', 3], ['ArrowDown', 5],
  ])('%s stays in cell %i, at the edge', async (key, from) => {
    expect(await chosenFrom(from, key)).toBeNull()
  })

  test.each([{ ctrlKey: true }, { metaKey: true }, { altKey: true }])('chooses nothing with %j', async (held) => {
    expect(await chosenFrom(0, 'ArrowRight', held)).toBeNull()
  })

  test('that is not an arrow chooses nothing', async () => {
    expect(await chosenFrom(0, 'Home')).toBeNull()
  })
})

describe('the picture of a tensor', () => {
  const densities = [1, 1.25, 1.5, 2, 3] as const
  const shapes: readonly (readonly number[])[] = [[2], [3, 4], [6, 1], [9, 5], [13, 7], [28, 10], [784, 10], [100, 784], [100, 100], [4096]]
  async function picture(shape: readonly number[], cell = 0, { density = 1, at = (i: number) => i }: { density?: number, at?: (i: number) => number } = {}) {
    vi.stubGlobal('devicePixelRatio', density)
    fakeMain()
    const tensor = { shape, data: Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => at(i)) }
    const view = await show(CellPicture, { value: tensor, cell, name: 'X' })
    const px = (selector: string, side: string) => Number.parseFloat((view.get(selector).element as HTMLElement).style.getPropertyValue(side))
    return { view, tensor, px, chosen: () => view.emitted('choose')?.flat() ?? [] }
  }

  test.each(shapes.flatMap(shape => densities.map(density => [shape, density] as const)))('of %j at %f screen pixels per CSS pixel is sharp: a cell is a whole number of them', async (shape, density) => {
    const { px } = await picture(shape, 0, { density })
    const side = px('.cursor', 'width')
    expect(Math.abs(side * density - Math.round(side * density))).toBeLessThan(1e-6)
    expect([px('.cursor', 'height'), side * density >= 1]).toEqual([side, true])
  })

  test.each(shapes)('of %j, … is as large as its space allows, and no larger', async (...shape) => {
    const { px } = await picture(shape)
    const { rows, columns } = pictureAround(shape, 0, mnist.shape)
    const [side, width, height] = [px('.cursor', 'width'), px('.sheet', 'width'), px('.sheet', 'height')]
    expect([width, height]).toEqual([columns * side, rows * side])
    // next to the other choices there is space for a square of about a tenth of the window's width; one cell is no larger than a button
    expect([Math.max(width, height) <= 168, side <= 24, side === 24 || Math.max(width, height) + Math.max(rows, columns) > 168]).toEqual([true, true, true])
  })

  test.each<[readonly number[], number]>([[[3, 4], 0], [[3, 4], 7], [[3, 4], 11], [[100, 100], 5050], [[784, 10], 7003], [[5], 3]])('of %j has its cursor on cell %i, and a click there chooses it', async (shape, cell) => {
    const { view, px, chosen } = await picture(shape, cell)
    const [left, top, side] = [px('.cursor', 'left'), px('.cursor', 'top'), px('.cursor', 'width')]
    for (const [x, y] of [[left + 0.5, top + 0.5], [left + side - 0.5, top + side - 0.5]] as const) await view.get('canvas').trigger('click', { offsetX: x, offsetY: y })
    expect(chosen()).toEqual([cell, cell])
  })

  test.each([[-1, 5], [5, -1], [24 * 4, 5], [5, 24 * 3]])('is not left by a click at its edge: %i, %i', async (offsetX, offsetY) => {
    const { view, chosen } = await picture([3, 4])
    await view.get('canvas').trigger('click', { offsetX, offsetY })
    expect(chosen()).toEqual([])
  })

  test('has one pixel per cell in the colour of its number, on the scale of the largest visible one', async () => {
    const drawn = recordCanvases()
    const { tensor, view } = await picture([2, 3], 0, { at: i => [0, -4, 2, Infinity, 1, NaN][i]! })
    await frame()
    const { args: [image] } = drawn.find(({ call }) => call === 'putImageData')!
    const { width, height, data } = image as ImageData
    const scale = colourScale('light')
    expect([width, height, [...new Uint32Array(data.buffer)]]).toEqual([3, 2, tensor.data.map(x => scale.word(x, 4))])
    expect([view.get('canvas').element.width, view.get('canvas').element.height]).toEqual([3, 2])
    expect(view.get('p').text().replace(/\.00/g, '')).toBe('−4 … 4')
  })

  test('is redrawn for other numbers and in the other theme', async () => {
    const drawn = recordCanvases()
    const { view } = await picture([2])
    await frame()
    const words = () => [...new Uint32Array((drawn.findLast(({ call }) => call === 'putImageData')!.args[0] as ImageData).data.buffer)]
    await view.setProps({ value: { shape: [2], data: [3, 3] } })
    await vi.waitFor(() => { expect(words()).toEqual([colourScale('light').word(1, 1), colourScale('light').word(1, 1)]) }, { timeout: 20_000 })
    useSettings().settings = { ...useSettings().settings, theme: 'dark' }
    await vi.waitFor(() => { expect(words()[0]).toBe(colourScale('dark').word(1, 1)) }, { timeout: 20_000 })
  })

  test('has a description', async () => {
    const { view } = await picture([3, 4])
    expect(view.get('canvas').attributes('aria-label')).toBe('X in its surroundings, 3 by 4. Arrow keys move from cell to cell.')
  })
})

test('an arrow key that chose a cell does not step through a graph', async () => {
  fakeMain()
  const view = await show(CellPicture, { value, cell: 0, name: 'X' })
  const reached = vi.fn()
  document.addEventListener('keydown', reached)
  const press = (key: string) => {
    const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true })
    view.get('canvas').element.dispatchEvent(event)
    return [event.defaultPrevented, reached.mock.calls.length]
  }
  expect([press('ArrowRight'), press('ArrowLeft'), press('Home')]).toEqual([[true, 0], [true, 0], [false, 1]])
  document.removeEventListener('keydown', reached)
})
