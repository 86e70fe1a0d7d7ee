import { mnist } from '@core'
import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import FirstScene from '../../../renderer/rooms/FirstScene.vue'
import { useCourse } from '../../../renderer/stores/course/course'
import { useProgress } from '../../../renderer/stores/course/progress'
import { useRoom } from '../../../renderer/stores/room'
import { useRun } from '../../../renderer/stores/run'
import { useSketch } from '../../../renderer/stores/sketch/sketch'
import { imageOn } from '../../../renderer/stores/sketch/strokes'
import { networkThatAnswers } from '../draw-network'
import { fakeMain, info, metricsFrame, runState, show, soFar } from '../lab'

beforeEach(() => { Object.assign(HTMLElement.prototype, { hidePopover: () => undefined }) }) // happy-dom has no popovers
let view: Awaited<ReturnType<typeof show>> | undefined
afterEach(async () => {
  view?.unmount()
  await flushPromises()
  vi.unstubAllGlobals()
  vi.useRealTimers()
  document.body.replaceChildren()
  Reflect.deleteProperty(HTMLElement.prototype, 'hidePopover')
})

/** The scene with a network that answers as the test says, and that is at the step that the test says. */
async function scene({ loaded = true, answer = { label: 8, probability: 0.25 } } = {}) {
  let state = runState()
  const main = fakeMain({
    'run:read': () => loaded ? soFar(state) : null, 'weights:list': () => [],
    'app:info': () => ({ ...info, dataset: loaded ? info.dataset : { phase: 'loading' } }),
    'draw:network': () => networkThatAnswers({ source: 'run', at: { runId: 1, step: state.step }, areProbabilities: true, outputs: Float32Array.from({ length: 10 }, (_, i) => i === answer.label ? answer.probability : (1 - answer.probability) / 9) }),
    'run:start': ({ pace }) => state = { ...state, phase: 'running', pace }, 'run:pace': ({ pace }) => state = { ...state, pace }, 'run:pause': () => state = { ...state, phase: 'idle' },
    'data:images': ({ first, count }) => ({ shape: mnist.shape, images: Array.from({ length: count }, (_, i) => ({ image: new Float32Array(784).fill(0.5), label: (first + i) % 10 })) }),
  })
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  useRoom().showFirstScene()
  await useRun().load()
  await useCourse().load()
  const shown = view = await show(FirstScene)
  await flushPromises()
  const settle = async () => { await vi.advanceTimersByTimeAsync(150); await flushPromises() }
  return {
    main, view: shown, settle,
    says: () => shown.get('h1').text(),
    more: () => shown.get('.words p').text(),
    button: () => shown.get<HTMLButtonElement>('.go'),
    press: async () => { await shown.get('.go').trigger('click'); await settle() },
    key: async (key: string) => { document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true })); await settle() },
    async draw() { useSketch().begin({ x: 0.3, y: 0.2 }); useSketch().move([{ x: 0.7, y: 0.2 }, { x: 0.5, y: 0.8 }]); useSketch().end(); await settle() },
    async learnTo(step: number, next: typeof answer) {
      answer = next
      state = { ...state, step }
      main.tell('run:metrics', metricsFrame({ step, firstStep: step }))
      await settle()
    },
    async ready() { loaded = true; main.tell('dataset', info.dataset); main.tell('run:state', state); await settle() },
  }
}

