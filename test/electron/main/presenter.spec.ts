import { describe, expect, test } from 'vitest'
import { type Bounds, defaultBounds } from '../../../electron/main/bounds'
import { Presenter } from '../../../electron/main/presenter'

/** A window whose full screen has the given size */
function windowOf(zoom: number, screen: readonly [number, number], bounds: Bounds = defaultBounds) {
  const handlers = new Map<string, () => void>()
  const state = { zoom, full: false, size: [1280, 800] as readonly [number, number] }
  const on = (name: string, handler: () => void) => { handlers.set(name, handler) }
  const window = {
    on, isFullScreen: () => state.full, getContentSize: () => [...state.size],
    setFullScreen: (full: boolean) => { state.full = full; state.size = full ? screen : [1280, 800]; handlers.get('resize')?.() },
    webContents: { on, getZoomFactor: () => state.zoom, setZoomFactor: (zoom: number) => { state.zoom = zoom } },
  }
  const store = { value: bounds, set: async (next: Bounds) => { store.value = next } }
  return { state, handlers, store, presenter: new Presenter(window as unknown as ConstructorParameters<typeof Presenter>[0], store) }
}

describe('a presented window', () => {
  test('fills the screen, magnified so that 12 px are 24 px at 1920×1080, and is afterwards as before', () => {
    const { state, presenter } = windowOf(1.1, [1920, 1080])
    presenter.present(true)
    presenter.present(true)
    expect(state).toMatchObject({ full: true, zoom: 2 })
    presenter.present(false)
    presenter.present(false)
    expect(state).toMatchObject({ full: false, zoom: 1.1 })
  })

  test('is magnified by the narrower side, never less than before', () => {
    const narrow = windowOf(1, [1024, 768])
    narrow.presenter.present(true)
    expect(narrow.state.zoom).toBeCloseTo(1024 / 960, 10)
    const large = windowOf(2.5, [1920, 1080])
    large.presenter.present(true)
    expect(large.state.zoom).toBe(2.5)
  })

  test('is no longer presented when its page is loaded again', () => {
    const { state, handlers, presenter } = windowOf(1, [1920, 1080])
    presenter.present(true)
    handlers.get('did-navigate')!()
    expect(state).toMatchObject({ full: false, zoom: 1 })
  })

  // Chromium keeps the zoom of a page: a window that was closed while it was presented opened twice as large
  test('that ended while it was presented opens with its own zoom', () => {
    const { presenter, store } = windowOf(1.1, [1920, 1080])
    presenter.present(true)
    expect(store.value).toEqual({ ...defaultBounds, ownZoom: 1.1 })
    const next = windowOf(2, [1920, 1080], store.value)
    next.handlers.get('did-navigate')!()
    expect([next.state.zoom, next.state.full, next.store.value]).toEqual([1.1, false, defaultBounds])
    next.presenter.present(true)
    expect(next.state).toMatchObject({ full: true, zoom: 2 })
  })
})
