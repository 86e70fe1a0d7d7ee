import { graphLimits } from '@contract'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import SideHandle from '../../../../renderer/graph/workspace/SideHandle.vue'
import SpeedSlider from '../../../../renderer/graph/workspace/SpeedSlider.vue'
import SyntaxPopover from '../../../../renderer/graph/workspace/SyntaxPopover.vue'
import { fakeMain, show } from '../../lab'

beforeEach(() => { fakeMain() })
afterEach(() => { vi.restoreAllMocks(); vi.unstubAllGlobals(); document.body.replaceChildren() })

const [narrowest, widest] = graphLimits.sidePx
async function handle(modelValue = 340) {
  const view = await show(SideHandle, { modelValue, label: 'Width' })
  const captured = vi.fn()
  view.element.setPointerCapture = captured
  const pointer = (kind: string, clientX = 0) => view.trigger(`pointer${kind}`, { clientX, pointerId: 7 })
  return { view, captured, pointer, widths: () => view.emitted('update:modelValue')?.flat() ?? [], away: () => view.emitted('away')?.length ?? 0 }
}

describe('the splitter between the side panel and the graph', () => {
  test('follows the pointer from the grabbed position, also beyond the splitter itself', async () => {
    const { view, pointer, widths, captured } = await handle()
    await pointer('down', 500)
    expect([captured.mock.calls, view.classes().includes('dragging')]).toEqual([[[7]], true])
    await pointer('move', 530.4)
    await pointer('move', 480)
    expect(widths()).toEqual([370, 320])
    await pointer('up')
    await pointer('move', 600)
    expect([widths().length, view.classes().includes('dragging')]).toEqual([2, false])
  })

  test('stays within its limits however far the pointer goes', async () => {
    const { pointer, widths } = await handle()
    await pointer('down', 500)
    await pointer('move', 5000)
    await pointer('move', -5000)
    expect(widths()).toEqual([widest, narrowest])
  })

  test('is released when the system cancels the pointer', async () => {
    const { pointer, widths } = await handle()
    await pointer('down', 500)
    await pointer('cancel')
    await pointer('move', 600)
    expect(widths()).toEqual([])
  })

  test('does not move with a passing pointer', async () => {
    const { pointer, widths } = await handle()
    await pointer('move', 600)
    expect(widths()).toEqual([])
  })

  test.each([['ArrowLeft', true], ['ArrowRight', true], ['Home', true], ['End', true], ['ArrowUp', false], ['a', false]])('%s is its own key: %s', async (key, own) => {
    const { view, widths } = await handle()
    const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true })
    view.element.dispatchEvent(event)
    expect([event.defaultPrevented, widths().length]).toEqual([own, own ? 1 : 0])
  })

  test('moves by about a word’s width per key press, back to the same position, and to its ends', async () => {
    const { view, widths } = await handle()
    const press = async (key: string) => { await view.trigger('keydown', { key }); return widths().at(-1) as number }
    const wider = await press('ArrowRight')
    expect([wider > 340 + 8, wider < 340 + 40]).toEqual([true, true])
    expect(await press('ArrowLeft')).toBe(340)
    expect([await press('Home'), await press('ArrowLeft'), await press('End'), await press('ArrowRight')]).toEqual([narrowest, narrowest, widest, widest])
  })

  test('is collapsed by Enter or a double click, but not by Enter that ends a composition', async () => {
    const { view, away, widths } = await handle()
    await view.trigger('keydown', { key: 'Enter', isComposing: true })
    expect(away()).toBe(0)
    await view.trigger('keydown', { key: 'Enter' })
    await view.trigger('dblclick')
    expect([away(), widths()]).toEqual([2, []])
  })

  test('reports its position between its limits', async () => {
    const { view } = await handle(400)
    expect(['aria-valuenow', 'aria-valuemin', 'aria-valuemax', 'aria-label', 'title'].map(name => view.attributes(name))).toEqual(['400', String(narrowest), String(widest), 'Width', 'Width'])
  })
})

describe('the speed slider', () => {
  test('is faster to the right, and shows how long a step stays', async () => {
    const view = await show(SpeedSlider, { modelValue: 1800 })
    const slider = view.get('input')
    expect([(slider.element as HTMLInputElement).value, slider.attributes('aria-valuetext'), view.get('.number').text()]).toEqual(['0', '1,800 ms', '1,800 ms'])
    await slider.setValue('100')
    expect(view.emitted('update:modelValue')).toEqual([[50]])
    expect(slider.attributes('aria-valuetext')).toBe('50 ms')
    expect(view.attributes('title')).toBe('Time for each step (+ −)')
  })
})

describe('the list of what can be typed', () => {
  async function popover({ right, bottom = 48, width = 400 }: { right: number, bottom?: number, width?: number }) {
    const view = await show({ components: { SyntaxPopover }, template: '<div><SyntaxPopover /></div>' })
    const [button, sheet] = [view.get('button').element, view.get('.syntax').element as HTMLElement]
    vi.spyOn(button, 'getBoundingClientRect').mockReturnValue({ right, bottom } as DOMRect)
    Object.defineProperty(sheet, 'offsetWidth', { value: width })
    const toggle = (newState: string) => { sheet.dispatchEvent(Object.assign(new Event('toggle'), { newState })) }
    return { view, button, sheet, toggle, place: () => [Number.parseFloat(sheet.style.left), Number.parseFloat(sheet.style.top)] as [number, number] }
  }

  test('opens directly below its button, flush with its right edge', async () => {
    const { button, sheet, toggle, place } = await popover({ right: 900 })
    expect(button.getAttribute('popovertarget')).toBe(sheet.id)
    toggle('open')
    const [left, top] = place()
    expect([left + 400, top > 48 && top < 60]).toEqual([900, true])
  })

  test('stays in a narrow window, at a distance from its edge', async () => {
    const { toggle, place } = await popover({ right: 300 })
    toggle('open')
    expect([place()[0] > 0, place()[0] < 12]).toEqual([true, true])
  })

  test('is placed when it opens, and not moved when it closes', async () => {
    const { toggle, sheet } = await popover({ right: 900 })
    toggle('closed')
    expect(sheet.style.left).toBe('')
  })
})
