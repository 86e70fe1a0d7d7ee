import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import PresenterRoom from '../../../renderer/rooms/PresenterRoom.vue'
import { keyOf } from '../../../renderer/course/scenes'
import { useCards } from '../../../renderer/stores/course/cards'
import { useCourse } from '../../../renderer/stores/course/course'
import { useLesson } from '../../../renderer/stores/course/lesson'
import { useProgress } from '../../../renderer/stores/course/progress'
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

  test('is left with Escape, and main shows the window as before', async () => {
    await present('multiply-node')
    expect([useRoom().screen, main.asked('app:present')]).toEqual(['presenter', [{ on: true }]])
    await press('Escape')
    expect([useRoom().screen, main.asked('app:present')]).toEqual(['learn', [{ on: true }, { on: false }]])
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
