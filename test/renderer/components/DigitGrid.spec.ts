import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { h } from 'vue'
import type { DigitItem } from '../../../renderer/components/digit-grid'
import { columnsIn, neighbourOf } from '../../../renderer/components/digit-grid'
import DigitGrid from '../../../renderer/components/DigitGrid.vue'
import { recordCanvases } from '../canvas'
import { fakeMain, show } from '../lab'

beforeEach(() => {
  recordCanvases()
  HTMLElement.prototype.showPopover = vi.fn()
})
afterEach(() => { vi.unstubAllGlobals(); vi.restoreAllMocks(); document.body.replaceChildren() })

const pixels = new Float32Array(784)
const digit = (key: number, patch: Partial<DigitItem> = {}): DigitItem => ({ key, pixels, label: `image ${key}`, ...patch })
const digits = (count: number, first = 0) => Array.from({ length: count }, (_, i) => digit(first + i))

/** A grid as wide as useSize assumes before it is measured, 320 px: six images of 44 px in a row. */
async function grid(props: Record<string, unknown> = {}, slots: Record<string, unknown> = {}) {
  fakeMain()
  const opened: unknown[] = []
  const view = await show((() => h(DigitGrid, { items: digits(20), shape: [1, 28, 28], name: 'Misread', ...props, onOpen: (item: DigitItem) => opened.push(item.key) } as never, slots as never)) as never)
  await flushPromises()
  const cells = () => view.findAll<HTMLElement>('[role=gridcell]')
  const press = async (key: string) => {
    document.activeElement!.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
    await flushPromises()
    return document.activeElement!.getAttribute('aria-label')
  }
  return { view, opened, cells, press }
}

describe('the neighbour of an image', () => {
  const grid = { count: 20, columns: 6 } // 6 + 6 + 6 + 2
  test.each([
    [0, 'ArrowRight', 1], [5, 'ArrowRight', 6], [6, 'ArrowLeft', 5], [0, 'ArrowLeft', null], [19, 'ArrowRight', null],
    [0, 'ArrowDown', 6], [13, 'ArrowDown', 19], [3, 'ArrowUp', null], [16, 'ArrowUp', 10], [18, 'ArrowDown', null], [4, 'x', null],
  ] as const)('of image %i by %s is %s', (at, key, to) => { expect(neighbourOf(at, key, grid)).toBe(to) })

  test('below a full row above a shorter one is the last image', () => { expect(neighbourOf(17, 'ArrowDown', grid)).toBe(19) })
})

test('as many images stand side by side as fit, and never none', () => {
  expect([columnsIn(320, 44, 4), columnsIn(44, 44, 4), columnsIn(10, 44, 4), columnsIn(92, 44, 4)]).toEqual([6, 1, 1, 2])
})

describe('the grid of digits', () => {
  test('names itself and every image for screen readers, the misread ones as such', async () => {
    const { view, cells } = await grid({ items: [digit(7, { label: '4, read as 9', sub: '4→9', wrong: true }), digit(8), digit(9, { wrong: true })] })
    expect(view.get('[role=grid]').attributes('aria-label')).toBe('Misread')
    expect(cells().map(cell => cell.attributes('aria-label'))).toEqual(['4, read as 9, wrong', 'image 8', 'image 9, wrong'])
    expect(cells().map(cell => cell.text())).toEqual(['4→9', '', ''])
    expect(cells().map(cell => cell.find('.sub svg').exists())).toEqual([false, false, true]) // besides the colour: a line, or a sign
  })

  test('is a single tab stop, within which arrow keys move', async () => {
    const { cells, press } = await grid()
    expect(cells().filter(cell => cell.attributes('tabindex') === '0')).toHaveLength(1)
    cells()[0]!.element.focus()
    expect(await press('ArrowRight')).toBe('image 1')
    expect(await press('ArrowDown')).toBe('image 7')
    expect(await press('ArrowLeft')).toBe('image 6')
    expect(await press('ArrowUp')).toBe('image 0')
    expect(await press('ArrowUp')).toBe('image 0')
    expect(cells().findIndex(cell => cell.attributes('tabindex') === '0')).toBe(0)
  })

  test('opens the current image by Enter or a double click', async () => {
    const { cells, press, opened } = await grid()
    cells()[4]!.element.focus()
    await press('Enter')
    await cells()[9]!.trigger('dblclick')
    expect(opened).toEqual([4, 9])
  })

  test('keeps the focus on an image that moves while training goes on, and in its place when the image is gone', async () => {
    fakeMain()
    const view = await show(DigitGrid, { items: digits(8), shape: [1, 28, 28], name: 'Misread' })
    const update = async (items: readonly DigitItem[]) => { await view.setProps({ items, current: view.emitted('update:current')?.at(-1)?.[0] }); await flushPromises() }
    view.findAll<HTMLElement>('[role=gridcell]')[2]!.element.focus()
    await update([digit(20), ...digits(8)])
    expect(document.activeElement!.getAttribute('aria-label')).toBe('image 2')
    await update(digits(8, 50))
    expect(document.activeElement!.getAttribute('aria-label')).toBe('image 53')
  })

  test('has a menu for each image, which opens by the context menu’s key or button', async () => {
    const { view, cells } = await grid({}, { menu: ({ item }: { item: DigitItem }) => h('button', `to Draw: ${item.label}`) })
    await cells()[3]!.trigger('contextmenu')
    await flushPromises()
    expect(view.get('[popover]').text()).toBe('to Draw: image 3')
    expect(HTMLElement.prototype.showPopover).toHaveBeenCalledOnce()
    cells()[5]!.element.focus()
    await flushPromises()
    await view.get('.more').trigger('click')
    await flushPromises()
    expect(view.get('[popover]').text()).toBe('to Draw: image 5')
  })

  test('has no menu button without a menu', async () => {
    const { view, cells } = await grid()
    cells()[5]!.element.focus()
    await flushPromises()
    expect([view.find('.more').exists(), view.find('[popover]').exists()]).toEqual([false, false])
  })

  test('of more images than a page holds fetches page by page', async () => {
    fakeMain()
    const view = await show(DigitGrid, { items: digits(100), total: 250, shape: [1, 28, 28], name: 'Misread' })
    expect(view.get('nav').text()).toBe('1–100 of 250')
    const [previous, next] = view.findAll('nav button')
    expect(previous!.attributes('disabled')).toBeDefined()
    await next!.trigger('click')
    expect(view.emitted('update:first')).toEqual([[100]])
    await view.setProps({ first: 200, items: digits(50, 200) })
    expect(view.get('nav').text()).toBe('201–250 of 250')
    expect(next!.attributes('disabled')).toBeDefined()
  })

  test('shows nothing to turn pages with when all images are there', async () => {
    expect((await grid()).view.find('nav').exists()).toBe(false)
  })
})
