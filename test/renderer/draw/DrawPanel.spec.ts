import type { DrawSource, NetworkNumbers, Prediction, WeightsEntry } from '@contract'
import { LabError, mnist } from '@core'
import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import DrawPanel from '../../../renderer/draw/DrawPanel.vue'
import DockedDraw from '../../../renderer/draw/DockedDraw.vue'
import { useRoom } from '../../../renderer/stores/room'
import { useRun } from '../../../renderer/stores/run'
import { useSketch } from '../../../renderer/stores/sketch/sketch'
import { imageOn } from '../../../renderer/stores/sketch/strokes'
import { fakeMain, metricsFrame, runState, show, soFar } from '../lab'
import { perceptron } from '../../fixtures/run-config'
import { networkThatAnswers } from '../draw-network'
import { evaluation } from '../../fixtures/evaluation'

/** The digit of a test image, and the image: one inked pixel identifies it. */
const labelOf = (index: number) => index % 10
const imageOf = (index: number) => Float32Array.from({ length: 784 }, (_, i) => Number(i === index % 784))
const predictionOf = (source: DrawSource, label: number, share = 0.91, at = { runId: 1, step: 0 }): Prediction =>
  ({ source, at: source === 'run' ? at : null, label, areProbabilities: true, outputs: Float32Array.from({ length: 10 }, (_, digit) => digit === label ? share : (1 - share) / 9) })
const sample: WeightsEntry = {
  handle: 'sample', kind: 'sample', name: 'sample.safetensors', folder: '', runId: null, savedAt: null, bytes: 1, problem: null,
  summary: { architecture: perceptron([784, 50, 10]), dataset: 'MNIST', step: 10_000, testAccuracy: 0.97, weightsSha256: 'ab' },
}

beforeEach(() => { vi.spyOn(Math, 'random').mockReturnValue(0.70315) }) // test image 7,031, a one
afterEach(() => { vi.restoreAllMocks(); vi.useRealTimers(); vi.unstubAllGlobals(); document.body.replaceChildren() })

async function panel(answers: Parameters<typeof fakeMain>[0] = {}, props: { compact?: boolean } = {}) {
  const main = fakeMain({
    'data:images': ({ first }) => ({ shape: mnist.shape, images: [{ image: imageOf(first), label: labelOf(first) }] }),
    'draw:network': ({ source }) => networkThatAnswers(predictionOf(source, source === 'untrained' ? 4 : 1, source === 'untrained' ? 0.14 : 0.91)),
    'weights:list': () => [sample],
    ...answers,
  })
  useRoom().go(props.compact ? 'train' : 'draw')
  const view = await (props.compact ? show(DockedDraw) : show(DrawPanel))
  await useRun().load()
  await flushPromises()
  const press = async (name: string) => { await view.findAll('button').find(button => button.attributes('aria-label') === name)!.trigger('click'); await flushPromises() }
  const key = async (key: string, more: KeyboardEventInit = {}) => { document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more })); await flushPromises() }
  const shares = () => view.findAll('.share').map(share => share.text()).filter(text => text.endsWith('%') && !text.includes(' '))
  return { main, view, press, key, shares, asked: () => (main.asked('draw:network') as { source: DrawSource }[]).map(({ source }) => source) }
}

