import type { AnsweredImage, MistakesFrame, MistakesQuery, RunState } from '@contract'
import { mnist } from '@core'
import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import Mistakes from '../../../../renderer/inspector/mistakes/Mistakes.vue'
import { useMistakesView } from '../../../../renderer/stores/mistakes'
import { useRoom } from '../../../../renderer/stores/room'
import { useRun } from '../../../../renderer/stores/run'
import { useSketch } from '../../../../renderer/stores/sketch/sketch'
import { useXray } from '../../../../renderer/stores/xray'
import { runConfig } from '../../../fixtures/run-config'
import { recordCanvases } from '../../canvas'
import { fakeMain, runState, show, soFar } from '../../lab'

let drawn: ReturnType<typeof recordCanvases>
beforeEach(() => { vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }); drawn = recordCanvases() })
afterEach(() => { vi.useRealTimers(); vi.unstubAllGlobals(); vi.restoreAllMocks(); document.body.replaceChildren() })

const pixels = new Float32Array(784)
const image = (index: number, label: number, predicted: number, loss = 3): AnsweredImage =>
  ({ index, label, predicted, loss, right: 0.05, pixels, top: label === predicted ? [{ class: label, output: 0.9 }] : [{ class: predicted, output: 0.7 }, { class: 8, output: 0.2 }, { class: 0, output: 0.06 }] })

/** Answers of the thread: two 4s and a 5 were read as 9, one 9 as 4. */
function answersOf({ split, actual, predicted, image: wanted }: MistakesQuery, patch: Partial<MistakesFrame> = {}): MistakesFrame {
  const all = [image(21, 4, 9, 5), image(7, 5, 9, 4), image(33, 4, 9, 3), image(60, 9, 4, 2)]
  const right = [image(80, 4, 4, 0.1)]
  const items = (actual !== undefined && actual === predicted ? right : all).filter(item => (actual ?? item.label) === item.label && (predicted ?? item.predicted) === item.predicted)
  const counts = Array.from({ length: 10 }, () => 10)
  const correct = [10, 10, 10, 10, 8, 9, 10, 10, 10, 9]
  const confusion = new Uint32Array(100)
  for (let label = 0; label < 10; label++) confusion[11 * label] = correct[label]!
  confusion[49] = 2
  confusion[59] = confusion[94] = 1
  return {
    runId: 1, step: 600, split, score: { images: 100, loss: 0.2, accuracy: 0.96, correct, counts }, of: 10_000, areProbabilities: true, confusion,
    confusions: [{ actual: 4, predicted: 9, count: 2 }, { actual: 5, predicted: 9, count: 1 }, { actual: 9, predicted: 4, count: 1 }], confusionKinds: 3,
    total: items.length, items, image: [...all, ...right].find(({ index }) => index === wanted) ?? null, ...patch,
  }
}

async function mistakes(answer: (query: MistakesQuery) => MistakesFrame | null | Promise<never> = answersOf, patch: Partial<RunState> = {}) {
  const main = fakeMain({ 'run:read': () => soFar(runState({ step: 600, ...patch })), 'run:mistakes': answer, 'xray:open': () => new Promise(() => undefined) })
  await useRun().load()
  const view = await show(Mistakes)
  /** The view asks at most ten times a second. */
  const settle = async () => { await vi.advanceTimersByTimeAsync(110); await flushPromises() }
  await settle()
  return { main, view, settle }
}
const listed = (view: VueWrapper) => view.findAll('.digits [role=gridcell]').map(cell => cell.attributes('aria-label'))
const choose = (view: VueWrapper, position: number) => view.findAll('.digits [role=gridcell]')[position]!.trigger('focus')
const cell = (view: VueWrapper, actual: number, predicted: number) => view.findAll('.matrix .row')[1 + actual]!.findAll('[role=gridcell]')[predicted]!

