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

const edge = (id: string, bounds: Box) => ({ id, bounds, label: bounds as EdgeRoute['label'] }) as EdgeRoute
/** Boxes of 10 by 10 at a distance of a hundred, in a viewport of a given size. */
const layoutOf = (width: number, height: number, count = 3): GraphLayout => ({
  bounds: { x: 0, y: 0, width, height }, frames: [],
  nodes: new Map(Array.from({ length: count }, (_, i) => [`n${i}`, { x: 100 * i, y: 0, width: 10, height: 10 }])),
  edges: Array.from({ length: count - 1 }, (_, i) => edge(`e${i}`, { x: 100 * i, y: 0, width: 100, height: 10 })),
})

function camera(first: GraphLayout, { width = 800, height = 600, focus = [] }: { width?: number, height?: number, focus?: readonly Box[] } = {}) {
  const layout = shallowRef(first)
  const viewport = ref<Viewport>({ x: 0, y: 0, zoom: 1 })
  const moves: ({ duration?: number } | undefined)[] = []
  let made: ReturnType<typeof useCamera> | undefined
  mount(defineComponent(() => {
    made = useCamera({ viewport, setViewport: (to, options) => { viewport.value = { ...to }; moves.push(options) } }, { layout, root: ref(document.createElement('div')), focus: () => focus })
    return () => h('i')
  }))
  const cam = made!
  resized({ width, height })
  cam.start()
  const to = (x: number, y: number) => ({ x: x * viewport.value.zoom + viewport.value.x, y: y * viewport.value.zoom + viewport.value.y })
  return { cam, layout, viewport, moves, to, rest: () => { vi.advanceTimersByTime(1000) } }
}

/** The least zoom at which texts of 14 px are legible, with 12 px */
const legible = 12 / 14

