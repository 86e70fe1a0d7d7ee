import { afterEach, expect, test, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import FigureMenu from '../../../renderer/components/FigureMenu.vue'
import { fakeMain, show } from '../lab'
import { fakePopovers } from '../terms/popovers'

afterEach(() => { vi.restoreAllMocks(); vi.unstubAllGlobals(); document.body.replaceChildren() })

async function figure(asks = false) {
  fakeMain()
  const shown = fakePopovers()
  const view = await show(defineComponent({ setup: () => () => h('figure', [h('p', 'the picture'), h('input'), h(FigureMenu, { name: 'Loss', asks, rows: () => [] })]) }))
  /** Linux and macOS tell it while the button is down, Windows after its release, and a key without any. */
  const rightClick = (target: string, { buttons = 2, button = 2 } = {}) => {
    const event = new MouseEvent('contextmenu', { bubbles: true, cancelable: true, buttons, button, clientX: 70, clientY: 90 })
    view.get(target).element.dispatchEvent(event)
    return event.defaultPrevented
  }
  const release = async () => {
    dispatchEvent(new Event('pointerup'))
    await new Promise((next) => { setTimeout(next) })
  }
  return { view, shown, rightClick, release }
}

test('a right click on the figure opens its menu at the pointer, once the button is released', async () => {
  const { shown, rightClick, release } = await figure()
  expect([rightClick('p'), shown()]).toEqual([true, null])
  await release()
  expect([shown()?.style.left, shown()?.style.top]).toEqual(['70px', '92px'])
})

test('after the release, or by the menu key, it opens at once; by the key at its button', async () => {
  const { shown, rightClick } = await figure()
  rightClick('p', { buttons: 0 })
  expect(shown()?.style.left).toBe('70px')
  shown()!.hidePopover()
  rightClick('p', { buttons: 0, button: 0 })
  expect([shown() !== null, shown()?.style.left]).toEqual([true, '4px'])
})

test('a field keeps a right click for itself', async () => {
  const { shown, rightClick } = await figure()
  expect([rightClick('input', { buttons: 0 }), shown()]).toEqual([false, null])
})

test('its name says whether there are questions in it', async () => {
  expect((await figure()).view.get('.trigger').attributes('title')).toBe('Loss: copy and save')
  expect((await figure(true)).view.get('.trigger').attributes('title')).toBe('Loss: questions to the past, copy and save')
})