describe('Mistakes', () => {
  test('says how many images were evaluated at which step, and how many of them are misread', async () => {
    const { view } = await mistakes()
    expect(view.get('.facts').text()).toBe('4 misread of 100 looked at · step 600')
    expect(view.get('.list h3').text()).toBe('4 misread, largest loss first')
    expect(listed(view)).toEqual(['4, read as 9, loss 5, wrong', '5, read as 9, loss 4, wrong', '4, read as 9, loss 3, wrong', '9, read as 4, loss 2, wrong'].map(text => text.replace(', wrong', '')))
  })

  test('names the images when all of them were evaluated', async () => {
    const { view } = await mistakes(query => answersOf(query, { of: 100 }))
    expect(view.get('.facts').text()).toBe('4 of 100 test images misread · step 600')
  })

  test('shows the matrix with the accuracy of each class, and in words what is confused most', async () => {
    const { view } = await mistakes()
    expect(cell(view, 4, 9).attributes('aria-label')).toBe('4 read as 9: 2')
    expect(cell(view, 4, 4).attributes('aria-label')).toBe('4 read right: 8')
    expect(cell(view, 4, 9).text()).toBe('2')
    expect(view.findAll('.matrix [role=rowheader]')[4]!.attributes('aria-label')).toBe('4: accuracy 80.0%, 8 of 10 read right')
    expect(view.get('.classes .visually-hidden').text()).toBe('Most often, 4 is read as 9 (images: 2). Lowest accuracy: 4, 80.0%.')
  })

  test('says the number of a cell in full at the pointer and at the focus', async () => {
    const { view } = await mistakes(query => answersOf(query, { confusion: answersOf(query).confusion!.map(count => 1000 * count) }))
    expect(cell(view, 4, 4).text()).toBe('8.0k')
    await cell(view, 4, 4).trigger('mouseover')
    expect(view.get('.classes header').text()).toContain('4 read right: 8,000')
    await view.get('.matrix').trigger('mouseleave')
    expect(view.get('.classes header').text()).not.toContain('8,000')
    await cell(view, 4, 9).trigger('focusin')
    expect(view.get('.classes header').text()).toContain('4 read as 9: 2,000')
  })

  test('shows no image in detail before one is chosen', async () => {
    const { view } = await mistakes()
    expect(view.find('.detail').exists()).toBe(false)
  })

  test('shows the chosen image in detail, with the right class even if others are more likely', async () => {
    const { view } = await mistakes()
    await choose(view, 0)
    expect(view.get('.detail .verdict').text()).toBe('4, read as 9')
    expect(view.findAll('.detail li').map(bar => bar.attributes('aria-label'))).toEqual(['9: 70.0%', '8: 20.0%', '4: 5.0%, the right class'])
    expect(view.get('.detail .foot').text()).toContain('loss 5 · image 21')
  })

  test('a cell opens its images, the same cell closes them', async () => {
    const { view, settle, main } = await mistakes()
    await cell(view, 5, 9).trigger('click')
    await settle()
    expect(main.asked('run:mistakes').at(-1)).toEqual({ split: 'test', actual: 5, predicted: 9, first: 0, count: 100, order: 'loss' })
    expect([view.get('.list h3').text(), listed(view)]).toEqual(['5 read as 9: 1, largest loss first', ['5, read as 9, loss 4']])
    expect(cell(view, 5, 9).classes()).toContain('selected')
    await cell(view, 5, 9).trigger('click')
    await settle()
    expect(listed(view)).toHaveLength(4)
  })

  // The query was computed at once, before the answers that it depends on were declared.
  test('shows the chosen image again when the tab is opened again', async () => {
    const { view, settle, main } = await mistakes()
    useMistakesView().chooseImage(80)
    await settle()
    view.unmount()
    const again = await show(Mistakes)
    await settle()
    expect(again.get('.detail .verdict').text()).toBe('4, read right')
    expect(main.asked('run:mistakes').at(-1)).toEqual({ split: 'test', first: 0, count: 100, order: 'loss', image: 80 })
  })

  test('a cell of the diagonal opens right answers', async () => {
    const { view, settle } = await mistakes()
    await cell(view, 4, 4).trigger('click')
    await settle()
    expect([view.get('.list h3').text(), listed(view)]).toEqual(['4 read right: 1, largest loss first', ['4, read right, loss 0.1']])
    await choose(view, 0)
    expect(view.get('.detail .verdict').text()).toBe('4, read right')
  })

  test('all mistakes are listed again by a button', async () => {
    const { view, settle } = await mistakes()
    await cell(view, 5, 9).trigger('click')
    await settle()
    await view.findAll('.heading button').find(button => button.text() === 'Show all mistakes')!.trigger('click')
    await settle()
    expect(listed(view)).toHaveLength(4)
    expect(view.get('.heading').text()).not.toContain('Show all mistakes')
  })

  test('the matrix is one tab stop: arrow keys reach every cell and header, Enter opens it', async () => {
    const { view, settle } = await mistakes()
    const stops = () => view.findAll('.matrix span[tabindex="0"]')
    expect(stops()).toHaveLength(1)
    const press = async (key: string) => { await stops()[0]!.trigger('keydown', { key }); await flushPromises() }
    expect(stops()[0]!.attributes('aria-label')).toMatch(/^0: accuracy/)
    for (const key of ['ArrowLeft', 'ArrowUp']) await press(key) // the corner is no cell
    expect(stops()[0]!.attributes('aria-label')).toMatch(/^0: accuracy/)
    for (let i = 0; i < 5; i++) await press('ArrowDown')
    await press('Enter')
    await settle()
    expect(view.get('.list h3').text()).toBe('5 misread: 1, largest loss first')
    for (let i = 0; i < 10; i++) await press('ArrowRight')
    await press('ArrowRight')
    expect(document.activeElement!.getAttribute('aria-label')).toBe('5 read as 9: 1')
    for (let i = 0; i < 6; i++) await press('ArrowUp')
    await press('Enter')
    await settle()
    expect(view.get('.list h3').text()).toBe('Misread as 9: 3, largest loss first')
  })

  test('the order of the classes changes by a button: the least accurate first', async () => {
    const { view } = await mistakes()
    const labels = () => view.findAll('.matrix [role=rowheader]').map(row => row.text())
    expect(labels()).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'])
    await view.get('.sort [aria-pressed]').trigger('click')
    expect(labels().slice(0, 4)).toEqual(['4', '5', '9', '0'])
  })

  test('fields filter by class', async () => {
    const { view, settle, main } = await mistakes()
    expect(view.find('select').exists()).toBe(false)
    await view.get('.toggle').trigger('click')
    await view.findAll('select')[1]!.setValue('9')
    await settle()
    expect(main.asked('run:mistakes').at(-1)).toMatchObject({ predicted: 9 })
    await view.findAll('select')[0]!.setValue('4')
    await settle()
    expect(listed(view)).toEqual(['4, read as 9, loss 5', '4, read as 9, loss 3'])
    await view.findAll('select')[0]!.setValue('')
    await settle()
    expect(listed(view)).toHaveLength(3)
  })

  test('training images are a click away, validation images where there are any', async () => {
    const { view, settle, main } = await mistakes()
    expect(view.findAll('.top label').map(option => option.text())).toEqual(['Test', 'Training'])
    await view.findAll('.top input')[1]!.setValue()
    await settle()
    expect([main.asked('run:mistakes').at(-1), view.get('.facts').text()]).toEqual([expect.objectContaining({ split: 'train' }), '4 misread of 100 looked at · step 600'])
    view.unmount()
    const validated = await mistakes(answersOf, { config: runConfig({ validation: 0.1 }) })
    expect(validated.view.findAll('.top label').map(option => option.text())).toEqual(['Test', 'Training', 'Validation'])
  })
})

