import { mount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { defineComponent, h, nextTick, ref, shallowRef } from 'vue'
import { useCamera, zoomLimits } from '../../../../renderer/graph/canvas/useCamera'
import type { Box, EdgeRoute, GraphLayout } from '../../../../renderer/graph/layout/geometry'

interface Viewport { x: number, y: number, zoom: number }
let resized: (size: { width: number, height: number }) => void = () => undefined
let still = false
beforeEach(() => {
  still = false
  vi.useFakeTimers({ toFake: ['performance'] })
  vi.stubGlobal('ResizeObserver', class {
    constructor(heard: (entries: { contentRect: object }[]) => void) { resized = contentRect => heard([{ contentRect }]) }
    observe() { return undefined }
    disconnect() { return undefined }
  })
  vi.stubGlobal('matchMedia', () => ({ get matches() { return still } }))
})
afterEach(() => { vi.unstubAllGlobals(); vi.useRealTimers() })

const edge = (id: string, bounds: Box) => ({ id, bounds }) as EdgeRoute
/** Boxes of 10 by 10 at a distance of a hundred, in a viewport of a given size. */
const layoutOf = (width: number, height: number, count = 3): GraphLayout => ({
  bounds: { x: 0, y: 0, width, height }, frames: [],
  nodes: new Map(Array.from({ length: count }, (_, i) => [`n${i}`, { x: 100 * i, y: 0, width: 10, height: 10 }])),
  edges: Array.from({ length: count - 1 }, (_, i) => edge(`e${i}`, { x: 100 * i, y: 0, width: 100, height: 10 })),
})

function camera(first: GraphLayout, { width = 800, height = 600 } = {}) {
  const layout = shallowRef(first)
  const viewport = ref<Viewport>({ x: 0, y: 0, zoom: 1 })
  const moves: ({ duration?: number } | undefined)[] = []
  let made: ReturnType<typeof useCamera> | undefined
  mount(defineComponent(() => {
    made = useCamera({ viewport, setViewport: (to, options) => { viewport.value = { ...to }; moves.push(options) } }, layout, ref(document.createElement('div')))
    return () => h('i')
  }))
  const cam = made!
  resized({ width, height })
  cam.start()
  const to = (x: number, y: number) => ({ x: x * viewport.value.zoom + viewport.value.x, y: y * viewport.value.zoom + viewport.value.y })
  return { cam, layout, viewport, moves, to, rest: () => { vi.advanceTimersByTime(1000) } }
}

describe('at first', () => {
  test('everything is visible, centred, as large as it fits', () => {
    const { viewport, to } = camera(layoutOf(1600, 600))
    expect(viewport.value.zoom).toBe(0.5)
    expect(to(800, 300)).toEqual({ x: 400, y: 300 })
    expect(camera(layoutOf(800, 1200)).viewport.value.zoom).toBe(0.5)
  })

  test('a small graph is enlarged by a third at most, a huge one is never lost', () => {
    expect(camera(layoutOf(100, 100)).viewport.value.zoom).toBe(1.35)
    expect(camera(layoutOf(1e6, 1e6)).viewport.value.zoom).toBe(zoomLimits.min)
  })

  test('nothing moves before the window has a size and its graph is drawn', () => {
    const { moves } = camera(layoutOf(100, 100), { width: 0, height: 0 })
    expect(moves).toEqual([])
    expect(camera(layoutOf(100, 100), { width: 800, height: 0 }).moves).toEqual([])
  })

  test('the view is there without animation', () => {
    expect(camera(layoutOf(100, 100)).moves).toEqual([undefined])
  })
})

const near = { x: 1000, y: 100, width: 50, height: 50 }

describe('a window that is resized', () => {
  // Cause: a graph whose node at work had been brought into view in a small window stayed cut in a large one.
  test('shows the whole graph again after following had moved the view, not after the user had', () => {
    const { cam, viewport } = camera(layoutOf(8000, 600))
    cam.show(near)
    expect(viewport.value.zoom).toBe(0.9)
    resized({ width: 1600, height: 600 })
    expect(viewport.value.zoom).toBe(0.2)
    cam.show(near)
    cam.moved()
    resized({ width: 800, height: 600 })
    expect(viewport.value.zoom).toBe(0.9)
  })

  test('keeps showing everything, until the user has moved the sheet', () => {
    const { cam, viewport } = camera(layoutOf(1600, 600))
    resized({ width: 400, height: 600 })
    expect(viewport.value.zoom).toBe(0.25)
    cam.moved()
    resized({ width: 800, height: 600 })
    expect(viewport.value.zoom).toBe(0.25)
    cam.fit()
    resized({ width: 1600, height: 600 })
    expect(viewport.value.zoom).toBe(1)
  })

  test('another graph is shown as a whole', async () => {
    const { cam, layout, viewport } = camera(layoutOf(1600, 600))
    cam.moved()
    layout.value = layoutOf(3200, 600)
    await nextTick()
    expect(viewport.value.zoom).toBe(0.25)
  })
})

describe('everything to be seen', () => {
  test('is shown when more appears beside the graph, unless it is visible already or the user has moved the sheet', async () => {
    const layout = shallowRef(layoutOf(1600, 600))
    const bounds = shallowRef<Box>({ x: 0, y: 0, width: 1600, height: 600 })
    const viewport = ref<Viewport>({ x: 0, y: 0, zoom: 1 })
    let made: ReturnType<typeof useCamera> | undefined
    mount(defineComponent(() => {
      made = useCamera({ viewport, setViewport: (to) => { viewport.value = { ...to } } }, layout, ref(document.createElement('div')), bounds)
      return () => h('i')
    }))
    resized({ width: 800, height: 600 })
    made!.start()
    expect(viewport.value.zoom).toBe(0.5)
    bounds.value = { x: 100, y: 0, width: 1500, height: 700 }
    await nextTick()
    expect(viewport.value.zoom).toBe(0.5)
    bounds.value = { x: 0, y: 0, width: 1600, height: 2400 }
    await nextTick()
    expect(viewport.value.zoom).toBe(0.25)
    made!.moved()
    bounds.value = { x: 0, y: 0, width: 6400, height: 600 }
    await nextTick()
    expect(viewport.value.zoom).toBe(0.25)
  })

  test('is observed on the canvas, for as long as there is one', () => {
    const watched: unknown[] = []
    vi.stubGlobal('ResizeObserver', class {
      observe(element: Element) { watched.push(element) }
      disconnect() { watched.length = 0 }
    })
    const root = document.createElement('div')
    const view = mount(defineComponent(() => {
      useCamera({ viewport: ref({ x: 0, y: 0, zoom: 1 }), setViewport: () => undefined }, shallowRef(layoutOf(100, 100)), ref(root))
      return () => h('i')
    }))
    expect(watched).toEqual([root])
    view.unmount()
    expect(watched).toEqual([])
  })
})

test('the zoom ranges from a node as small as a dot to small type at twice its size', () => {
  expect([44 * zoomLimits.min > 0.5, 44 * zoomLimits.min < 1.5, 12 * zoomLimits.max >= 24, 12 * zoomLimits.max <= 36]).toEqual([true, true, true, true])
})

describe('zooming', () => {
  test('keeps the centre fixed', () => {
    const { cam, viewport, to } = camera(layoutOf(1600, 600))
    viewport.value = { x: -100, y: 50, zoom: 0.5 }
    const middle = { x: (400 + 100) / 0.5, y: (300 - 50) / 0.5 }
    cam.zoomBy(1.5)
    expect(viewport.value.zoom).toBe(0.75)
    expect(to(middle.x, middle.y)).toEqual({ x: expect.closeTo(400, 9), y: expect.closeTo(300, 9) })
  })

  test('ends at its limits, and the view is then no longer fitted', () => {
    const { cam, viewport } = camera(layoutOf(1600, 600))
    cam.zoomBy(1000)
    expect(viewport.value.zoom).toBe(zoomLimits.max)
    cam.zoomBy(1e-6)
    expect(viewport.value.zoom).toBe(zoomLimits.min)
    resized({ width: 400, height: 600 })
    expect(viewport.value.zoom).toBe(zoomLimits.min)
  })
})

describe('a position to be shown', () => {
  test('does not move the view when it is visible', () => {
    const { cam, viewport, moves } = camera(layoutOf(800, 600))
    viewport.value = { x: 0, y: 0, zoom: 1 }
    cam.show({ x: 0, y: 0, width: 800, height: 600 })
    expect([viewport.value, moves.length]).toEqual([{ x: 0, y: 0, zoom: 1 }, 1])
  })

  test.each([
    [{ x: 900, y: 100, width: 50, height: 50 }, { x: 800 - 24 - 950, y: 0 }], [{ x: -100, y: 100, width: 50, height: 50 }, { x: 124, y: 0 }],
    [{ x: 100, y: 700, width: 50, height: 50 }, { x: 0, y: 600 - 24 - 750 }], [{ x: 100, y: -60, width: 50, height: 50 }, { x: 0, y: 84 }],
    [{ x: 100, y: 790, width: 50, height: 2000 }, { x: 0, y: 24 - 790 }],
  ])('at %j becomes visible by the shortest way, slightly inside of the edge', (box, shift) => {
    const { cam, viewport } = camera(layoutOf(800, 600))
    viewport.value = { x: 0, y: 0, zoom: 1 }
    cam.show(box)
    expect(viewport.value).toEqual({ ...shift, zoom: 1 })
  })

  test('that is too small to be read is zoomed in, and centred', () => {
    const { cam, viewport, to } = camera(layoutOf(8000, 600))
    expect(viewport.value.zoom).toBe(0.1)
    cam.show(near)
    expect(viewport.value.zoom).toBe(0.9)
    expect(to(1025, 125)).toEqual({ x: expect.closeTo(400, 9), y: expect.closeTo(300, 9) })
    const wide = camera(layoutOf(8000, 600))
    wide.cam.show({ x: 0, y: 0, width: 1552, height: 10 })
    expect(wide.viewport.value.zoom).toBe(0.5) // 800 / (1552 + 2 · 24)
    const high = camera(layoutOf(8000, 600))
    high.cam.show({ x: 0, y: 0, width: 10, height: 1152 })
    expect(high.viewport.value.zoom).toBe(0.5)
  })

  test('that is large enough to be read keeps its size', () => {
    const { cam, viewport } = camera(layoutOf(800, 600))
    viewport.value = { x: 0, y: 0, zoom: 0.62 }
    cam.show({ x: 5000, y: 0, width: 10, height: 10 })
    expect(viewport.value.zoom).toBe(0.62)
  })

  test('that need not be read keeps its size as well', () => {
    const { cam, viewport } = camera(layoutOf(8000, 600))
    cam.show(near, false)
    expect(viewport.value.zoom).toBe(0.1)
  })

  test('that was shown temporarily is left again, unless the user has moved since', () => {
    const one = camera(layoutOf(8000, 600))
    one.cam.restoreFit()
    expect(one.moves).toHaveLength(1)
    one.cam.show(near)
    one.cam.restoreFit()
    expect(one.viewport.value.zoom).toBe(0.1)
    one.cam.show(near)
    one.cam.moved()
    one.cam.restoreFit()
    expect(one.viewport.value.zoom).toBe(0.9)
  })

  test('is not left again when its size was readable already', () => {
    const { cam, viewport } = camera(layoutOf(800, 600))
    cam.show({ x: 2000, y: 0, width: 10, height: 10 })
    const { x } = viewport.value
    cam.restoreFit()
    expect(viewport.value.x).toBe(x)
    resized({ width: 700, height: 600 })
    expect(viewport.value.x).toBe(x) // no longer fitted to the window
  })
})

describe('a camera movement', () => {
  test('is animated when it is short and follows a rest, otherwise immediate', () => {
    const { cam, moves, rest, viewport } = camera(layoutOf(800, 600))
    rest()
    cam.zoomBy(1.1)
    expect(moves.at(-1)).toEqual({ duration: 220 })
    vi.advanceTimersByTime(350)
    cam.zoomBy(1.1)
    expect(moves.at(-1)).toBeUndefined() // steps in quick succession
    vi.advanceTimersByTime(351)
    cam.zoomBy(1.1)
    expect(moves.at(-1)).toEqual({ duration: 220 })
    rest()
    viewport.value = { x: 0, y: 0, zoom: 1 }
    cam.show({ x: 5000, y: 0, width: 10, height: 10 })
    expect(moves.at(-1)).toBeUndefined()
    rest()
    viewport.value = { x: 0, y: 0, zoom: 1 }
    cam.show({ x: 0, y: 5000, width: 10, height: 10 })
    expect(moves.at(-1)).toBeUndefined()
    rest()
    viewport.value = { x: 0, y: 0, zoom: 1 }
    cam.show({ x: 1900, y: 0, width: 10, height: 10 }) // 1,134 of the 1,200 nearby nodes
    expect(moves.at(-1)).toEqual({ duration: 220 })
  })

  test('is immediate when reduced motion is preferred', () => {
    still = true
    const { cam, moves, rest } = camera(layoutOf(800, 600))
    rest()
    cam.zoomBy(1.1)
    expect(moves.at(-1)).toBeUndefined()
  })
})

describe('the drawn part', () => {
  test('of a small graph is everything, however little of it is visible', async () => {
    const { cam, viewport } = camera(layoutOf(15_000, 600, 150))
    viewport.value = { x: 0, y: 0, zoom: 2 }
    await nextTick()
    expect([cam.rendered.value.nodes.length, cam.rendered.value.edges.length]).toEqual([150, 149])
  })

  test('of a large one is what is visible and a third of a window around it', async () => {
    const { cam, viewport } = camera(layoutOf(100_000, 600, 1000))
    viewport.value = { x: -10_000, y: 0, zoom: 1 } // 10,000 to 10,800
    await nextTick()
    const [first, last] = [10_000 - 800 / 3, 10_800 + 800 / 3]
    expect(cam.rendered.value.nodes).toEqual(Array.from({ length: 1000 }, (_, i) => i).filter(i => 100 * i + 10 > first && 100 * i < last).map(i => `n${i}`))
    expect(cam.rendered.value.edges.map(({ id }) => id)).toEqual(Array.from({ length: 999 }, (_, i) => i).filter(i => 100 * i + 100 > first && 100 * i < last).map(i => `e${i}`))
    viewport.value = { x: 0, y: 5000, zoom: 1 }
    await nextTick()
    expect(cam.rendered.value.nodes).toEqual([])
  })

  test('of a large one extends a third of a window vertically as well', async () => {
    const { cam, viewport } = camera(layoutOf(100_000, 600, 1000))
    const seen = async (y: number) => { viewport.value = { x: 0, y, zoom: 1 }; await nextTick(); return cam.rendered.value.nodes.length > 0 && cam.rendered.value.edges.length > 0 }
    // nodes are 10 high; 200 is a third of the window's height
    expect([await seen(-209), await seen(-5000), await seen(-211), await seen(799), await seen(5000), await seen(801)]).toEqual([true, false, false, true, false, false])
  })

  test('of a large one stays the same for small movements', async () => {
    const { cam, viewport } = camera(layoutOf(100_000, 600, 1000))
    viewport.value = { x: -10_000, y: 0, zoom: 1 }
    await nextTick()
    const { drawn } = { drawn: cam.rendered.value }
    viewport.value = { x: -10_100, y: 20, zoom: 1 }
    await nextTick()
    expect(cam.rendered.value).toBe(drawn)
    viewport.value = { x: -10_400, y: 0, zoom: 1 }
    await nextTick()
    expect(cam.rendered.value).not.toBe(drawn)
    // zooms in as long as at most four times the visible area is drawn: from a width of 1,333 pixels down to 333
    const wide = cam.rendered.value
    const nearer = async (zoom: number) => { viewport.value = { x: -10_400 * zoom, y: 0, zoom }; await nextTick(); return cam.rendered.value }
    expect([await nearer(2.3) === wide, await nearer(2.5) === wide]).toEqual([true, false])
  })

  test('changes as soon as there is another graph', async () => {
    const { cam, layout } = camera(layoutOf(300, 10, 3))
    layout.value = layoutOf(500, 10, 5)
    await nextTick()
    expect(cam.rendered.value.nodes).toHaveLength(5)
  })

  test('of a large graph is far when its texts could not be read, small when colours replace numbers', () => {
    const large = camera(layoutOf(15_100, 600, 151))
    large.viewport.value = { x: 0, y: 0, zoom: 0.41 }
    expect([large.cam.far.value, large.cam.small.value]).toEqual([true, true])
    large.viewport.value = { x: 0, y: 0, zoom: 0.42 }
    expect([large.cam.far.value, large.cam.small.value]).toEqual([false, true])
    large.viewport.value = { x: 0, y: 0, zoom: 0.58 }
    expect(large.cam.small.value).toBe(false)
    const small = camera(layoutOf(15_000, 600, 150))
    small.viewport.value = { x: 0, y: 0, zoom: 0.1 }
    expect(small.cam.far.value).toBe(false)
  })
})
