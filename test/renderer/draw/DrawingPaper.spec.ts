import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, test, vi } from 'vitest'
import DrawPanel from '../../../renderer/draw/DrawPanel.vue'
import { useRoom } from '../../../renderer/stores/room'
import { useSketch } from '../../../renderer/stores/sketch/sketch'
import { fakeMain, show } from '../lab'

afterEach(() => { vi.unstubAllGlobals(); document.body.replaceChildren() })

/** The paper of the Draw room, 100 pixels wide and high, and a hand on it. */
async function paper() {
  fakeMain({ 'weights:list': () => [] })
  useRoom().go('draw')
  const view = await show(DrawPanel)
  await flushPromises()
  const canvas = view.get<HTMLCanvasElement>('.paper canvas').element
  canvas.setPointerCapture = () => undefined
  canvas.getBoundingClientRect = () => new DOMRect(0, 0, 100, 100)
  const event = (type: string, x: number, y: number, more: PointerEventInit & { at?: number }) => {
    const made = new PointerEvent(`pointer${type}`, { clientX: x, clientY: y, pointerId: 1, pointerType: 'mouse', button: 0, buttons: 1, pressure: 0.5, width: 1, height: 1, bubbles: true, ...more })
    if (more.at !== undefined) Object.defineProperty(made, 'timeStamp', { value: more.at })
    if (more.coalescedEvents) made.getCoalescedEvents = () => more.coalescedEvents!
    canvas.dispatchEvent(made)
    return made
  }
  const hand = (more: PointerEventInit & { at?: number } = {}) => ({
    down: (x: number, y = x, also = {}) => event('down', x, y, { ...more, ...also }), move: (x: number, y = x, also = {}) => event('move', x, y, { ...more, ...also }),
    up: (x: number, y = x) => event('up', x, y, more), cancel: (x: number, y = x) => event('cancel', x, y, more),
  })
  return { view, hand, sketch: useSketch(), strokes: () => useSketch().drawing.strokes.map(stroke => stroke.map(({ x, y, width }) => width === undefined ? [x, y] : [x, y, Number(width.toFixed(6))])) }
}

describe('the pen', () => {
  test('draws one stroke from touch to lift, and a second finger does not join in', async () => {
    const { hand, sketch, strokes } = await paper()
    const [first, second] = [hand(), hand({ pointerId: 2 })]
    first.down(10)
    second.down(90)
    first.move(20)
    second.move(80)
    expect(sketch.canUndo).toBe(false)
    first.up(20)
    second.up(80)
    expect(strokes()).toEqual([[[0.1, 0.1], [0.2, 0.2]]])
    expect(sketch.canUndo).toBe(true)
    sketch.undo()
    expect(sketch.empty).toBe(true)
  })

  test('follows every place where the pointer was between two frames', async () => {
    const { hand, strokes } = await paper()
    const mouse = hand()
    mouse.down(10)
    const between = [20, 30, 40].map(x => new PointerEvent('pointermove', { clientX: x, clientY: 10, pointerType: 'mouse' }))
    mouse.move(40, 10, { coalescedEvents: between })
    mouse.up(40, 10)
    expect(strokes()).toEqual([[[0.1, 0.1], [0.2, 0.1], [0.3, 0.1], [0.4, 0.1]]])
  })

  test('is as wide as a pen presses and as the chosen width says; mouse and finger have no pressure', async () => {
    const { hand, sketch, strokes } = await paper()
    const pen = hand({ pointerType: 'pen' })
    pen.down(10, 10, { pressure: 0 })
    pen.move(20, 20, { pressure: 0.5 })
    pen.move(30, 30, { pressure: 1 })
    pen.up(30)
    expect(strokes()).toEqual([[[0.1, 0.1, 0.4], [0.2, 0.2, 1], [0.3, 0.3, 1.6]].map(([x, y, width]) => width === 1 ? [x, y] : [x, y, width])])
    sketch.clear()
    sketch.setPenWidth('thick')
    const finger = hand({ pointerType: 'touch', at: 1e9, pressure: 0.9 })
    finger.down(10)
    finger.up(10)
    expect(strokes()).toEqual([[[0.1, 0.1, 1.7]]])
  })

  test('goes on in the same stroke after it left the paper, and one undo takes both parts back', async () => {
    const { hand, sketch, strokes } = await paper()
    const mouse = hand()
    mouse.down(50)
    mouse.move(150, 50)
    mouse.move(150, 70)
    mouse.move(50, 70)
    mouse.up(50, 70)
    expect(strokes()).toEqual([[[0.5, 0.5], [1, 0.5]], [[1, 0.7], [0.5, 0.7]]])
    sketch.undo()
    expect(sketch.empty).toBe(true)
  })

  test('of another mouse button does not draw', async () => {
    const { hand, sketch } = await paper()
    hand({ button: 2, buttons: 2 }).down(10)
    expect(sketch.isDown).toBe(false)
  })
})

