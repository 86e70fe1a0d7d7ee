import { defaultProgress, type Progress, type RunEntry, type RunState, type WeightsEntry, type WeightsSummary } from '@contract'
import { defaultConfig } from '@core'
import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { answersByPart, capstoneTasks, isTaskDone, workedOn } from '../../../renderer/course/capstone'
import { loadLessons } from '../../../renderer/course'
import CapstonePanel from '../../../renderer/lessons/capstone/CapstonePanel.vue'
import CapstoneView from '../../../renderer/lessons/capstone/CapstoneView.vue'
import { imageOfText, textOfImage } from '../../../renderer/lib/image-text'
import { useCapstone } from '../../../renderer/stores/course/capstone'
import { useCapstoneTraining } from '../../../renderer/stores/course/capstone-training'
import { useCourse } from '../../../renderer/stores/course/course'
import { useProgress } from '../../../renderer/stores/course/progress'
import { useRun } from '../../../renderer/stores/run'
import { evaluation } from '../../fixtures/evaluation'
import { perceptron } from '../../fixtures/run-config'
import { fakeMain, metricsFrame, runState, show, soFar } from '../lab'

const lessons = await loadLessons()
const image = textOfImage(new Float32Array(784).fill(0.5))
const drawn = (digit: number, read = digit) => ({ digit, read, probability: 0.9, image, sample: false, tries: 1, firstTryRight: read === digit })
const trained = { accuracy: 0.951, loss: 0.16, steps: 1_200, ms: 4_200, at: 2 }
const checked = { parameters: [{ path: 'affine1.W', mean: 1e-12 }, { path: 'affine1.b', mean: 2e-12 }], at: 3 }
const solved = ['uphill-update', 'missing-division', 'inverted-mask'].map(id => ({ id, guesses: 1, hints: 0, at: 4 }))
const complete = workedOn(null, { trained, digits: Array.from({ length: 10 }, (_, i) => drawn(i)), checked, bugs: solved }, 5)

let view: VueWrapper | undefined
afterEach(() => { view?.unmount(); view = undefined; vi.unstubAllGlobals() })

/** The end of an evaluation on all test images, or on some. */
const evaluated = ({ runId, step, epoch }: Pick<RunState, 'runId' | 'step' | 'epoch'>, accuracy: number, images = 10_000) =>
  metricsFrame({ runId, firstStep: step, losses: Float32Array.of(0.1), epoch, stepInEpoch: 0, evaluations: [evaluation(step, { train: accuracy, test: accuracy, images })] })

/** Main with a run whose epochs bring these test accuracies, in turn; without any, the test tells them. */
function mainWith(progress: Partial<Progress>, { run = runState(), accuracies = [] as number[], answers = {} as Parameters<typeof fakeMain>[0] } = {}) {
  let state: RunState = run
  let runId = run.runId
  const main = fakeMain({
    'progress:read': () => ({ ...defaultProgress, current: 'capstone', ...progress }),
    'run:read': () => soFar(state),
    'run:configure': config => state = runState({ runId: ++runId, config }),
    'run:step': () => {
      const step = state.step + 600
      state = { ...state, step, epoch: state.epoch + 1, stepInEpoch: 0 }
      const accuracy = accuracies.shift()
      // the evaluation ends after the reply to the step
      if (accuracy !== undefined) setTimeout(() => main.tell('run:metrics', evaluated(state, accuracy)))
      return state
    },
    'weights:list': () => [],
    'summary:pdf': () => ({ name: 'Ada.pdf' }),
    'draw:predict': ({ pixels }) => ({ source: 'run' as const, at: { runId: state.runId, step: state.step }, label: Math.round(10 * pixels[0]!), outputs: new Float32Array(10).fill(0.1), areProbabilities: true }),
    ...answers,
  })
  return main
}
async function load() {
  await useProgress().load()
  await useRun().load()
  await useCourse().load()
}
const here = runState({ step: 1_200, epoch: 2 })
const written = (main: ReturnType<typeof fakeMain>) => main.asked('progress:write').at(-1) as Progress

