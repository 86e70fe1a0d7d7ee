import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import PresenterRoom from '../../../renderer/rooms/PresenterRoom.vue'
import { lessons } from '../../../renderer/course/all'
import { keyOf } from '../../../renderer/course/scenes'
import { useCards } from '../../../renderer/stores/course/cards'
import { useCourse } from '../../../renderer/stores/course/course'
import { useLesson } from '../../../renderer/stores/course/lesson'
import { useProgress } from '../../../renderer/stores/course/progress'
import { useQuiz } from '../../../renderer/stores/course/quiz'
import { useGraph } from '../../../renderer/stores/graph/graph'
import { useRoom } from '../../../renderer/stores/room'
import { useRun } from '../../../renderer/stores/run'
import { fakeMain, runState, show, soFar } from '../lab'

let main: ReturnType<typeof fakeMain>
let view: VueWrapper | null = null
beforeEach(() => { main = fakeMain({ 'app:present': () => null, 'progress:write': () => null }) })
afterEach(() => { view?.unmount(); view = null; vi.unstubAllGlobals(); document.body.replaceChildren() })

/** Presents a lesson at a card; null presents the playground. */
async function present(id: string, card?: string): Promise<VueWrapper> {
  view = await show(PresenterRoom, {}, { GraphWorkspace: true })
  await useCourse().load()
  useLesson()
  useCourse().go(id)
  if (card) useCards().go(useCards().deck.findIndex(other => keyOf(other) === card))
  useRoom().present(true)
  await flushPromises()
  return view
}
const press = async (key: string) => {
  document.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }))
  await flushPromises()
}

describe('a presented lesson', () => {
  test('goes on by steps of the graph, then by cards, and back', async () => {
    const view = await present('multiply-node')
    useGraph().restart()
    const steps = useGraph().length
    for (let i = 0; i < steps; i++) await press('ArrowRight')
    expect([useGraph().atEnd, useCards().at]).toEqual([true, 0])
    await press('ArrowRight')
    expect(useCards().at).toBe(1)
    await press('PageUp')
    await press('ArrowLeft')
    expect([useCards().at, useGraph().position]).toEqual([0, steps - 1])
    expect(view.text()).toContain('Lesson 8 of 26')
  })

  test('shows a question without field and hints; R reveals its answer, which counts for nobody and is covered again afterwards', async () => {
    const view = await present('multiply-node', 'multiply')
    const { prompt, reveal } = useCourse().texts!.questions['multiply']!
    /** The longest piece without formulas, code, numbers and markup */
    const words = (text: string) => text.split(/\$[^$]*\$|`[^`]*`|\[\[[^\]]*\]\]|\*\*/).toSorted((a, b) => b.length - a.length)[0]!.trim()
    expect(view.text()).toContain(words(prompt))
    expect([view.find('input').exists(), view.find('.hint').exists(), useGraph().hidden.size > 0]).toEqual([false, false, true])
    expect(view.text()).not.toContain(words(reveal))
    await press('r')
    expect([view.text().includes(words(reveal)), useGraph().hidden.size]).toEqual([true, 0])
    expect(useProgress().question('multiply-node', 'multiply')).toBeUndefined()
    view.unmount()
    expect(useLesson().posed?.answered).toBe(false)
  })

  test.each([['fan-out', 'line', 5], ['fan-out', 'why', 3], ['backward', 'order', 5]])('shows all that a question is about: %s, kind %s', async (id, kind, choices) => {
    const lesson = lessons.find(lesson => lesson.id === id)!
    const { key } = lesson.questions.find(question => question.kind === kind)!
    const view = await present(id, key)
    expect(view.findAll('.choices li').length).toBe(choices)
    expect(view.find('.choices .right').exists()).toBe(false)
    await press('r')
    expect(view.findAll(kind === 'order' ? '.solution li' : '.choices .right').length).toBe(kind === 'order' ? choices : 1)
  })

  test('chooses the figures of a card with the digits, and names only keys that have an effect', async () => {
    const view = await present('fan-out', 'try')
    const [, second] = useCards().scenes
    await press('2')
    expect(useCards().scene).toBe(second)
    useGraph().restart()
    await flushPromises()
    expect(view.findAll('.keys kbd').map(key => key.text())).toEqual(['←', '→', '1 … 9', 'Esc'])
    await press('ArrowRight')
    expect(view.findAll('.keys kbd').map(key => key.text())).toContain('Home')
    await press('Home')
    expect(useGraph().position).toBe(0)
  })

  test('is left with Escape, and main shows the window as before', async () => {
    await present('multiply-node')
    expect([useRoom().screen, main.asked('app:present')]).toEqual(['presenter', [{ on: true }]])
    await press('Escape')
    expect([useRoom().screen, main.asked('app:present')]).toEqual(['learn', [{ on: true }, { on: false }]])
  })
})

describe('a presented check', () => {
  test('is shown question by question, revealed without being recorded, and left at the learner’s own question', async () => {
    view = await show(PresenterRoom, {}, { GraphWorkspace: true })
    await useCourse().load()
    useCourse().go('part-nodes')
    useQuiz().begin('nodes')
    useRoom().present(true)
    view.unmount()
    view = await show(PresenterRoom, {}, { GraphWorkspace: true })
    await flushPromises()
    for (let i = 0; i < 5; i++) {
      expect(view.find('.above').text()).toContain(`Question ${i + 1} of 5`)
      expect(view.find('.prompt').text()).not.toBe('')
      expect(view.find('.reveal').exists()).toBe(false)
      await press('r')
      expect(view.find('.reveal').exists()).toBe(true)
      await press('PageDown')
    }
    expect([useQuiz().place, useQuiz().results]).toEqual([4, []])
    view.unmount()
    expect([useQuiz().place, useQuiz().told, useQuiz().phase]).toEqual([0, false, 'asking'])
    expect([...useGraph().hidden]).toEqual(useQuiz().posed!.hide)
  })

  test('a part’s page shows its name, and no graph of another page', async () => {
    const view = await present('part-nodes')
    expect(view.find('.words').text()).toBe('Part 2 of 5 Nodes')
  })
})

test('a presented training is run by the space bar, and learns one mini-batch by →', async () => {
  main = fakeMain({ 'app:present': () => null, 'run:read': () => soFar(runState()), 'run:start': () => runState({ phase: 'running' }), 'run:step': () => runState({ step: 1 }) })
  await useRun().load()
  useRoom().go('train')
  useRoom().present(true)
  view = await show(PresenterRoom, {}, { PresentedTraining: true })
  await press('ArrowRight')
  await press(' ')
  expect([main.asked('run:step'), main.asked('run:start').length]).toEqual([[{ unit: 'batch' }], 1])
})

describe('a presented graph of the playground', () => {
  test('shows its expression and is stepped', async () => {
    const view = await present('playground')
    useGraph().show({ expression: 'y = a * b', inputs: { a: 2, b: 3 } })
    useGraph().restart()
    await flushPromises()
    expect(view.text()).toContain('y = a * b')
    await press('ArrowRight')
    expect(useGraph().position).toBe(1)
    await press('r')
    await press('PageDown')
    expect([useCourse().current, useGraph().position]).toEqual(['playground', 1])
  })
})