describe('a touch', () => {
  test('that the system takes away is undone; what a pen has drawn stays', async () => {
    const { hand, sketch, strokes } = await paper()
    const finger = hand({ pointerType: 'touch' })
    finger.down(10)
    finger.move(30)
    finger.cancel(30)
    expect([sketch.empty, sketch.canUndo, sketch.isDown]).toEqual([true, false, false])
    const pen = hand({ pointerType: 'pen', pointerId: 3 })
    pen.down(10)
    pen.move(40)
    pen.cancel(40)
    expect([strokes().length, sketch.canUndo]).toEqual([1, true])
  })

  test('of a palm is ignored: a large one, and any while a pen is near', async () => {
    const { hand, sketch } = await paper()
    hand({ pointerType: 'touch', width: 80, height: 50, at: 100 }).down(50)
    expect(sketch.isDown).toBe(false)
    hand({ pointerType: 'pen', pointerId: 2, buttons: 0, at: 1000 }).move(20)
    hand({ pointerType: 'touch', at: 1900 }).down(50)
    expect(sketch.isDown).toBe(false)
    hand({ pointerType: 'touch', at: 2001 }).down(50)
    expect(sketch.isDown).toBe(true)
  })

  test('of the hand gives way to its pen', async () => {
    const { hand, strokes } = await paper()
    const [palm, pen] = [hand({ pointerType: 'touch' }), hand({ pointerType: 'pen', pointerId: 2 })]
    palm.down(80)
    palm.move(90)
    pen.down(10)
    palm.move(95)
    pen.move(20)
    palm.up(95)
    pen.up(20)
    expect(strokes()).toEqual([[[0.1, 0.1], [0.2, 0.2]]])
  })
})

describe('the eraser', () => {
  test.each<[string, PointerEventInit]>([['pressed at the end of a pen', { button: 5, buttons: 32 }], ['whose button is reported as the first one', { button: 0, buttons: 33 }]])('%s erases, whichever tool is chosen', async (_, state) => {
    const { hand, sketch, strokes } = await paper()
    const mouse = hand()
    mouse.down(10, 50)
    mouse.move(90, 50)
    mouse.up(90, 50)
    const end = hand({ pointerType: 'pen', pointerId: 2, ...state })
    end.down(50, 20)
    end.move(50, 80)
    end.up(50, 80)
    expect(strokes()).toHaveLength(2)
    sketch.undo()
    expect(strokes()).toHaveLength(1)
    sketch.redo()
    expect(strokes()).toHaveLength(2)
  })

  test('as a tool erases with any pointer; where nothing was, there is nothing to undo', async () => {
    const { hand, sketch, strokes } = await paper()
    const mouse = hand()
    mouse.down(10, 50)
    mouse.move(90, 50)
    mouse.up(90, 50)
    sketch.setTool('eraser')
    mouse.down(50, 10)
    mouse.move(50, 20)
    mouse.up(50, 20)
    expect(strokes()).toHaveLength(1)
    sketch.undo()
    expect(sketch.empty).toBe(true)
    sketch.redo()
    mouse.down(90, 50)
    mouse.move(0, 50)
    mouse.up(0, 50)
    expect(sketch.empty).toBe(true)
  })
})

test('ten thousand points in one stroke neither freeze the paper nor get lost', async () => {
  const { hand, sketch } = await paper()
  const mouse = hand()
  mouse.down(0, 50)
  const start = performance.now()
  for (let i = 1; i <= 500; i++) {
    const coalescedEvents = Array.from({ length: 20 }, (_, k) => new PointerEvent('pointermove', { clientX: 50 + 45 * Math.sin(20 * i + k), clientY: 50 + 45 * Math.cos(3 * (20 * i + k)), pointerType: 'mouse' }))
    mouse.move(50, 50, { coalescedEvents })
  }
  mouse.up(50)
  expect(performance.now() - start).toBeLessThan(3000) // half a second here, nearly all of it to make the events
  expect(sketch.drawing.strokes.flat().length).toBeGreaterThan(9_900)
})