describe('the draw panel', () => {
  test('explains what to do while the paper is blank, and has the network ready', async () => {
    const { view, asked } = await panel()
    expect(view.get('.invitation').text()).toContain('Draw a digit here')
    expect(view.findAll('.bars .share').map(share => share.text())).toEqual(Array<string>(10).fill('–'))
    expect(asked()).toEqual(['sample'])
  })

  test('shows ten probabilities; the likeliest is marked, in words too', async () => {
    const { view, press } = await panel()
    await press('Test digit')
    const rows = view.findAll('.bars li')
    expect(rows.map(row => row.attributes('aria-label'))).toEqual(['0: 1.0%', '1: 91.0%, the highest', ...Array.from({ length: 8 }, (_, i) => `${i + 2}: 1.0%`)])
    expect(rows.map(row => row.classes('best'))).toEqual(rows.map((_, digit) => digit === 1))
    expect(rows[1]!.get<HTMLElement>('.fill').element.style.transform).toMatch(/^scaleX\(0\.91/)
    expect(view.get('.answer .digit').text()).toBe('1')
  })

  test('a test image is given to the network unchanged, and the answer is marked right or wrong', async () => {
    const isRead = (pixel: number, label: number) => label === 1 && imageOf(7031)[pixel] === 1 ? 9 : 0
    const { view, press } = await panel({ 'draw:network': ({ source }) => networkThatAnswers(predictionOf(source, 4, 0.2), 784, source === 'sample' ? isRead : undefined) })
    await press('Test digit')
    expect(view.get('.answer .digit').text()).toBe('1')
    expect(view.get('.answer .test').text()).toContain('right')
    expect(view.get('.answer .test').text()).toContain('Test image 7,031')
    await view.findAll('input[type=radio]')[1]!.setValue(true)
    await flushPromises()
    expect(view.get('.answer .test').text()).toContain('wrong')
  })

  test('the switch selects the network to ask, and shows what is known about it', async () => {
    const { view, press, asked } = await panel({ 'run:read': () => soFar(runState({ step: 1234, evaluation: evaluation(1200, { test: 0.912 }) })), 'draw:network': ({ source }) => networkThatAnswers(predictionOf(source, 1, 0.91, { runId: 1, step: 1234 })) })
    await press('Test digit')
    expect(view.get('.facts').text()).toMatch(/784-50-10 ReLU.*step 10,000.*test accuracy 97\.0%/)
    await view.findAll('input[type=radio]')[1]!.setValue(true)
    await flushPromises()
    expect(view.get('.facts').text()).toMatch(/step 0$/)
    await view.findAll('input[type=radio]')[2]!.setValue(true)
    await flushPromises()
    expect(view.get('.facts').text()).toMatch(/step 1,234.*test accuracy 91\.2% \(at step 1,200\)$/)
    expect(asked()).toEqual(['sample', 'untrained', 'run'])
  })

  // the accuracy appeared next to the current step, at which it was not measured
  test('docked in Train the accuracy names the step at which it was measured, until the current step is measured as well', async () => {
    const measuredAt = (step: number) => evaluation(step, { test: 0.912 })
    const { main, view } = await panel({ 'run:read': () => soFar(runState({ step: 1234, evaluation: measuredAt(600) })) }, { compact: true })
    const facts = () => view.findAll('.facts span').map(fact => fact.text())
    expect(facts()).toEqual(['step 1,234', 'test 91.2% (at step 600)'])
    main.tell('run:state', runState({ step: 1234, evaluation: measuredAt(1234) }))
    await flushPromises()
    expect(facts()).toEqual(['step 1,234', 'test 91.2%'])
    main.tell('run:state', runState({ runId: 2, step: 0, evaluation: null }))
    await flushPromises()
    expect(facts()).toEqual(['step 0'])
  })

  test('docked in Train it uses the current network from the start', async () => {
    const { press, asked } = await panel({}, { compact: true })
    await press('Test digit')
    expect(new Set(asked())).toEqual(new Set(['run']))
  })

  test('the answer waits for the network, and appears by itself', async () => {
    let ready = false
    const { main, view, asked } = await panel({ 'run:read': () => ready ? soFar(runState()) : null })
    await useSketch().take('random', mnist)
    await flushPromises()
    expect(view.get('.waiting').text()).toContain('getting ready')
    expect(asked()).toEqual([])
    ready = true
    main.tell('run:state', runState())
    await flushPromises()
    expect(view.get('.answer .digit').text()).toBe('1')
  })

  test('a refusal is shown in the panel, and the next answer replaces it', async () => {
    let refuse = true
    const { view, press } = await panel({ 'draw:network': ({ source }) => {
      if (refuse) throw new LabError('worker.timeout', 'late', { found: 'predict' })
      return networkThatAnswers(predictionOf(source, 3))
    } })
    await press('Test digit')
    expect(view.get('[role=alert]').text()).toContain('predict')
    refuse = false
    await press('Next test image')
    expect(view.find('[role=alert]').exists()).toBe(false)
    expect(view.get('.answer .digit').text()).toBe('3')
  })

  test('keys clear the paper, undo, and step through the test images', async () => {
    const { main, key } = await panel()
    const sketch = useSketch()
    await key('ArrowRight') // none is loaded yet, so any digit
    await key('ArrowRight')
    await key('ArrowLeft')
    await key('ArrowLeft')
    expect(main.asked('data:images')).toEqual([7031, 7032, 7031, 7030].map(first => ({ dataset: 'mnist', split: 'test', first, count: 1 })))
    await key('Delete')
    expect(sketch.empty).toBe(true)
    await key('z', { ctrlKey: true })
    expect(imageOn(sketch.drawing)?.index).toBe(7030)
    await key('z', { ctrlKey: true, shiftKey: true })
    expect(sketch.empty).toBe(true)
    await key('z', { ctrlKey: true })
    await key('y', { ctrlKey: true })
    expect(sketch.empty).toBe(true)
  })

  test('arrows on the source switch choose a source, not a test image', async () => {
    const { main, view } = await panel()
    await view.get('input[type=radio]').trigger('keydown', { key: 'ArrowRight' })
    expect(main.asked('data:images')).toEqual([])
  })

  test('docked in Train the keys count only inside the panel', async () => {
    const { main, view, key } = await panel({}, { compact: true })
    await key('ArrowRight')
    expect(main.asked('data:images')).toEqual([])
    await view.get('.paper canvas').trigger('keydown', { key: 'ArrowRight' })
    expect(main.asked('data:images')).toHaveLength(1)
  })

  test('while the current network learns it is asked again, at most ten times a second', async () => {
    const { main, press, asked } = await panel({}, { compact: true })
    await press('Test digit')
    const before = asked().length
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    for (let step = 1; step <= 100; step++) { // one second, one frame every 10 ms
      main.tell('run:metrics', metricsFrame({ firstStep: step, losses: Float32Array.of(1), stepInEpoch: step }))
      await vi.advanceTimersByTimeAsync(10)
    }
    const again = asked().length - before
    expect(again).toBeGreaterThanOrEqual(8)
    expect(again).toBeLessThanOrEqual(10)
  })

  test('a trained network is not asked again for the steps of another', async () => {
    const { main, press, asked } = await panel()
    await press('Test digit')
    vi.useFakeTimers()
    main.tell('run:metrics', metricsFrame({ firstStep: 1, losses: Float32Array.of(1), stepInEpoch: 1 }))
    await vi.advanceTimersByTimeAsync(500)
    expect(asked()).toEqual(['sample'])
  })

  test('warns when the drawing is not a single digit, but never for a test image', async () => {
    const { view, press } = await panel()
    const sketch = useSketch()
    const line = (y: number) => { sketch.begin({ x: 0.1, y }); sketch.move([{ x: 0.9, y }]); sketch.end() }
    await press('Test digit')
    expect(view.find('.doubt').exists()).toBe(false)
    sketch.clear()
    line(0.5)
    await flushPromises()
    expect(view.get('.doubt').text()).toContain('flat line')
    expect(view.get('.answer .digit').text()).toBe('1') // the answer is next to it
    line(0.9)
    await flushPromises()
    expect(view.get('.doubt').text()).toContain('more than one digit?')
    sketch.clear()
    await flushPromises()
    expect(view.find('.doubt').exists()).toBe(false)
  })

  test('a network that arrives after the paper was cleared answers nothing', async () => {
    let answer: (value: NetworkNumbers) => void = () => undefined
    const { view, press, key } = await panel({ 'draw:network': () => new Promise<NetworkNumbers>((done) => { answer = done }) })
    await press('Test digit')
    await key('Delete')
    answer(networkThatAnswers(predictionOf('sample', 5)))
    await flushPromises()
    expect(view.find('.answer .digit').exists()).toBe(false)
  })
})

/** A network that is too large to be copied to the window */
const { config } = runState()
const large = { ...config, network: { ...config.network, layers: [{ kind: 'affine', units: 2000 }, { kind: 'relu' }, { kind: 'affine', units: 10 }] } } as const

describe('answers of a large network that overtake each other', () => {
  /** A panel whose requests are answered by hand, in any order. */
  async function delayed(state = runState({ step: 5, config: large })) {
    // A network that learns is asked again after a while; on a slow machine that would be within the test.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const waiting: { readonly source: DrawSource, readonly answer: (value: Prediction) => void }[] = []
    const opened = await panel({ 'run:read': () => soFar(state), 'draw:predict': ({ source }) => new Promise((answer) => { waiting.push({ source, answer }) }) }, { compact: true })
    await useSketch().take('random', mnist)
    await flushPromises()
    const answer = async (at: { readonly runId: number, readonly step: number }, label = 1) => {
      const { source, answer } = waiting.shift()!
      answer(predictionOf(source, label, 0.91, at))
      await flushPromises()
    }
    const shown = () => opened.view.findAll('.bars li').filter(row => row.classes('best')).map(row => row.attributes('aria-label')?.[0]).join()
    const step = () => opened.view.findAll('.facts span')[0]!.text()
    return { ...opened, waiting, answer, shown, step }
  }

  test('the step beside an answer is the answer’s own, whatever the run has learned since', async () => {
    const { main, waiting, answer, shown, step } = await delayed()
    expect([shown(), step()]).toEqual(['', 'step 5'])
    main.tell('run:metrics', metricsFrame({ firstStep: 6, losses: Float32Array.of(1, 1, 1) }))
    await flushPromises()
    expect(step()).toBe('step 8')
    await answer({ runId: 1, step: 6 })
    expect([shown(), step()]).toEqual(['1', 'step 6'])
    expect(waiting).toEqual([])
    vi.advanceTimersByTime(100)
    expect(waiting).toHaveLength(1)
    await answer({ runId: 1, step: 8 }, 2)
    expect([shown(), step()]).toEqual(['2', 'step 8'])
  })

  test.each(['before', 'after'])('the answer of a run that was replaced is not shown: it arrives %s the new state', async (order) => {
    const { main, answer, shown, step } = await delayed()
    if (order === 'before') await answer({ runId: 1, step: 5 })
    expect(shown()).toBe(order === 'before' ? '1' : '')
    main.tell('run:state', runState({ runId: 2, step: 0, config: large }))
    await flushPromises()
    expect([shown(), step()]).toEqual(['', 'step 0'])
    if (order === 'after') await answer({ runId: 1, step: 5 })
    expect([shown(), step()]).toEqual(['', 'step 0'])
    await answer({ runId: 2, step: 0 }, 3)
    expect([shown(), step()]).toEqual(['3', 'step 0'])
  })

  test('the answer of the next run waits for its state', async () => {
    const { main, answer, shown, step } = await delayed()
    await answer({ runId: 2, step: 0 }, 3)
    expect([shown(), step()]).toEqual(['', 'step 5'])
    main.tell('run:state', runState({ runId: 2, step: 0, config: large }))
    await flushPromises()
    expect([shown(), step()]).toEqual(['3', 'step 0'])
  })

  test('the answer of one network is never beside the name of another', async () => {
    const { view, answer, shown } = await delayed()
    await answer({ runId: 1, step: 5 })
    expect(shown()).toBe('1')
    await view.findAll('input[type=radio]')[1]!.setValue(true) // untrained: its answer is made here
    await flushPromises()
    expect(shown()).toBe('4')
  })

  test('its weights are not copied to the window', async () => {
    const { asked, answer } = await delayed()
    await answer({ runId: 1, step: 5 })
    expect(asked()).toEqual([])
  })

  // Cause: the verdict compared the answer to the previous image with the label of the next one.
  test('right or wrong is said of the image that was read', async () => {
    const { view, answer } = await delayed()
    const verdict = () => view.get('.answer .test').text()
    await answer({ runId: 1, step: 5 }, 1) // test image 7,031 is a one
    expect(verdict()).toMatch(/Right.*7,031/i)
    await useSketch().take('next', mnist)
    await flushPromises()
    expect(imageOn(useSketch().drawing)?.index).toBe(7032)
    expect(verdict()).toMatch(/Right.*7,031/i)
    await answer({ runId: 1, step: 5 }, 2)
    expect(verdict()).toMatch(/Right.*7,032/i)
  })
})
