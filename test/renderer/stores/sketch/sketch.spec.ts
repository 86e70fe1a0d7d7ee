import { LabError, mnist } from '@core'
import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { useNotices } from '../../../../renderer/stores/notices'
import { useSettings } from '../../../../renderer/stores/settings'
import { useSketch } from '../../../../renderer/stores/sketch/sketch'
import { useReading } from '../../../../renderer/stores/sketch/useReading'
import { imageOn } from '../../../../renderer/stores/sketch/strokes'
import { fakeMain, info } from '../../lab'

const image = (index: number) => ({ image: new Float32Array(784).fill(index / 10_000), label: index % 10 })
beforeEach(() => { fakeMain({ 'data:images': ({ first }) => ({ shape: mnist.shape, images: [image(first)] }) }) })
afterEach(() => { vi.unstubAllGlobals(); vi.restoreAllMocks() })

const [a, b, c] = [{ x: 0.1, y: 0.2 }, { x: 0.3, y: 0.4 }, { x: 0.5, y: 0.6 }]
function stroke(...points: { x: number, y: number }[]) {
  const [first, ...rest] = points
  useSketch().begin(first!)
  useSketch().move(rest)
  useSketch().end()
}
/** The drawing as the network of the Draw room reads it: at first the sample, on MNIST. */
const reading = () => useReading(() => 'room')
const onPaper = () => ({ base: imageOn(useSketch().drawing)?.index ?? null, strokes: useSketch().drawing.strokes })

describe('the paper', () => {
  test('is blank at first: nothing to undo, nothing to classify', () => {
    const sketch = useSketch()
    expect([sketch.empty, sketch.canUndo, reading().pixels, reading().paperImage, onPaper()]).toEqual([true, false, null, null, { base: null, strokes: [] }])
  })

  test('is classified by the sample in its own room, by the learning network when docked in Train, in the first scene and in the capstone', () => {
    expect(useSketch().sources).toEqual({ room: 'sample', second: 'untrained', docked: 'run', first: 'run', capstone: 'run' })
  })

  test('takes the next test image of one class, and goes round at the end', async () => {
    const labels = (n: number) => [7, 2, 1, 0, 4, 1, 4, 9, 5, 7][n % 10]!
    const main = fakeMain({ 'data:images': ({ first, count }) => ({ shape: mnist.shape, images: Array.from({ length: count }, (_, i) => ({ ...image(first + i), label: labels(first + i) })) }) })
    const taken: number[] = []
    for (const counts of [mnist.counts, mnist.counts, { ...mnist.counts, test: 105 }, { ...mnist.counts, test: 17 }]) {
      await useSketch().takeClass(7, { ...mnist, counts })
      expect(imageOn(useSketch().drawing)?.label).toBe(7)
      taken.push(imageOn(useSketch().drawing)!.index)
    }
    expect(taken).toEqual([0, 9, 10, 0])
    expect(main.asked('data:images')).toEqual([[0, 100], [1, 100], [10, 95], [11, 6], [0, 11]].map(([first, count]) => ({ dataset: 'mnist', split: 'test', first, count })))
  })

  test('shows a stroke while it is drawn; it can be undone when the pen is lifted', () => {
    const sketch = useSketch()
    sketch.begin(a)
    sketch.move([b])
    sketch.move([c])
    expect([onPaper().strokes, sketch.empty, sketch.canUndo]).toEqual([[[a, b, c]], false, false])
    sketch.end()
    expect([onPaper().strokes, sketch.canUndo]).toEqual([[[a, b, c]], true])
    sketch.undo()
    expect([sketch.empty, sketch.canUndo]).toEqual([true, false])
  })

  test('ignores a pen that moves or lifts without having been put down', () => {
    const sketch = useSketch()
    sketch.move([a])
    sketch.end()
    expect([sketch.empty, sketch.canUndo]).toEqual([true, false])
  })

  test('keeps the strokes in their order', () => {
    stroke(a, b)
    stroke(c)
    expect(onPaper().strokes).toEqual([[a, b], [c]])
    useSketch().undo()
    expect(onPaper().strokes).toEqual([[a, b]])
  })

  test('can be restored after clearing; clearing a blank one cannot be undone', () => {
    const sketch = useSketch()
    sketch.clear()
    expect(sketch.canUndo).toBe(false)
    stroke(a, b)
    sketch.clear()
    expect([sketch.empty, sketch.canUndo]).toEqual([true, true])
    sketch.undo()
    expect(onPaper().strokes).toEqual([[a, b]])
  })

  test('that is cleared during a stroke drops that', () => {
    const sketch = useSketch()
    stroke(a)
    sketch.begin(b)
    sketch.clear()
    sketch.end()
    expect(sketch.empty).toBe(true)
    sketch.begin(c)
    sketch.clear()
    expect([sketch.empty, sketch.drawing.strokes]).toEqual([true, []])
  })

  test('that is undone during a stroke drops that, too', () => {
    stroke(a)
    useSketch().begin(b)
    useSketch().undo()
    expect(onPaper().strokes).toEqual([])
  })
})

