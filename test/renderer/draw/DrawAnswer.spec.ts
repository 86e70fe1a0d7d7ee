import { afterEach, describe, expect, test, vi } from 'vitest'
import DrawAnswer from '../../../renderer/draw/DrawAnswer.vue'
import type { DrawingPrediction } from '../../../renderer/draw/usePrediction'
import { useNeighbours } from '../../../renderer/stores/sketch/neighbours'
import { useSketch } from '../../../renderer/stores/sketch/sketch'
import { useReading } from '../../../renderer/stores/sketch/useReading'
import { fakeMain, show } from '../lab'

afterEach(() => { vi.useRealTimers(); vi.unstubAllGlobals(); document.body.replaceChildren() })

const predictionOf = (label: number, share: number): DrawingPrediction =>
  ({ source: 'run', at: { runId: 1, step: 0 }, paperImage: null, label, areProbabilities: true, outputs: Float32Array.from({ length: 10 }, (_, digit) => digit === label ? share : (1 - share) / 9) })

async function answered(prediction: DrawingPrediction | null, answers: Parameters<typeof fakeMain>[0] = {}) {
  fakeMain(answers)
  const view = await show(DrawAnswer, { reading: useReading(() => 'room'), prediction, refused: null })
  vi.useFakeTimers()
  const heard = () => view.get('[role=status]').text()
  return { view, heard, rest: () => vi.advanceTimersByTimeAsync(1000) }
}
const draw = () => {
  const sketch = useSketch()
  sketch.begin({ x: 0.5, y: 0.2 })
  sketch.move([{ x: 0.5, y: 0.8 }])
  sketch.end()
}

describe('what a screen reader announces about a drawing', () => {
  test('is the answer, once the hand rests', async () => {
    const { heard, rest } = await answered(predictionOf(1, 0.999))
    draw()
    await vi.advanceTimersByTimeAsync(100)
    expect(heard()).toBe('')
    await rest()
    expect(heard()).toContain('1')
    expect(heard()).toContain('99.9%')
  })

  // Cause: only new drawings were announced, although the network kept learning and its answer changed.
  test('is the new answer when the network changes it, or another network is asked', async () => {
    const { view, heard, rest } = await answered(predictionOf(1, 0.999))
    draw()
    await rest()
    await view.setProps({ prediction: predictionOf(2, 0.84) })
    await rest()
    expect(heard()).toContain('84.0%')
    await view.setProps({ prediction: null })
    await rest()
    expect(heard()).toBe('')
  })

  test('is nothing new while a learning network wavers', async () => {
    const { view, heard, rest } = await answered(predictionOf(1, 0.999))
    draw()
    await rest()
    const before = heard()
    for (let i = 0; i < 20; i++) {
      await view.setProps({ prediction: predictionOf(i % 2 ? 7 : 4, 0.5) })
      await vi.advanceTimersByTimeAsync(100)
      expect(heard()).toBe(before)
    }
  })
})

test('an image of another dataset is neither right nor wrong, since its class is none of the network’s', async () => {
  const { view } = await answered(predictionOf(8, 0.99))
  useSketch().show({ dataset: 'clothes', split: 'test', index: 0, shape: [1, 28, 28], label: 6, image: new Float32Array(784).fill(0.5) })
  await vi.advanceTimersByTimeAsync(0)
  expect(view.find('.test').exists()).toBe(false)
  expect(view.get('.doubt').text()).toContain('comes from another dataset')
  useSketch().mean(6)
  await vi.advanceTimersByTimeAsync(0)
  expect(view.get('.test').text()).toContain('wrong')
})

test('a picture without ink is no blank paper, and the answer says so', async () => {
  const { view } = await answered(null)
  useSketch().show({ kind: 'picture', name: 'white.png', width: 2, height: 2, rgba: new Uint8ClampedArray(16).fill(255), sensitivity: 0.5 })
  await vi.advanceTimersByTimeAsync(0)
  expect(view.get('.waiting').text()).toContain('no ink')
})

describe('an answer to what looks like no digit', () => {
  const near = (distance: number) => ({ nearest: [{ index: 0, label: 1, distance, image: new Float32Array(784) }], means: [] })
  /** A line, compared with training images. @param distance to the nearest of them */
  async function compared(distance: number, prediction = predictionOf(1, 0.999)) {
    const { view, ...others } = await answered(prediction, { 'draw:neighbours': () => near(distance) })
    draw()
    const reading = useReading(() => 'room')
    useNeighbours().compare({ dataset: reading.dataset, pixels: reading.pixels!, means: [] })
    await vi.advanceTimersByTimeAsync(0)
    return { view, ...others, said: () => view.findAll('.doubt').map(doubt => doubt.text()) }
  }

  test('carries a word, which is announced, too', async () => {
    const { said, heard, rest } = await compared(40)
    expect(said()).toEqual(['This looks like no digit that the network has seen; softmax sums to 1 all the same.'])
    await rest()
    expect(heard()).toMatch(/^.*99\.9%.*no digit/)
  })

  test('carries none near to a training image, on a blank paper, and for an image of the dataset', async () => {
    const { said } = await compared(0.5)
    expect(said()).toEqual([])
    const far = await compared(40)
    useSketch().clear()
    await vi.advanceTimersByTimeAsync(0)
    expect(far.said()).toEqual([])
    useSketch().show({ dataset: 'mnist', split: 'test', index: 0, label: 1, shape: [1, 28, 28], image: new Float32Array(784).fill(0.5) })
    await vi.advanceTimersByTimeAsync(0)
    expect(far.said()).toEqual([])
  })

  test.each([
    ['one dot', [{ x: 0.5, y: 0.5 }], /./],
    ['a flat line', [{ x: 0.1, y: 0.5 }, { x: 0.9, y: 0.5 }], 'flat line'],
  ])('%s is doubted at once, without a comparison', async (_, points, wanted) => {
    const { view } = await answered(predictionOf(1, 0.999))
    const sketch = useSketch()
    sketch.begin(points[0]!)
    sketch.move(points.slice(1))
    sketch.end()
    await vi.advanceTimersByTimeAsync(0)
    expect(view.get('.doubt').text()).toMatch(wanted)
    expect(view.get('.answer').classes()).toContain('doubted')
  })
})