describe('training', () => {
  test('starts the book’s network anew and ends with the first epoch that reaches the goal', async () => {
    const main = mainWith({}, { run: runState({ step: 50, config: { ...defaultConfig, seed: 9 } }), accuracies: [0.92, 0.949, 0.951, 0.96] })
    await load()
    await useCapstoneTraining().train()
    expect(main.asked('run:configure')).toEqual([defaultConfig])
    expect(main.asked('run:step')).toHaveLength(3)
    expect(written(main).capstone).toMatchObject({ trained: { accuracy: 0.951, steps: 1_800 }, digits: [], checked: null, doneAt: null })
    expect(useCapstone().isHere).toBe(true)
  })

  test('waits for the evaluation on all test images, also when an older state arrives late', async () => {
    const main = mainWith({})
    await load()
    const training = useCapstoneTraining().train()
    const steps = () => main.asked('run:step').length
    await vi.waitFor(() => expect([steps(), useRun().step]).toEqual([1, 600]))
    main.tell('run:state', runState({ runId: 2, step: 300, stepInEpoch: 300 }))
    main.tell('run:metrics', evaluated({ runId: 2, step: 600, epoch: 1 }, 0.99, 1_000))
    await flushPromises()
    expect(steps()).toBe(1)
    main.tell('run:metrics', evaluated({ runId: 2, step: 600, epoch: 1 }, 0.9))
    await vi.waitFor(() => expect([steps(), useRun().step]).toEqual([2, 1_200]))
    main.tell('run:metrics', evaluated({ runId: 2, step: 1_200, epoch: 2 }, 0.96))
    await training
    expect(main.asked('run:configure')).toHaveLength(1)
    expect(written(main).capstone?.trained).toMatchObject({ accuracy: 0.96, steps: 1_200 })
  })

  test('ends without a record when another run takes its place', async () => {
    const main = mainWith({})
    await load()
    const training = useCapstoneTraining().train()
    await vi.waitFor(() => expect(main.asked('run:step')).toHaveLength(1))
    main.tell('run:state', runState({ runId: 7, step: 600, epoch: 1 }))
    await training
    expect([main.asked('progress:write').length, useCapstoneTraining().training]).toEqual([0, false])
  })
})

describe('a drawn digit', () => {
  const pixels = (read: number) => new Float32Array(784).fill(read / 10)

  test('keeps its first answer and counts its drawings; one that was read right is not read again', async () => {
    const main = mainWith({ capstone: workedOn(null, { trained }, 1) }, { run: here })
    await load()
    const capstone = useCapstone()
    expect(await capstone.read(4, { pixels: pixels(7), sample: false })).toMatchObject({ read: 7, tries: 1, firstTryRight: false })
    expect(await capstone.read(4, { pixels: pixels(4), sample: true })).toMatchObject({ read: 4, tries: 2, firstTryRight: false, sample: true })
    expect(await capstone.read(4, { pixels: pixels(7), sample: false })).toBeNull()
    await capstone.read(2, { pixels: pixels(2), sample: false })
    expect(written(main).capstone?.digits.map(({ digit, read, firstTryRight }) => [digit, read, firstTryRight])).toEqual([[2, 2, true], [4, 4, false]])
  })

  test.each([
    ['at a later step', { ...here, step: 1_201 }], ['of other settings', { ...here, config: { ...defaultConfig, seed: 2 } }],
  ])('is not read by a network %s', async (_, run) => {
    const main = mainWith({ capstone: workedOn(null, { trained }, 1) }, { run })
    await load()
    expect(await useCapstone().read(4, { pixels: pixels(4), sample: false })).toBeNull()
    expect(main.asked('draw:predict')).toEqual([])
  })
})

test('the last of the tasks ends the capstone, whichever it is; a later change keeps the date', () => {
  const some = workedOn(null, { trained, checked, bugs: solved.slice(1) }, 5)
  expect([some.startedAt, some.doneAt, workedOn(some, { digits: complete.digits }, 8).doneAt]).toEqual([5, null, null])
  const all = workedOn(workedOn(some, { digits: complete.digits }, 7), { bugs: solved }, 8)
  expect([all.startedAt, all.doneAt, workedOn(all, { trained }, 9).doneAt]).toEqual([5, 8, 8])
})

test('a capstone that was ended before there was a bug lab stays so', () => {
  const before = { ...complete, bugs: [] }
  expect(capstoneTasks.filter(task => !isTaskDone(before, task))).toEqual([])
})

test('answers are counted by part: right on the first try, of all questions', () => {
  const [{ id, part, questions }] = lessons as [typeof lessons[0]]
  const answer = { firstTryRight: true, tries: 1, shown: false, given: [], answeredAt: 1, reviews: 0, box: 0, dueAt: 1 }
  const counts = answersByPart({ questions: { [`${id}/${questions[0]!.key}`]: answer, [`${id}/gone`]: answer } }, lessons)
  expect(counts.find(count => count.part === part)?.right).toBe(1)
  expect(counts.reduce((sum, { all }) => sum + all, 0)).toBe(lessons.reduce((sum, { questions }) => sum + questions.length, 0))
})

test('an image survives as text, to a byte', () => {
  const pixels = Float32Array.from({ length: 784 }, (_, i) => i % 256 / 255)
  expect(imageOfText(textOfImage(pixels))).toEqual(pixels)
  expect(textOfImage(pixels)).toHaveLength(1_048)
})