describe('while the run learns', () => {
  const evaluation = (step: number) => ({ step, epoch: 0, activity: [], validation: null, train: { images: 1000, loss: 1, accuracy: 0.9, correct: [], counts: [] }, test: { images: 1000, loss: 1, accuracy: 0.9, correct: [], counts: [] } })

  test('the answers are renewed after an evaluation, at most once a second', async () => {
    let step = 600
    const { main, view, settle } = await mistakes(query => answersOf(query, { step }), { phase: 'running' })
    const before = main.asked('run:mistakes').length
    for (let i = 0; i < 5; i++) {
      step += 10
      main.tell('run:state', runState({ phase: 'running', step, evaluation: evaluation(step) }))
      await vi.advanceTimersByTimeAsync(150)
    }
    expect(main.asked('run:mistakes')).toHaveLength(before)
    await vi.advanceTimersByTimeAsync(600)
    expect(main.asked('run:mistakes')).toHaveLength(before + 1)
    await settle()
    expect(view.get('.facts').text()).toContain('step 650')
  })

  // Cause: each state of the run brings a new description of its dataset, and up to twenty a second drew every image again.
  test('a state without new answers draws no image again', async () => {
    const { main, settle } = await mistakes()
    const before = drawn.length
    expect(before).toBeGreaterThan(0)
    main.tell('run:state', runState({ step: 601, dataset: structuredClone(mnist) }))
    await settle()
    expect(drawn).toHaveLength(before)
  })

  test('a chosen image stays in sight with its present answer when it leaves the list', async () => {
    let left = false
    const { main, view, settle } = await mistakes(query => left
      ? answersOf(query, { step: 700, items: [image(7, 5, 9, 4)], total: 1, image: query.image === 21 ? image(21, 4, 4, 0.1) : null })
      : answersOf(query))
    await choose(view, 0)
    left = true
    main.tell('run:state', runState({ step: 700, evaluation: evaluation(700) }))
    await settle()
    await settle()
    expect(main.asked('run:mistakes').at(-1)).toMatchObject({ image: 21 })
    expect(view.get('.detail .verdict').text()).toBe('4, read right')
  })

  test('an image that the latest evaluation did not take keeps the answer of its step', async () => {
    let left = false
    const { main, view, settle } = await mistakes(query => left ? answersOf(query, { step: 700, items: [image(7, 5, 9, 4)], total: 1, image: null }) : answersOf(query))
    await choose(view, 0)
    left = true
    main.tell('run:state', runState({ step: 700, evaluation: evaluation(700) }))
    await settle()
    await settle()
    expect(view.get('.detail').text()).toContain('as answered at step 600')
  })

  test('another selection of classes closes the chosen image', async () => {
    const { view, settle } = await mistakes()
    await choose(view, 0)
    await cell(view, 5, 9).trigger('click')
    await settle()
    expect(view.find('.detail').exists()).toBe(false)
  })
})