describe('a doubt whether it is a digit', () => {
  const line = (y: number) => Array.from({ length: 20 }, (_, i) => ({ x: 0.1 + 0.04 * i, y }))

  test('appears for a drawing that is not one: a line from side to side', () => {
    expect(reading().doubt).toBeNull()
    stroke(...line(0.5))
    expect(reading().doubt).toBe('flat')
    useSketch().undo()
    expect(reading().doubt).toBeNull()
  })

  test('never appears for an unchanged test image, whatever it looks like, but for strokes on one', async () => {
    const flat = Float32Array.from({ length: 784 }, (_, i) => Math.abs(Math.floor(i / 28) - 14) < 2 && i % 28 > 3 && i % 28 < 24 ? 1 : 0)
    fakeMain({ 'data:images': () => ({ shape: mnist.shape, images: [{ image: flat, label: 1 }] }) })
    await useSettings().load()
    await reading().take('random')
    expect(reading().doubt).toBeNull()
    stroke(...line(0.52))
    expect(reading().doubt).not.toBeNull()
  })
})

describe('a test image', () => {
  const ready = () => useSettings().load()

  test('is not available before the digits are loaded', async () => {
    const main = fakeMain({ 'app:info': () => ({ ...info, dataset: { phase: 'loading' } as never }) })
    await ready()
    expect(reading().testImages).toBe(0)
    await reading().take('random')
    expect(main.asked('data:images')).toEqual([])
  })

  test('is shown unchanged, is classified, and can be undone', async () => {
    await ready()
    expect(reading().testImages).toBe(10_000)
    vi.spyOn(Math, 'random').mockReturnValue(0.4321)
    stroke(a)
    await reading().take('random')
    expect(reading().paperImage).toEqual({ dataset: 'mnist', split: 'test', shape: mnist.shape, index: 4321, ...image(4321) })
    expect([reading().pixels, onPaper().strokes, useSketch().empty]).toEqual([image(4321).image, [], false])
    useSketch().undo()
    expect([reading().paperImage, onPaper().strokes]).toEqual([null, [[a]]])
  })

  test('with a stroke on it no longer counts as one', async () => {
    await ready()
    await reading().take('random')
    stroke(a)
    expect([reading().paperImage, onPaper().strokes]).toEqual([null, [[a]]])
    expect(useSketch().drawing.base).not.toBeNull()
  })

  test.each([
    ['next', 0.5, 5001], ['previous', 0.5, 4999], ['next', 0.99999, 0], ['previous', 0, 9999],
  ] as const)('%s of one at %s of the set is number %i: the ends are connected', async (which, at, expected) => {
    await ready()
    vi.spyOn(Math, 'random').mockReturnValue(at)
    await reading().take('random')
    await reading().take(which)
    expect(reading().paperImage?.index).toBe(expected)
  })

  test('of the test set is requested; with none on the paper the next one is any one', async () => {
    const main = fakeMain({ 'data:images': ({ first }) => ({ shape: mnist.shape, images: [image(first)] }) })
    await ready()
    vi.spyOn(Math, 'random').mockReturnValue(0.25)
    await reading().take('next')
    expect(main.asked('data:images')).toEqual([{ dataset: 'mnist', split: 'test', first: 2500, count: 1 }])
  })

  test('chosen with key repeat continues from the last request, and only the last one is shown', async () => {
    const waiting: (() => void)[] = []
    fakeMain({ 'data:images': ({ first }) => new Promise((answer) => { waiting.push(() => { answer({ shape: mnist.shape, images: [image(first)] }) }) }) })
    await ready()
    vi.spyOn(Math, 'random').mockReturnValue(0)
    const asked = [reading().take('random'), reading().take('next'), reading().take('next')]
    waiting[2]!()
    await flushPromises()
    expect(reading().paperImage?.index).toBe(2)
    waiting[0]!()
    waiting[1]!()
    await Promise.all(asked)
    expect(reading().paperImage?.index).toBe(2)
    useSketch().undo()
    expect([useSketch().empty, useSketch().canUndo]).toEqual([true, false])
  })

  test('that cannot be loaded is reported, and the paper stays', async () => {
    fakeMain({ 'data:images': () => { throw new LabError('dataset.missing', 'no', {}) } })
    await ready()
    stroke(a)
    await reading().take('random')
    expect([onPaper().strokes, useNotices().notices.map(({ key }) => key)]).toEqual([[[a]], ['errors.dataset.missing']])
  })
})
