import { defaultProgress, type Progress } from '@contract'
import { nextTick } from 'vue'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Lesson, Question } from '../../../../renderer/course'
import { hiddenIn, scenesOf } from '../../../../renderer/course/scenes'
import { useCourse } from '../../../../renderer/stores/course/course'
import { useGraph } from '../../../../renderer/stores/graph/graph'
import { useLesson } from '../../../../renderer/stores/course/lesson'
import { useProgress } from '../../../../renderer/stores/course/progress'
import { fakeMain } from '../../lab'

const texts = { title: '', summary: '', body: [], tries: [], figures: {}, questions: {} }
/** A question about a + b, or with other numbers, whose sum is hidden. */
const question = (key: string, graph: (variant: number) => Lesson['figures'][number] extends infer F ? F extends { graph: infer G } ? G : never : never, position?: 'start' | 'forward' | 'end'): Question => ({
  key, kind: 'number',
  pose: variant => ({ graph: graph(variant), hide: ['value:total'], numbers: {}, answer: 3, mistakes: [], ...position ? { position } : {} }),
})
const sum = (a: number, b: number) => ({ expression: 'total = a + b; out = total * 2', inputs: { a, b } })
const product = (a: number) => ({ expression: 'total = a * 3', inputs: { a } })
/** Two figures: one question about each, one with a graph of its own, and one without a graph. */
const lesson: Lesson = {
  number: 0, id: 'sums', part: 'graph', section: null, numbers: {}, texts: { ko: texts, en: texts, ja: texts },
  figures: [{ key: 'one', kind: 'graph', graph: sum(1, 2), position: 'start' }, { key: 'two', kind: 'graph', graph: product(4) }, { key: 'view', kind: 'learning' }],
  questions: [
    question('first', variant => sum(1 + variant, 2)),
    question('second', () => product(4)),
    question('own', () => sum(10, 20), 'forward'),
    { key: 'plain', kind: 'number', pose: () => ({ hide: [], numbers: {}, answer: 1, mistakes: [] }) },
  ],
}
const other: Lesson = { ...lesson, number: 1, id: 'others', figures: [{ key: 'one', kind: 'graph', graph: product(7) }], questions: [] }

let main: ReturnType<typeof fakeMain>
async function open(progress: Partial<Progress> = {}) {
  main = fakeMain({ 'progress:read': () => ({ ...defaultProgress, current: 'sums', ...progress }) })
  await useProgress().load()
  useCourse().lessons = [lesson, other]
  useLesson()
  await nextTick()
}
beforeEach(() => open())
afterEach(() => vi.unstubAllGlobals())

const posed = (key: string) => useLesson().posedQuestions.find(({ question }) => question.key === key)!
const seen = () => ({ key: useGraph().key, expression: useGraph().document.expression, inputs: useGraph().document.inputs, hidden: [...useGraph().hidden] })
const once = { tries: 1, shown: false, given: [] }

describe('an opened lesson', () => {
  test('shows its first figure up to its intended step, with the asked values hidden, and counts as visited', () => {
    expect(seen()).toEqual({ key: 'sums/one', ...sum(1, 2), hidden: ['value:total'] })
    expect([useGraph().position, useProgress().isVisited('sums')]).toEqual([0, true])
    expect(useLesson().posedQuestions.map(({ question, variant, answered }) => [question.key, variant, answered])).toEqual([['first', 0, false], ['second', 0, false], ['own', 0, false], ['plain', 0, false]])
    expect(useLesson().hidesNumbers).toBe(true)
  })

  test('shows a figure without a position completely', async () => {
    useCourse().choose(useCourse().scenes[1]!)
    await nextTick()
    expect([seen().key, useGraph().atEnd, seen().hidden]).toEqual(['sums/two', true, ['value:total']])
  })

  test('leaves the graph alone when its figure is not a graph', async () => {
    useCourse().choose(useCourse().scenes[2]!)
    await nextTick()
    expect(seen().key).toBe('sums/one')
  })

  test('hides no value that was answered before', async () => {
    const answered = { firstTryRight: true, tries: 1, shown: false, given: [], answeredAt: 1, reviews: 0, box: 0, dueAt: 2 }
    await open({ questions: { 'sums/first': answered, 'sums/second': answered, 'sums/own': answered } })
    expect([seen().hidden, useLesson().hidesNumbers]).toEqual([[], false]) // the previous one no longer hides anything
    expect(useLesson().posedQuestions.map(({ answered }) => answered)).toEqual([true, true, true, false])
  })

  test('is restored as it was left', async () => {
    useGraph().goTo(1)
    useGraph().setInput('a', 5)
    useCourse().go('others')
    await nextTick()
    expect(seen().key).toBe('others/one')
    useCourse().go('sums')
    await nextTick()
    expect([seen().key, useGraph().position, useGraph().document.inputs]).toEqual(['sums/one', 1, { a: 5, b: 2 }])
  })

  test('without a lesson there is nothing to ask', async () => {
    useCourse().go('playground')
    await nextTick()
    expect([useLesson().posedQuestions, useLesson().hidesNumbers]).toEqual([[], false])
    useLesson().answer({ question: lesson.questions[0]!, variant: 0, answered: false }, once)
    useLesson().look({ question: lesson.questions[0]!, variant: 0, answered: false })
    expect([useProgress().question('sums', 'first'), useCourse().scene]).toEqual([undefined, null])
  })
})

