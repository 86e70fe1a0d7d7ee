import { LabError, mnist } from '@core'
import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import DrawPanel from '../../../renderer/draw/DrawPanel.vue'
import { useNotices } from '../../../renderer/stores/notices'
import { useRoom } from '../../../renderer/stores/room'
import { useSettings } from '../../../renderer/stores/settings'
import { useSketch } from '../../../renderer/stores/sketch/sketch'
import { imageOn } from '../../../renderer/stores/sketch/strokes'
import { fakeMain, show } from '../lab'

beforeEach(() => { Object.assign(HTMLElement.prototype, { showPopover: vi.fn(), hidePopover: vi.fn() }) })
afterEach(() => {
  for (const name of ['showPopover', 'hidePopover']) Reflect.deleteProperty(HTMLElement.prototype, name)
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
  document.body.replaceChildren()
})

const image = (index: number) => ({ image: new Float32Array(784).fill((index % 100) / 100), label: index % 10 })
/** The network reads every digit rightly but those of image 137. */
const answerTo = (pixels: Float32Array) => Math.round(pixels[0]! * 100) === 37 ? 3 : Math.round(pixels[0]! * 100) % 10

async function panel(answers: Parameters<typeof fakeMain>[0] = {}) {
  const main = fakeMain({
    'weights:list': () => [], 'data:images': ({ first, count }) => ({ shape: mnist.shape, images: Array.from({ length: count }, (_, i) => image(first + i)) }),
    'draw:predict': ({ source, pixels }) => ({ source, at: null, label: answerTo(pixels as Float32Array), areProbabilities: true, outputs: new Float32Array(10) }), ...answers,
  })
  useRoom().go('draw')
  const view = await show(DrawPanel)
  await useSettings().load()
  await flushPromises()
  const key = async (key: string, more: KeyboardEventInit = {}, target: Element = document.body) => {
    const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more })
    target.dispatchEvent(event)
    await flushPromises()
    return event
  }
  const press = async (name: string) => { await view.findAll('button').find(button => [button.attributes('aria-label'), button.text()].includes(name))!.trigger('click'); await flushPromises() }
  const shown = () => { const on = imageOn(useSketch().drawing); return on && [on.split, on.index] }
  const stroke = async (...points: (readonly [number, number])[]) => {
    const [first, ...rest] = points.map(([x, y]) => ({ x, y }))
    useSketch().begin(first!)
    useSketch().move(rest)
    useSketch().end()
    await flushPromises()
  }
  return { main, view, key, press, shown, stroke, sketch: useSketch() }
}

describe('the tools', () => {
  test('are six on a blank paper', async () => {
    const { view } = await panel()
    expect(view.findAll('.tools > button, .tools .test > button, .tools .more > button')).toHaveLength(6)
  })

  test('undo and redo by button and key, and bring a cleared drawing back', async () => {
    const { key, press, stroke, sketch } = await panel()
    await stroke([0.1, 0.1], [0.2, 0.2])
    await stroke([0.5, 0.5], [0.6, 0.6])
    await press('Undo')
    expect(sketch.drawing.strokes).toHaveLength(1)
    await press('Redo')
    expect(sketch.drawing.strokes).toHaveLength(2)
    await press('Clear')
    await key('z', { ctrlKey: true })
    await key('z', { ctrlKey: true })
    await key('y', { ctrlKey: true })
    expect([sketch.drawing.strokes.length, sketch.canRedo]).toEqual([2, true])
  })

  test('the eraser is switched by button and key, and its button says whether it is on; on a blank paper the pen is back', async () => {
    const { view, key, press, stroke, sketch } = await panel()
    const pressed = () => view.get('button[aria-label=Eraser]').attributes('aria-pressed')
    await stroke([0.1, 0.1], [0.2, 0.2])
    await press('Eraser')
    expect([sketch.tool, pressed()]).toEqual(['eraser', 'true'])
    await key('e')
    expect([sketch.tool, pressed()]).toEqual(['pen', 'false'])
    await key('e')
    await key('Delete')
    expect(sketch.tool).toBe('pen')
  })

  test('the pen gets wider and thinner by key and in the menu, and what is drawn has that width', async () => {
    const { key, press, stroke, sketch } = await panel()
    for (const pressed of ['-', '-', '-']) await key(pressed)
    expect(sketch.penWidth).toBe('thin')
    await stroke([0.1, 0.1])
    await key('+')
    await key('=')
    expect(sketch.penWidth).toBe('thick')
    await stroke([0.2, 0.2])
    await press('Medium')
    await stroke([0.3, 0.3])
    expect(sketch.drawing.strokes.map(([point]) => point!.width)).toEqual([0.6, 1.7, undefined])
  })
})

