import { mount } from '@vue/test-utils'
import { vi } from 'vitest'
import { type Component, defineComponent, h, shallowReactive, shallowRef } from 'vue'
import type { Highlights } from '../../../renderer/graph/canvas/highlights'
import type { CellAddress } from '../../../renderer/stores/graph/useSelection'
import { type CanvasView, provideView } from '../../../renderer/graph/canvas/view'
import { i18n } from '../../../renderer/lib/i18n'

/** Mounts a part of the canvas on its own, with what the canvas provides: props, pulses and the zoom level. */
export function showPart(component: Component, props: Record<string, unknown>, parts: Partial<CanvasView> = {}) {
  const small = shallowRef(false)
  const highlights = shallowRef<Highlights>(new Map())
  const hovered: (CellAddress | null)[] = []
  const given = shallowReactive(props)
  const view = { small, highlights, hover: (cell: CellAddress | null) => { hovered.push(cell) }, ...parts } as Partial<CanvasView> as CanvasView
  const canvas = defineComponent(() => {
    provideView(view)
    return () => h(component, given)
  })
  const part = mount(canvas, { global: { plugins: [i18n] }, attachTo: document.body }).getComponent(component)
  return { part, small, highlights, hovered, given }
}

/** Pointer events on an element: press, moves and release, at horizontal positions. */
export function pointerOn(element: Element) {
  element.setPointerCapture ??= vi.fn()
  const send = (type: string, clientX: number, options: PointerEventInit = {}) => {
    const event = new PointerEvent(type, { clientX, pointerId: 1, button: 0, bubbles: true, cancelable: true, ...options })
    element.dispatchEvent(event)
    return event
  }
  return {
    down: (x: number, options?: PointerEventInit) => send('pointerdown', x, options),
    move: (x: number, options?: PointerEventInit) => send('pointermove', x, options),
    up: (x: number) => send('pointerup', x),
    cancel: (x: number) => send('pointercancel', x),
  }
}