describe('an image', () => {
  async function press(view: VueWrapper, name: string) {
    await choose(view, 0)
    await view.findAll('.detail button').find(button => button.text() === name)!.trigger('click')
  }

  test('goes to Draw, where the run’s network reads it', async () => {
    const { view } = await mistakes()
    await press(view, 'Draw')
    const { drawing, sources } = useSketch()
    expect(drawing.base).toEqual({ dataset: 'mnist', split: 'test', index: 21, label: 4, shape: mnist.shape, image: pixels })
    expect([sources.room, useRoom().current]).toEqual(['run', 'draw'])
    expect(useRoom().sentBy).toBe('mistakes')
  })

  test('of the training images goes to Draw as such', async () => {
    const { view, settle } = await mistakes()
    await view.findAll('.top input')[1]!.setValue()
    await settle()
    await press(view, 'Draw')
    expect(useSketch().drawing.base).toMatchObject({ split: 'train', index: 21 })
  })

  test('goes to the X-ray by its button, and by Enter in the grid', async () => {
    const { view } = await mistakes()
    await press(view, 'X-ray')
    expect([useXray().isOpen, useXray().image]).toEqual([true, { split: 'test', index: 21 }])
    await view.findAll('.digits [role=gridcell]')[1]!.trigger('keydown', { key: 'Enter' })
    expect(useXray().image).toEqual({ split: 'test', index: 7 })
  })
})