describe('the page', () => {
  const open = async (progress: Partial<Progress>, run = runState()) => {
    const main = mainWith(progress, { run })
    await load()
    view = await show(CapstoneView, {}, { AccuracyChart: true })
    return main
  }

  test('begins with the training; without the trained network, digits and gradients point to it', async () => {
    await open({})
    expect(view!.text()).toContain('Train from nothing')
    for (const task of ['draw', 'check'] as const) {
      useCapstone().open(task)
      await flushPromises()
      expect(view!.get('.missing').text()).toContain('Train it first')
    }
  })

  const entry = (id: string, patch: Partial<RunEntry>) => ({ id, architecture: perceptron([784, 50, 10]), step: 1_200, testAccuracy: 0.951, ...patch }) as RunEntry
  const file = (kind: WeightsEntry['kind'], summary: Partial<WeightsSummary>) => ({ handle: kind, kind, name: `${kind}.safetensors`, savedAt: 1, summary }) as WeightsEntry
  test.each<[string, RunEntry[], WeightsEntry[], string[], string[]]>([
    ['by its run', [entry('a', { testAccuracy: 0.98 }), entry('b', {})], [file('file', { step: 1_200, testAccuracy: 0.951 })], ['b'], []],
    ['by a file, where its run has learned on', [entry('b', { step: 1_300 })], [file('sample', { step: 1_200, testAccuracy: 0.98 }), file('file', { step: 1_200, testAccuracy: 0.951 })], [], ['file']],
  ])('the trained network comes back %s', async (_, runs, files, resumed, opened) => {
    const again = runState({ runId: 7, step: 1_200, epoch: 2 })
    const main = mainWith({ capstone: workedOn(null, { trained }, 1) }, { answers: { 'weights:list': () => files, 'runs:list': () => runs, 'runs:open': () => again, 'weights:open': () => again } })
    await load()
    view = await show(CapstoneView, {}, { AccuracyChart: true })
    expect(view.get('.missing').text()).toContain('Bring it back')
    await view.get('.missing button').trigger('click')
    await flushPromises()
    expect([main.asked('runs:open'), main.asked('weights:open'), main.asked('run:configure')]).toEqual([resumed.map(id => ({ id })), opened.map(handle => ({ handle })), []])
    expect([useCapstone().page, useCapstone().isHere]).toEqual(['draw', true])
  })

  test('the trained network is trained again where neither a run nor a file has it', async () => {
    const main = mainWith({ capstone: workedOn(null, { trained }, 1) }, { answers: { 'runs:list': () => [entry('a', { architecture: null, step: 0, testAccuracy: null })] } })
    await load()
    view = await show(CapstoneView, {}, { AccuracyChart: true })
    await view.get('.missing button').trigger('click')
    await flushPromises()
    expect([main.asked('runs:open'), main.asked('weights:open'), main.asked('run:configure').length, useCapstone().page]).toEqual([[], [], 1, 'train'])
  })

  test('the summary names what is missing', async () => {
    await open({ capstone: workedOn(null, { trained, digits: [drawn(1)] }, 1) }, here)
    useCapstone().open('summary')
    await flushPromises()
    expect(view!.findAll('.way').map(way => way.text())).toEqual(['Draw ten digits', 'Check the network’s gradients', 'Find three bugs'])
  })

  test('the summary shows the name, every number and the ten digits, and is saved under the learner’s name', async () => {
    const main = mainWith({ learner: 'Ada', capstone: { ...complete, digits: complete.digits.map((digit, i) => i === 3 ? drawn(3, 8) : digit) } }, { run: here })
    await load()
    view = await show(CapstoneView, {}, { AccuracyChart: true })
    const text = view.get('.sheet').text().replace(/\s+/g, ' ')
    for (const part of ['Ada', '95.1%', '0.160', '1,200', '120,000', '4.2 s', '9 of 10', '3→8 ✗', 'W1', '1.00e−12', '1. Graph', 'bugs found: 3 of 10', '1 ✓', '2 ✓', '3 ✓']) expect(text).toContain(part)
    expect(view.findAll('.sheet image')).toHaveLength(10)
    await view.get('.buttons button').trigger('click')
    await flushPromises()
    expect(main.asked('summary:pdf')).toEqual([{ name: 'Backprop Lab Ada' }])
  })

  test('the panel tells what is done, and a new name is kept', async () => {
    const main = mainWith({ capstone: workedOn(null, { trained }, 1) }, { run: here })
    await load()
    view = await show(CapstonePanel)
    expect(view.findAll('.task').map(task => task.text())[0]).toContain('95.1% after 1,200 steps')
    await view.get('input[maxlength="100"]').setValue('Grace')
    expect(written(main).learner).toBe('Grace')
  })
})