describe('any image of the dataset', () => {
  async function chooser(answers: Parameters<typeof fakeMain>[0] = {}) {
    const opened = await panel(answers)
    await opened.key('i')
    return opened
  }

  test('is shown by its number, of the test or the training images; the next one is of the same', async () => {
    const { view, key, shown } = await chooser()
    await view.get('.chooser input[type=number]').setValue('42')
    await view.get('.chooser').trigger('submit')
    await flushPromises()
    expect(shown()).toEqual(['test', 42])
    await key('i')
    expect((view.get('.chooser input[type=number]').element as HTMLInputElement).value).toBe('42')
    await view.findAll('.chooser input[type=radio]')[1]!.setValue(true)
    await view.get('.chooser input[type=number]').setValue('70000')
    await view.get('.chooser').trigger('submit')
    await flushPromises()
    expect(shown()).toEqual(['train', 59_999])
    await key('ArrowLeft')
    expect(shown()).toEqual(['train', 59_998])
    await key('r')
    expect(shown()![0]).toBe('train')
  })

  test('of a class is the next one', async () => {
    const { view, shown } = await chooser()
    const seven = () => view.findAll('.classes button')[7]!.trigger('click').then(flushPromises)
    await seven()
    expect(shown()).toEqual(['test', 7])
    await seven()
    expect(shown()).toEqual(['test', 17])
  })

  test('that the network misreads is looked for in small numbers', async () => {
    const { main, shown, press } = await chooser()
    await press('A misread one')
    expect(shown()).toEqual(['test', 37])
    expect(main.asked('draw:predict').length).toBeLessThanOrEqual(50)
    expect(main.asked('data:images')).toHaveLength(1)
  })

  test('is not shown when a network misreads none of a thousand, and the paper stays', async () => {
    const { main, stroke, sketch, press } = await chooser({ 'draw:predict': ({ source, pixels }) => ({ source, at: null, label: Math.round((pixels as Float32Array)[0]! * 100) % 10, areProbabilities: true, outputs: new Float32Array(10) }) })
    await stroke([0.1, 0.1])
    await press('A misread one')
    expect([sketch.drawing.strokes.length, main.asked('draw:predict').length, useNotices().notices.map(({ key }) => key)]).toEqual([1, 1000, ['draw.choose.noneWrong']])
  })

  test('that cannot be read is reported', async () => {
    const { press, sketch } = await chooser({ 'draw:predict': () => { throw new LabError('worker.timeout', 'late', { found: 'predict' }) } })
    await press('A misread one')
    expect([sketch.empty, useNotices().notices.map(({ key }) => key)]).toEqual([true, ['errors.worker.timeout']])
  })
})

describe('drawing with the keyboard', () => {
  test('goes from cell to cell; each stroke is undone by itself; arrows outside of it choose images', async () => {
    const { view, key, sketch, shown } = await panel()
    const paper = view.get('.paper canvas').element
    const said = () => view.get('.paper [role=status]').text()
    const cell = (row: number, column: number) => ({ x: (column + 0.5) / 28, y: (row + 0.5) / 28 })
    await key('Enter', {}, paper)
    expect(said()).toBe('Row 15, column 15, pen up')
    await key('ArrowUp', {}, paper)
    await key(' ', {}, paper)
    expect(said()).toBe('Row 14, column 15, pen down')
    for (const pressed of ['ArrowRight', 'ArrowDown']) await key(pressed, {}, paper)
    await key(' ', {}, paper)
    await key('Home', {}, paper)
    await key(' ', {}, paper)
    await key(' ', {}, paper)
    expect(sketch.drawing.strokes).toEqual([[cell(13, 14), cell(13, 15), cell(14, 15)], [cell(14, 0)]])
    await key('z', { ctrlKey: true }, paper)
    expect(sketch.drawing.strokes).toHaveLength(1)
    await key('e', {}, paper)
    expect(said()).toContain('eraser up')
    await key('End', {}, paper)
    await key(' ', {}, paper)
    for (let i = 0; i < 27; i++) await key('ArrowLeft', {}, paper)
    await key(' ', {}, paper)
    expect(sketch.empty).toBe(true) // the eraser is nearly three cells wide
    await key('Escape', {}, paper)
    expect([view.find('.paper .grid').exists(), sketch.canUndo, said()]).toEqual([false, true, 'Drawing with the keys has ended'])
    await key('ArrowRight', {}, paper)
    expect(shown()![0]).toBe('test')
  })

  test('begins with a command too, ends with the focus or with a pointer, and the pen is then up', async () => {
    const { view, key, sketch } = await panel()
    const paper = view.get('.paper canvas').element
    await key('k')
    expect([view.find('.paper .grid').exists(), document.activeElement === paper]).toEqual([true, true])
    await key(' ', {}, paper)
    expect(sketch.isDown).toBe(true)
    paper.dispatchEvent(new FocusEvent('blur'))
    await flushPromises()
    expect([view.find('.paper .grid').exists(), sketch.isDown, sketch.drawing.strokes.length]).toEqual([false, false, 1])
  })
})