describe('what is not there is said', () => {
  test.each<[string, Parameters<typeof mistakes>[0], string]>([
    ['while the images are evaluated', () => new Promise<never>(() => undefined), 'Evaluating the images…'],
    ['when a split has no images', () => null, 'This run has no such images.'],
    ['when no mistakes are left', query => answersOf(query, { items: [], total: 0, confusions: [], score: { images: 100, loss: 0, accuracy: 1, correct: Array(10).fill(10) as number[], counts: Array(10).fill(10) as number[] } }), 'No mistakes left: all 100 images are read right.'],
    ['when no image is selected', query => answersOf(query, { items: [], total: 0 }), 'There is no such image among the 100 that were evaluated.'],
  ])('%s', async (_, answer, text) => {
    const { view } = await mistakes(answer)
    expect(view.text()).toContain(text)
  })

  test('before the first step: the answers are guesses', async () => {
    const { view } = await mistakes(query => answersOf(query, { step: 0 }), { step: 0 })
    expect(view.text()).toContain('Not trained yet: these answers are guesses. Press Space')
  })

  test('of more than 30 classes: lists of the worst instead of a matrix', async () => {
    const classes = Array.from({ length: 40 }, (_, label) => `class ${label}`)
    const { view, settle } = await mistakes(query => answersOf(query, { confusion: new Uint32Array(1600), score: { images: 100, loss: 1, accuracy: 0.9, correct: classes.map((_, i) => i), counts: classes.map(() => 40) } }), { dataset: { ...mnist, classes } })
    expect(view.find('.matrix').exists()).toBe(false)
    expect(view.text()).toContain('40 classes are too many for a matrix')
    const [pairs, accuracies] = view.findAll('.many ol')
    expect(pairs!.findAll('li').map(row => row.text())).toEqual(['class 4 → class 92', 'class 5 → class 91', 'class 9 → class 41'])
    expect(accuracies!.findAll('li')).toHaveLength(30)
    expect(view.text()).toContain('and 10 more')
    await pairs!.findAll('button')[0]!.trigger('click')
    await settle()
    expect(view.get('.list h3').text()).toBe('class 4 read as class 9: 2, largest loss first')
  })

  test('of 26 classes: the whole matrix, whose size is said because it is scrolled', async () => {
    const classes = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ']
    const confusion = new Uint32Array(26 * 26)
    classes.forEach((_, label) => { confusion[27 * label] = 3 })
    confusion[26 * 8 + 9] = 1 // an I read as a J
    const { view } = await mistakes(query => answersOf(query, { confusion, score: { images: 79, loss: 1, accuracy: 78 / 79, correct: classes.map(() => 3), counts: classes.map((_, label) => label === 8 ? 4 : 3) } }), { dataset: { ...mnist, classes } })
    expect(view.findAll('.matrix [role=rowheader]').map(row => row.text())).toEqual(classes)
    expect(view.findAll('.matrix [role=gridcell]')).toHaveLength(26 * 26)
    expect(cell(view, 8, 9).attributes('aria-label')).toBe('I read as J: 1')
    expect(view.get('.classes header').text()).toContain('26×26')
  })

  test('of 1,000 classes: the 30 worst of each list, and how many are left out, also of those that the reply leaves out', async () => {
    const classes = Array.from({ length: 1000 }, (_, label) => `class ${label}`)
    const confusions = Array.from({ length: 100 }, (_, i) => ({ actual: i, predicted: i + 1, count: 200 - i }))
    const { view } = await mistakes(query => answersOf(query, { confusion: null, confusions, confusionKinds: 12_345, score: { images: 20_000, loss: 1, accuracy: 0.5, correct: classes.map((_, i) => i % 20), counts: classes.map(() => 20) } }), { dataset: { ...mnist, classes } })
    expect(view.find('.matrix').exists()).toBe(false)
    expect(view.text()).toContain('1,000 classes are too many for a matrix')
    expect(view.findAll('.many ol').map(list => list.findAll('li').length)).toEqual([30, 30])
    expect(view.findAll('.many section > p').map(more => more.text())).toEqual(['and 12,315 more', 'and 970 more'])
    expect(view.findAll('select').map(field => field.findAll('option').length)).toEqual([1001, 1001])
  })

  test('outputs of the squared error are no probabilities', async () => {
    const { view } = await mistakes(query => answersOf(query, { areProbabilities: false }))
    await choose(view, 0)
    expect(view.findAll('.detail li').map(bar => bar.attributes('aria-label'))).toEqual(['9: +0.700', '8: +0.200', '4: +0.0500, the right class'])
  })
})
