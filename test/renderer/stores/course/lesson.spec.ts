import { defaultProgress, type Progress } from '@contract'
import { nextTick } from 'vue'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Lesson, Question } from '../../../../renderer/course'
import { keyOf } from '../../../../renderer/course/scenes'
import { useCards } from '../../../../renderer/stores/course/cards'
import { useCourse } from '../../../../renderer/stores/course/course'
import { useGraph } from '../../../../renderer/stores/graph/graph'
import { useLesson } from '../../../../renderer/stores/course/lesson'
import { useProgress } from '../../../../renderer/stores/course/progress'
import { useSettings } from '../../../../renderer/stores/settings'
import { fakeMain } from '../../lab'

const texts = { title: '', summary: '', cards: {}, figures: {}, questions: {} }
const sum = (a: number, b: number) => ({ expression: 'total = a + b; out = total * 2', inputs: { a, b } })
const product = (a: number) => ({ expression: 'total = a * 3', inputs: { a } })
/** A question about a sum that is covered */
const question = (key: string, a: number, position?: 'forward'): Question => ({
  key, kind: 'number',
  pose: variant => ({ graph: sum(a + variant, 2), hide: ['value:total'], numbers: {}, answer: 3, mistakes: [], ...position ? { position } : {} }),
})
const lesson: Lesson = {
  number: 0, id: 'sums', part: 'graph', section: null, numbers: {}, texts: { ko: texts, en: texts, ja: texts },
  figures: [{ key: 'one', kind: 'graph', graph: sum(1, 2), position: 'start' }, { key: 'two', kind: 'graph', graph: product(4) }, { key: 'view', kind: 'learning' }],
  cards: [
    { kind: 'say', key: 'begin', figure: 'one' },
    { kind: 'predict', question: 'first' },
    { kind: 'predict', question: 'second' },
    { kind: 'predict', question: 'plain' },
    { kind: 'say', key: 'look', figure: 'view' },
    { kind: 'try', key: 'try', figure: ['one', 'two'] },
  ],
  questions: [question('first', 1), question('second', 10, 'forward'), { key: 'plain', kind: 'number', pose: () => ({ hide: [], numbers: {}, answer: 1, mistakes: [] }) }],
}
const other: Lesson = { ...lesson, number: 1, id: 'others', figures: [{ key: 'one', kind: 'graph', graph: product(7) }], cards: [{ kind: 'say', key: 'begin', figure: 'one' }], questions: [] }

let main: ReturnType<typeof fakeMain>
async function open(progress: Partial<Progress> = {}) {
  main = fakeMain({ 'progress:read': () => ({ ...defaultProgress, current: 'sums', ...progress }) })
  await useProgress().load()
  useCourse().lessons = [lesson, other]
  useLesson()
  await nextTick()
}
beforeEach(() => {
  vi.stubGlobal('matchMedia', () => ({ matches: true, addEventListener: () => undefined, removeEventListener: () => undefined })) // the graph jumps to the answer
  return open()
})
afterEach(() => vi.unstubAllGlobals())

const to = async (key: string) => {
  useCards().go(lesson.cards.findIndex(card => keyOf(card) === key))
  await nextTick()
}
const posed = () => useLesson().posed!
const seen = () => ({ key: useGraph().key, expression: useGraph().document.expression, inputs: useGraph().document.inputs, hidden: [...useGraph().hidden] })
const once = { tries: 1, shown: false, given: [] }

describe('an opened lesson', () => {
  test('begins with its first card, whose figure covers nothing, and counts as visited', () => {
    expect(seen()).toEqual({ key: 'sums/begin:one', ...sum(1, 2), hidden: [] })
    expect([useGraph().position, useProgress().isVisited('sums'), useLesson().posed, useCards().at]).toEqual([0, true, null, 0])
  })

  test('shows a figure without a position completely, and keeps the choice of a figure', async () => {
    await to('try')
    useCards().choose(useCards().scenes[1]!)
    await nextTick()
    expect([seen().key, useGraph().atEnd]).toEqual(['sums/try:two', true])
    await to('begin')
    await to('try')
    expect(seen().key).toBe('sums/try:two')
  })

  test('puts its figure back as it was after the learner’s changes, also later; undo brings these back', async () => {
    const graph = useGraph()
    expect(graph.changed).toBe(false)
    graph.setInput('a', 100)
    await to('first')
    await to('begin')
    expect([graph.changed, graph.document.inputs['a']]).toEqual([true, 100])
    graph.reset()
    expect([graph.changed, graph.document]).toEqual([false, sum(1, 2)])
    graph.undo()
    expect([graph.changed, graph.document.inputs['a']]).toEqual([true, 100])
  })

  test('begins with the step in words, whatever was nudged in the lesson before; a closed panel stays closed', async () => {
    const settings = useSettings()
    for (const [before, after] of [['nudge', 'step'], ['cell', 'step'], ['code', 'code'], ['closed', 'closed']] as const) {
      useCourse().go('sums')
      await nextTick()
      await settings.change({ graphPanel: before })
      useCourse().go('others')
      await nextTick()
      await vi.waitFor(() => expect(settings.settings.graphPanel).toBe(after))
    }
  })

  test('leaves the graph alone when a figure is not a graph', async () => {
    await to('look')
    expect(seen().key).toBe('sums/begin:one')
  })

  test('is restored at the card and in the state in which it was left', async () => {
    await to('second')
    await to('begin')
    useGraph().goTo(1)
    useGraph().setInput('a', 5)
    useCourse().go('others')
    await nextTick()
    expect(seen().key).toBe('others/begin:one')
    useCourse().go('sums')
    await nextTick()
    expect([seen().key, useGraph().position, useGraph().document.inputs]).toEqual(['sums/begin:one', 1, { a: 5, b: 2 }])
    await to('second')
    useCourse().go('others')
    useCourse().go('sums')
    await nextTick()
    expect(useCards().at).toBe(2)
  })

  test('is turned card by card, and after the last one comes the next lesson, where it was left', async () => {
    for (const key of ['first', 'second', 'plain', 'look', 'try']) {
      useCards().next()
      expect(keyOf(useCards().card!)).toBe(key)
    }
    useCards().next()
    await nextTick()
    expect([useCourse().current, useCards().at]).toEqual(['others', 0])
    useCards().back()
    await nextTick()
    expect([useCourse().current, keyOf(useCards().card!)]).toEqual(['sums', 'try'])
  })

  test('without a lesson there is no card and nothing to ask', async () => {
    useCourse().go('playground')
    await nextTick()
    expect([useLesson().posed, useCards().card, useCards().scene]).toEqual([null, null, null])
    useLesson().answer({ question: lesson.questions[0]!, variant: 0, answered: false }, once)
    expect(useProgress().question('sums', 'first')).toBeUndefined()
  })
})