describe('the scene of the first start', () => {
  test('leads from a misread drawing through training to the question, and on to lesson 0', async () => {
    const { says, more, button, press, draw, learnTo, main } = await scene()
    expect([says(), button().element.disabled]).toEqual(['Draw a 7.', true])
    await draw()
    expect([says(), more()]).toEqual(['It says: 8.', 'Its 39,760 numbers have learned nothing yet, so it can only guess. Press Run.'])
    await press()
    expect([says(), button().text(), main.asked('run:start')]).toEqual(['It is learning. Watch the bars.', 'Pause', [{ pace: 10 }]])
    await learnTo(45, { label: 7, probability: 0.95 })
    expect([says(), main.asked('run:pace')]).toEqual(['It is learning. Watch the bars.', [{ pace: 100 }]])
    await learnTo(100, { label: 7, probability: 0.89 })
    expect(main.asked('run:pause')).toEqual([])
    await learnTo(110, { label: 7, probability: 0.94 })
    expect([says(), more(), main.asked('run:pause').length]).toEqual(['Now it says: 7 (94.0%).', 'It has seen 11,000 handwritten digits by now, but never this one.', 1])
    await press()
    expect([says(), button().text()]).toEqual(['39,760 numbers. Who told each one which way to move?', 'Begin: lesson 0'])
    await press()
    expect([useRoom().screen, useCourse().current]).toEqual(['learn', useCourse().lessons[0]!.id])
  })

  test('says that a right answer before any training is luck', async () => {
    const { says, draw } = await scene({ answer: { label: 7, probability: 0.2 } })
    await draw()
    expect(says()).toBe('It says: 7. That is luck!')
  })

  test('lets one draw while the digits are being loaded, and answers as soon as they are there', async () => {
    const { says, more, button, draw, ready } = await scene({ loaded: false })
    await draw()
    expect([says(), more(), button().element.disabled]).toEqual(['One moment, please.', 'The lab is loading 70,000 handwritten digits. Your drawing stays where it is.', true])
    await ready()
    expect([says(), button().element.disabled]).toEqual(['It says: 8.', false])
  })

  test('stops after an epoch if the drawing is not read, and reads the next one', async () => {
    const { says, press, draw, learnTo, view } = await scene()
    await draw()
    await press()
    await learnTo(600, { label: 2, probability: 0.97 })
    expect(says()).toBe('It still says: 2.')
    useSketch().clear()
    await learnTo(600, { label: 7, probability: 0.95 })
    expect(view.text()).toContain('Draw another digit.')
    await draw()
    expect(says()).toBe('Now it says: 7 (95.0%).')
  })

  test('is content with any probability after an epoch', async () => {
    const { says, press, draw, learnTo } = await scene()
    await draw()
    await press()
    await learnTo(600, { label: 7, probability: 0.6 })
    expect(says()).toBe('Now it says: 7 (60.0%).')
  })

  test('can be paused', async () => {
    const { says, button, press, draw, learnTo, main } = await scene()
    await draw()
    await press()
    await learnTo(60, { label: 7, probability: 0.6 })
    await press()
    expect([says(), button().text()]).toEqual(['Paused.', 'Run'])
    await press()
    expect(main.asked('run:start')).toEqual([{ pace: 10 }, { pace: 100 }])
  })

  test('waits for another digit if that is what one has drawn', async () => {
    const { says, press, draw, learnTo, settle, view } = await scene()
    await draw()
    await view.findAll('.tools .menu button')[1]!.trigger('click')
    expect(view.get('.tools').text()).toContain('You drew: 1')
    await press()
    await learnTo(120, { label: 7, probability: 0.95 })
    expect(says()).toBe('It is learning. Watch the bars.')
    await learnTo(140, { label: 1, probability: 0.95 })
    expect(says()).toBe('Now it says: 1 (95.0%).')
    useSketch().clear()
    await settle()
    await draw()
    expect(view.get('.tools').text()).toContain('Not a 7?')
  })

  test('works by keyboard: a sample 7, the one button, and a key that leaves', async () => {
    const { says, key, main, view } = await scene()
    await key('s')
    expect([imageOn(useSketch().drawing)?.label, says()]).toEqual([7, 'It says: 8.'])
    expect(view.text()).not.toContain('Not a 7?')
    await key(' ')
    expect([says(), main.asked('run:start').length]).toEqual(['It is learning. Watch the bars.', 1])
    await key('Escape')
    expect(useRoom().screen).toBe('learn')
  })

  test('counts as seen when it is left, and pauses the network', async () => {
    const { view, main, draw, press, settle } = await scene()
    expect(useProgress().progress.firstScene).toBe(false)
    await draw()
    await press()
    view.unmount()
    await settle()
    expect([useProgress().progress.firstScene, main.asked('run:pause').length]).toEqual([true, 1])
  })
})
