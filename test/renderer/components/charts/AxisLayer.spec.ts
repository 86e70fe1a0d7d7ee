import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { nextTick } from 'vue'
import AxisLayer from '../../../../renderer/components/charts/AxisLayer.vue'
import { createAxisWindow } from '../../../../renderer/lib/axis-window'
import { fakeMain, show } from '../../lab'

beforeEach(() => { fakeMain() })
afterEach(() => { vi.unstubAllGlobals(); document.body.replaceChildren() })

const marks = [{ at: 300, kind: 'change', text: 'Learning rate 0.1 → 0.01' }] as const

async function layer(props: Record<string, unknown> = {}) {
  const axis = createAxisWindow(() => ({ from: 0, to: 1000 }))
  const area = () => ({ left: 50, top: 4, width: 500, height: 100, drawn: axis.view })
  const view = await show(AxisLayer, { axis, area: area(), marks, shown: null, reading: [], name: 'Loss by step', chosen: true, ...props })
  const surface = view.get('.surface')
  const update = async () => { await view.setProps({ area: area(), reading: axis.cursor === null ? [] : [`step ${axis.cursor}`] }); await nextTick() }
  return {
    view, axis, surface, chosen: () => view.emitted<[number]>('choose')?.map(([value]) => value) ?? [],
    press: async (...keys: readonly string[]) => { for (const key of keys) await surface.trigger('keydown', { key }); await update() },
    pointer: async (type: string, x: number, more: object = {}) => {
      const event = new MouseEvent(type, { bubbles: true, cancelable: true, clientX: x, button: 0, ...more })
      Object.defineProperty(event, 'offsetX', { value: x })
      Object.assign(surface.element, { setPointerCapture: () => undefined })
      surface.element.dispatchEvent(Object.assign(event, 'deltaY' in more ? { deltaX: 0, deltaMode: 0, ...more } : {}))
      await update()
    },
  }
}

describe('the keys of a chart', () => {
  test('read along the axis by columns of pixels, and by single steps once these can be told apart', async () => {
    const { axis, press, surface } = await layer()
    await press('ArrowLeft', 'ArrowLeft')
    expect(axis.cursor).toBe(996) // two steps for each of 500 pixels
    await press('Home', 'ArrowRight')
    expect(axis.cursor).toBe(2)
    axis.zoom(0.1, 0)
    await press('ArrowRight')
    expect([axis.cursor, surface.attributes('aria-valuenow'), surface.attributes('aria-valuetext')]).toEqual([3, '3', 'step 3'])
    await press('Escape')
    expect(axis.cursor).toBeNull()
  })

  test('take the window along', async () => {
    const { axis, press } = await layer()
    axis.zoom(0.1, 500)
    await press('End')
    expect([axis.cursor, axis.view]).toEqual([1000, { from: 900, to: 1000 }])
    await press('PageUp')
    expect([axis.cursor, axis.view]).toEqual([950, { from: 850, to: 950 }])
    await press('Home')
    expect(axis.view).toEqual({ from: 0, to: 100 })
  })

  test('choose the step that is read', async () => {
    const { press, chosen } = await layer()
    await press('Enter')
    await press('Home', 'Enter')
    expect(chosen()).toEqual([0])
  })
})

describe('the pointer on a chart', () => {
  test('reads the step below it, or the mark that is near, with what happened there', async () => {
    const { axis, pointer, view, surface } = await layer()
    await pointer('pointermove', 100)
    expect(axis.cursor).toBe(200)
    await pointer('pointermove', 148) // step 296, two pixels from the flag
    expect(axis.cursor).toBe(300)
    expect(view.get('.reading').text()).toContain('Learning rate 0.1 → 0.01')
    expect(surface.attributes('aria-valuetext')).toBe('step 300, Learning rate 0.1 → 0.01')
    await pointer('pointerleave', 600)
    expect(view.find('.reading').exists()).toBe(false)
  })

  test('chooses with a click, and drags a part along', async () => {
    const { axis, pointer, chosen } = await layer()
    await pointer('pointerdown', 100)
    await pointer('pointerup', 100)
    expect(chosen()).toEqual([200])
    axis.zoom(0.1, 500)
    await pointer('pointerdown', 100)
    await pointer('pointermove', 50) // a tenth of the plot, which shows 100 steps
    await pointer('pointerup', 50)
    expect([axis.view, chosen()]).toEqual([{ from: 460, to: 560 }, [200]])
  })

  test('zooms with the wheel where it is, and pans sideways', async () => {
    const { axis, pointer } = await layer()
    await pointer('wheel', 250, { deltaY: -240 })
    expect(axis.view).toEqual({ from: 250, to: 750 })
    await pointer('wheel', 250, { deltaY: 0, deltaX: 100 })
    expect(axis.view).toEqual({ from: 350, to: 850 })
    await pointer('wheel', 250, { deltaY: 60, ctrlKey: true })
    expect(axis.isZoomed).toBe(false)
  })

  test('leaves the wheel to a page that scrolls, until the chart has the focus', async () => {
    const { axis, pointer, view, surface } = await layer()
    const around = view.element.parentElement!
    around.style.overflowY = 'auto'
    Object.defineProperty(around, 'scrollHeight', { value: 900 })
    await pointer('wheel', 250, { deltaY: -240 })
    expect(axis.isZoomed).toBe(false)
    ;(surface.element as HTMLElement).focus()
    await pointer('wheel', 250, { deltaY: -240 })
    expect(axis.isZoomed).toBe(true)
  })
})

test('what comes after the moment that is shown is dimmed', async () => {
  const { view } = await layer({ shown: 400 })
  const future = view.get<HTMLElement>('.future').element.style
  expect([future.left, future.width]).toEqual(['250px', '300px'])
})