describe('at first', () => {
  test('everything is visible, centred, as large as it fits, while it is legible', () => {
    const { viewport, to } = camera(layoutOf(900, 600))
    expect(viewport.value.zoom).toBeCloseTo(800 / 900, 9)
    expect(to(450, 300)).toEqual({ x: expect.closeTo(400, 9), y: expect.closeTo(300, 9) })
  })

  test('a larger graph begins at its upper left corner in a legible size; its height is centred if it fits', () => {
    const { viewport, to } = camera(layoutOf(1600, 600))
    expect(viewport.value.zoom).toBe(legible)
    expect(to(0, 300)).toEqual({ x: expect.closeTo(0, 9), y: expect.closeTo(300, 9) })
    expect(camera(layoutOf(800, 1200)).to(400, 0)).toEqual({ x: expect.closeTo(400, 9), y: expect.closeTo(0, 9) })
  })

  test('the part that matters is in view, and nothing beside the picture', () => {
    const { to } = camera(layoutOf(1600, 600), { focus: [{ x: 1500, y: 0, width: 90, height: 10 }] })
    expect(to(1600, 300)).toEqual({ x: expect.closeTo(800, 9), y: expect.closeTo(300, 9) })
    const early = camera(layoutOf(1600, 600), { focus: [{ x: 0, y: 0, width: 1500, height: 10 }, { x: 800, y: 0, width: 400, height: 10 }] })
    expect(early.to(1200, 0).x).toBeCloseTo(800 - 10, 9) // the first that fits, by the shortest way
  })

  test('a small graph is enlarged by a third at most, a huge one of many nodes is shown as a whole and never lost', () => {
    expect(camera(layoutOf(100, 100)).viewport.value.zoom).toBe(1.35)
    expect(camera(layoutOf(8000, 600, 151)).viewport.value.zoom).toBe(0.1)
    expect(camera(layoutOf(1e6, 1e6, 151)).viewport.value.zoom).toBe(zoomLimits.min)
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
  test('opens the graph again, unless the learner has moved it', () => {
    const { cam, viewport } = camera(layoutOf(1000, 600))
    expect(viewport.value.zoom).toBe(legible)
    resized({ width: 1000, height: 600 })
    expect(viewport.value.zoom).toBe(1)
    cam.moved()
    resized({ width: 500, height: 600 })
    expect(viewport.value.zoom).toBe(1)
  })

  test('keeps showing everything that the learner asked to see, however small', () => {
    const { cam, viewport } = camera(layoutOf(1600, 600))
    cam.fit()
    expect(viewport.value.zoom).toBe(0.5)
    resized({ width: 400, height: 600 })
    expect(viewport.value.zoom).toBe(0.25)
    cam.moved()
    resized({ width: 800, height: 600 })
    expect(viewport.value.zoom).toBe(0.25)
  })

  test('another graph is opened', async () => {
    const { cam, layout, viewport } = camera(layoutOf(1600, 600))
    cam.moved()
    layout.value = layoutOf(640, 480)
    await nextTick()
    expect(viewport.value.zoom).toBe(1.25)
  })
})

describe('everything to be seen', () => {
  test('is shown when more appears beside the graph, unless it is visible already or the learner has moved the sheet', async () => {
    const layout = shallowRef(layoutOf(800, 600))
    const bounds = shallowRef<Box>({ x: 0, y: 0, width: 800, height: 600 })
    const viewport = ref<Viewport>({ x: 0, y: 0, zoom: 1 })
    let made: ReturnType<typeof useCamera> | undefined
    mount(defineComponent(() => {
      made = useCamera({ viewport, setViewport: (to) => { viewport.value = { ...to } } }, { layout, root: ref(document.createElement('div')), bounds })
      return () => h('i')
    }))
    resized({ width: 800, height: 600 })
    made!.start()
    expect(viewport.value.zoom).toBe(1)
    bounds.value = { x: 100, y: 0, width: 700, height: 600 }
    await nextTick()
    expect(viewport.value.zoom).toBe(1)
    bounds.value = { x: 0, y: 0, width: 800, height: 640 }
    await nextTick()
    expect(viewport.value.zoom).toBe(600 / 640)
    made!.moved()
    bounds.value = { x: 0, y: 0, width: 900, height: 600 }
    await nextTick()
    expect(viewport.value.zoom).toBe(600 / 640)
  })

  test('is observed on the canvas, for as long as there is one', () => {
    const watched: unknown[] = []
    vi.stubGlobal('ResizeObserver', class {
      observe(element: Element) { watched.push(element) }
      disconnect() { watched.length = 0 }
    })
    const root = document.createElement('div')
    const view = mount(defineComponent(() => {
      useCamera({ viewport: ref({ x: 0, y: 0, zoom: 1 }), setViewport: () => undefined }, { layout: shallowRef(layoutOf(100, 100)), root: ref(root) })
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
    cam.show([{ x: 0, y: 0, width: 800, height: 600 }])
    expect([viewport.value, moves.length]).toEqual([{ x: 0, y: 0, zoom: 1 }, 1])
  })

  // the picture is 2000 × 1800; the view is 800 × 600, in its middle
  test.each([
    [{ x: 1500, y: 900, width: 50, height: 50 }, { x: 800 - 10 - 1550, y: -600 }], [{ x: 500, y: 900, width: 50, height: 50 }, { x: 10 - 500, y: -600 }],
    [{ x: 900, y: 1300, width: 50, height: 50 }, { x: -600, y: 600 - 10 - 1350 }], [{ x: 900, y: 540, width: 50, height: 50 }, { x: -600, y: 10 - 540 }],
    [{ x: 900, y: 700, width: 50, height: 1000 }, { x: -600, y: 10 - 700 }], [{ x: 1940, y: 900, width: 50, height: 50 }, { x: 800 - 2000, y: -600 }],
  ])('at %j becomes visible by the shortest way, slightly inside of the edge, and with nothing beside the picture', (box, shift) => {
    const { cam, viewport } = camera(layoutOf(2000, 1800))
    viewport.value = { x: -600, y: -600, zoom: 1 }
    cam.show([box])
    expect(viewport.value).toEqual({ ...shift, zoom: 1 })
  })

  test('of which only a part fits is shown by the first part that does', () => {
    const { cam, viewport } = camera(layoutOf(2000, 1800))
    viewport.value = { x: 0, y: 0, zoom: 1 }
    cam.show([{ x: 1000, y: 0, width: 790, height: 50 }, { x: 1000, y: 0, width: 200, height: 50 }, { x: 1100, y: 0, width: 50, height: 50 }])
    expect(viewport.value.x).toBe(800 - 10 - 1200)
  })

  test('that is too small to be read is zoomed in', () => {
    const { cam, viewport, to } = camera(layoutOf(8000, 600))
    cam.fit()
    expect(viewport.value.zoom).toBe(0.1)
    cam.show([near])
    expect(viewport.value.zoom).toBe(legible)
    expect(to(1050, 0).x).toBeCloseTo(800 - 10, 9)
  })

  test('that is large enough to be read keeps its size', () => {
    const { cam, viewport } = camera(layoutOf(800, 600))
    viewport.value = { x: 0, y: 0, zoom: 0.62 }
    cam.show([{ x: 700, y: 590, width: 10, height: 10 }])
    expect(viewport.value.zoom).toBe(0.62)
  })

  test('that need not be read keeps its size as well', () => {
    const { cam, viewport } = camera(layoutOf(8000, 600))
    cam.fit()
    cam.show([near], false)
    expect(viewport.value.zoom).toBe(0.1)
  })

  test('that was shown on the way is left when the graph is opened again, unless the learner has moved since', () => {
    const { cam, viewport, to } = camera(layoutOf(8000, 600))
    cam.show([near])
    expect(to(0, 0).x).toBeLessThan(0)
    cam.reopen()
    expect(to(0, 0).x).toBeCloseTo(0, 9)
    cam.show([near])
    const { x } = viewport.value
    cam.moved()
    cam.reopen()
    expect(viewport.value.x).toBe(x)
  })

  test('is the centre when the learner points at it on the map', () => {
    const { cam, to, viewport } = camera(layoutOf(8000, 600))
    expect(cam.isCut.value).toBe(true)
    cam.centre({ x: 4000, y: 300 })
    expect(to(4000, 300)).toEqual({ x: expect.closeTo(400, 9), y: expect.closeTo(300, 9) })
    cam.reopen()
    expect(viewport.value.x).toBeCloseTo(400 - 4000 * legible, 9)
    cam.fit()
    expect(cam.isCut.value).toBe(false)
  })
})

describe('a camera movement', () => {
  test('is animated when it is short and follows a rest, otherwise immediate', () => {
    const { cam, moves, rest, viewport } = camera(layoutOf(9000, 9000))
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
    cam.show([{ x: 5000, y: 0, width: 10, height: 10 }])
    expect(moves.at(-1)).toBeUndefined()
    rest()
    viewport.value = { x: 0, y: 0, zoom: 1 }
    cam.show([{ x: 0, y: 5000, width: 10, height: 10 }])
    expect(moves.at(-1)).toBeUndefined()
    rest()
    viewport.value = { x: 0, y: 0, zoom: 1 }
    cam.show([{ x: 1900, y: 0, width: 10, height: 10 }]) // 1,134 of the 1,200 nearby nodes
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