describe('a question', () => {
  test('has a scene of its own, in which its answer is covered', async () => {
    await to('second')
    expect(seen()).toEqual({ key: 'sums/question:second:0', ...sum(10, 2), hidden: ['value:total'] })
    expect([useGraph().canForward, useGraph().atEnd]).toEqual([false, false]) // all values, but no gradients
    await to('begin')
    expect(seen().hidden).toEqual([])
  })

  test('without a graph keeps the figure of the card before', async () => {
    await to('plain')
    expect(seen().key).toBe('sums/begin:one')
    expect(posed()).toMatchObject({ variant: 0, answered: false })
  })

  test('that was answered before covers nothing', async () => {
    const answered = { firstTryRight: true, tries: 1, shown: false, given: [], answeredAt: 1, reviews: 0, box: 0, dueAt: 2 }
    await open({ questions: { 'sums/first': answered } })
    await to('first')
    expect([seen().hidden, posed().answered]).toEqual([[], true])
  })
})

describe('an answer', () => {
  beforeEach(() => to('first'))

  test('uncovers the values and moves to the step that computes them', () => {
    useGraph().goTo(0)
    useLesson().answer(posed(), once)
    expect([seen(), useGraph().position]).toEqual([{ key: 'sums/question:first:0', ...sum(1, 2), hidden: [] }, 1])
    expect([posed().answered, useProgress().question('sums', 'first')]).toMatchObject([true, { tries: 1, firstTryRight: true }])
  })

  test('does not move back when the graph is further already', () => {
    useGraph().goTo(3)
    useLesson().answer(posed(), once)
    expect(useGraph().position).toBe(3)
  })

  test('shows the graph of the question, whatever was changed in it meanwhile, from its start', () => {
    useGraph().setInput('a', 50)
    useGraph().goTo(useGraph().length)
    useLesson().answer(posed(), once)
    expect([seen().inputs, useGraph().position]).toEqual([{ a: 1, b: 2 }, 1])
  })

  test('of a question without a graph leaves the graph', async () => {
    await to('plain')
    const before = [seen(), useGraph().position]
    useLesson().answer(posed(), once)
    expect([[seen(), useGraph().position], posed().answered]).toEqual([before, true])
  })

  test('of the last question makes the lesson done', async () => {
    for (const key of ['first', 'second', 'plain']) {
      expect(useProgress().isDone('sums')).toBe(false)
      await to(key)
      useLesson().answer(posed(), once)
    }
    expect(useProgress().isDone('sums')).toBe(true)
  })
})

describe('a question that is asked again', () => {
  beforeEach(() => to('first'))

  test('has other numbers, in a scene of its own, and is open; it is not counted', async () => {
    useLesson().answer(posed(), once)
    const written = main.asked('progress:write').length
    useLesson().ask(posed())
    await nextTick()
    expect(posed()).toMatchObject({ variant: 1, answered: false })
    expect(seen()).toEqual({ key: 'sums/question:first:1', ...sum(2, 2), hidden: ['value:total'] })
    useLesson().answer(posed(), { tries: 3, shown: true, given: [] })
    expect([posed().answered, posed().variant, seen().hidden]).toEqual([true, 1, []])
    expect(main.asked('progress:write')).toHaveLength(written)
    useLesson().ask(posed())
    await nextTick()
    expect([posed().variant, seen().inputs]).toEqual([2, { a: 3, b: 2 }])
  })

  test('keeps its numbers while other cards are looked at, and leaves their questions as they are', async () => {
    useLesson().ask(posed())
    await to('second')
    expect(posed().variant).toBe(0)
    await to('first')
    expect(posed().variant).toBe(1)
  })
})