describe('a selected question', () => {
  test('shows its figure, or a scene of its own', async () => {
    useLesson().look(posed('second'))
    await nextTick()
    expect(seen().key).toBe('sums/two')
    useLesson().look(posed('own'))
    await nextTick()
    expect(seen()).toEqual({ key: 'sums/question:own:0', ...sum(10, 20), hidden: ['value:total'] })
    expect([useGraph().canForward, useGraph().atEnd]).toEqual([false, false]) // all values, but no gradients
  })

  test('leaves the current graph when that is its own', async () => {
    useGraph().goTo(1)
    useLesson().look(posed('first'))
    await nextTick()
    expect([seen().key, useGraph().position]).toEqual(['sums/one', 1])
  })

  test('without a graph changes nothing', async () => {
    useCourse().choose(useCourse().scenes[1]!)
    await nextTick()
    useLesson().look(posed('plain'))
    await nextTick()
    expect(seen().key).toBe('sums/two')
  })
})

describe('an answer', () => {
  test('shows the answer and moves to the step that computes the answer', () => {
    useLesson().answer(posed('first'), once)
    expect([seen(), useGraph().position]).toEqual([{ key: 'sums/one', ...sum(1, 2), hidden: [] }, 1])
    expect([posed('first').answered, useProgress().question('sums', 'first')]).toMatchObject([true, { tries: 1, firstTryRight: true }])
  })

  test('does not move back when the graph is further already', () => {
    useGraph().goTo(3)
    useLesson().answer(posed('first'), once)
    expect(useGraph().position).toBe(3)
  })

  test('of another scene shows that scene', async () => {
    useLesson().answer(posed('own'), { tries: 2, shown: true, given: [] })
    await nextTick()
    expect([useCourse().scene?.key, seen()]).toEqual(['question:own:0', { key: 'sums/question:own:0', ...sum(10, 20), hidden: [] }])
    expect(useGraph().position).toBe(1)
  })

  test('stays with its scene', () => {
    const { scene } = useCourse()
    useLesson().answer(posed('first'), once)
    expect(useCourse().scene).toBe(scene)
  })

  test('shows the graph of the question, whatever was changed in it meanwhile, from its start', () => {
    useGraph().setInput('a', 50)
    useGraph().goTo(useGraph().length)
    useLesson().answer(posed('first'), once)
    expect([seen().inputs, useGraph().position]).toEqual([{ a: 1, b: 2 }, 1])
  })

  test('keeps what is hidden by other questions', () => {
    const twice: Lesson = { ...lesson, questions: [lesson.questions[0]!, { key: 'slope', kind: 'number', pose: () => ({ graph: sum(1, 2), hide: ['gradient:a'], numbers: {}, answer: 2, mistakes: [] }) }] }
    useCourse().lessons = [twice, other]
    useLesson().answer(posed('first'), once)
    expect(seen().hidden).toEqual(['gradient:a'])
    expect(useLesson().hidesNumbers).toBe(true)
  })

  test('of a question without a graph leaves the graph', () => {
    const before = [seen(), useGraph().position]
    useLesson().answer(posed('plain'), once)
    expect([[seen(), useGraph().position], posed('plain').answered]).toEqual([before, true])
  })

  test('of the last question makes the lesson done', () => {
    for (const key of ['first', 'second', 'own']) useLesson().answer(posed(key), once)
    expect(useProgress().isDone('sums')).toBe(false)
    useLesson().answer(posed('plain'), once)
    expect(useProgress().isDone('sums')).toBe(true)
  })
})

describe('a question that is asked again', () => {
  test('has other numbers, in a scene of its own, and is open; it is not counted', async () => {
    useLesson().answer(posed('first'), once)
    const written = main.asked('progress:write').length
    useLesson().ask(posed('first'))
    await nextTick()
    expect(posed('first')).toMatchObject({ variant: 1, answered: false })
    expect(seen()).toEqual({ key: 'sums/question:first:1', ...sum(2, 2), hidden: ['value:total'] })
    useLesson().answer(posed('first'), { tries: 3, shown: true, given: [] })
    expect([posed('first').answered, posed('first').variant, seen().hidden]).toEqual([true, 1, []])
    expect(main.asked('progress:write')).toHaveLength(written)
    useLesson().ask(posed('first'))
    await nextTick()
    expect([posed('first').variant, seen().inputs]).toEqual([2, { a: 3, b: 2 }])
  })

  test('leaves the others as they are', () => {
    useLesson().ask(posed('first'))
    useLesson().ask(posed('second'))
    expect(useLesson().posedQuestions.map(({ variant }) => variant)).toEqual([1, 1, 0, 0])
  })

  test('is reset when the lesson is left and opened again', async () => {
    useLesson().ask(posed('first'))
    useCourse().go('others')
    await nextTick()
    useCourse().go('sums')
    await nextTick()
    expect(posed('first').variant).toBe(0)
  })

  test('keeps its numbers when another figure is selected', async () => {
    useLesson().ask(posed('first'))
    useCourse().choose(scenesOf(lesson)[1]!)
    await nextTick()
    expect(posed('first').variant).toBe(1)
    expect(seen().hidden).toEqual(hiddenIn(lesson, product(4), [{ question: lesson.questions[1]!, variant: 0 }]))
  })
})
