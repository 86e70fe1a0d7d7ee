import { defaultProgress, type Progress } from '@contract'
import { traceOf } from '@core'
import fc from 'fast-check'
import { nextTick } from 'vue'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Lesson, Question } from '../../../../renderer/course'
import { keyOf } from '../../../../renderer/course/scenes'
import { useCards } from '../../../../renderer/stores/course/cards'
import { useCourse } from '../../../../renderer/stores/course/course'
import { useLesson } from '../../../../renderer/stores/course/lesson'
import { useProgress } from '../../../../renderer/stores/course/progress'
import { useQuiz } from '../../../../renderer/stores/course/quiz'
import { playgroundKey, useGraph } from '../../../../renderer/stores/graph/graph'
import { useRoom } from '../../../../renderer/stores/room'
import { fakeMain } from '../../lab'

const texts = { title: '', summary: '', cards: {}, figures: {}, questions: {} }
const sum = (a: number) => ({ expression: 'total = a + b; out = total * 2', inputs: { a, b: 2 } })
const product = { expression: 'y = a * 3', inputs: { a: 4 } }
const question = (key: string, graph: (variant: number) => { expression: string, inputs: Record<string, number> }, hide: string): Question => ({ key, kind: 'number', pose: variant => ({ graph: graph(variant), hide: [hide], numbers: {}, answer: 3, mistakes: [] }) })
const lesson: Lesson = {
  number: 0, id: 'sums', part: 'graph', section: null, numbers: {}, texts: { ko: texts, en: texts, ja: texts },
  figures: [{ key: 'one', kind: 'graph', graph: sum(1), position: 'start' }, { key: 'two', kind: 'graph', graph: product }],
  cards: [{ kind: 'predict', question: 'total' }, { kind: 'predict', question: 'y' }],
  questions: [question('total', variant => sum(1 + variant), 'value:total'), question('y', () => product, 'value:y')],
}
const other: Lesson = { ...lesson, number: 1, id: 'others', cards: [{ kind: 'say', key: 'begin', figure: 'one' }], questions: [] }
const once = { tries: 1, shown: false, given: [] }
const answered = { firstTryRight: true, tries: 1, shown: false, given: [], answeredAt: 1, reviews: 0, box: 0, dueAt: 2 }

/** Restarts the window: only what main has stored survives. */
async function start(progress: Partial<Progress> = {}, lessons: readonly Lesson[] = [lesson, other]) {
  fakeMain({ 'progress:read': () => ({ ...defaultProgress, current: 'sums', ...progress }) })
  await useProgress().load()
  useCourse().lessons = lessons
  useLesson()
  await nextTick()
}
beforeEach(() => start())
afterEach(() => vi.unstubAllGlobals())

const shown = () => [useGraph().key, [...useGraph().hidden]]
const to = (key: string) => { useCards().go((useCourse().lesson?.cards ?? []).findIndex(card => keyOf(card) === key)) }
const answer = () => { if (useLesson().posed) useLesson().answer(useLesson().posed!, once) }

describe('an open question\'s answer', () => {
  test('is hidden by every call that shows its scene', () => {
    const graph = useGraph()
    graph.show(sum(1), { key: 'sums/question:total:0', position: 'end' })
    expect(shown()).toEqual(['sums/question:total:0', ['value:total']])
    graph.resume(playgroundKey)
    expect(shown()).toEqual([playgroundKey, []])
    graph.resume('sums/question:total:0')
    expect(shown()).toEqual(['sums/question:total:0', ['value:total']])
    graph.showRun(traceOf(product), 'network')
    graph.resume('sums/question:total:0')
    expect(shown()).toEqual(['sums/question:total:0', ['value:total']])
  })

  test('is hidden in the graph of the question only: the learner\'s own graph has no cover, and undo brings it back', () => {
    const graph = useGraph()
    const acts: readonly (readonly [act: () => void, isHidden: boolean])[] = [
      [() => graph.setInput('a', 5), false], [graph.toEnd, false], [graph.undo, true], [graph.redo, false], [graph.undo, true], [graph.toEnd, true], [graph.restart, true],
      [() => graph.setExpression('total = a + b * 2'), false], [graph.undo, true], [() => graph.setUpstream(3), false], [graph.undo, true],
      [() => graph.setExpression('total = a  + b;out = total*2'), true], [() => graph.setParameter('b', true), true],
      [() => graph.setInput('a', 5), false], [() => graph.setInput('a', 1), true],
    ]
    acts.forEach(([act, isHidden], i) => {
      act()
      expect([i, shown()]).toEqual([i, ['sums/question:total:0', isHidden ? ['value:total'] : []]])
    })
  })

  test('is hidden again when its changed graph is left and entered, and then undone', () => {
    const graph = useGraph()
    graph.setInput('a', 5)
    graph.resume(playgroundKey)
    graph.resume('sums/question:total:0')
    expect(shown()).toEqual(['sums/question:total:0', []])
    graph.undo()
    expect(shown()).toEqual(['sums/question:total:0', ['value:total']])
  })

  test('is hidden again when the window restarts, unless it was answered before', async () => {
    useGraph().toEnd()
    await start()
    expect(shown()).toEqual(['sums/question:total:0', ['value:total']])
    await start({ questions: { 'sums/total': answered } })
    expect(shown()).toEqual(['sums/question:total:0', []])
    to('y')
    await nextTick()
    expect(shown()).toEqual(['sums/question:y:0', ['value:y']])
  })

  test('is hidden again when the progress is reset', () => {
    answer()
    expect(shown()).toEqual(['sums/question:total:0', []])
    useProgress().reset()
    expect(shown()).toEqual(['sums/question:total:0', ['value:total']])
  })

  test('is hidden when the room is left and entered again while the lessons load', async () => {
    await start({}, [])
    expect(shown()).toEqual([playgroundKey, []])
    useRoom().go('draw')
    useCourse().lessons = [lesson, other]
    useRoom().go('learn')
    await nextTick()
    expect(shown()).toEqual(['sums/question:total:0', ['value:total']])
  })

  test('stays hidden while another lesson is opened, until that is shown', async () => {
    useCourse().go('others')
    expect(shown()).toEqual(['sums/question:total:0', ['value:total']])
    await nextTick()
    expect(shown()).toEqual(['others/begin:one', []])
    useCourse().go('sums')
    await nextTick()
    expect(shown()).toEqual(['sums/question:total:0', ['value:total']])
  })

  test('is hidden with the numbers that it is asked with again', async () => {
    answer()
    useLesson().ask(useLesson().posed!)
    await nextTick()
    useGraph().resume(playgroundKey)
    useGraph().resume('sums/question:total:1')
    expect(shown()).toEqual(['sums/question:total:1', ['value:total']])
    answer()
    expect(shown()).toEqual(['sums/question:total:1', []])
  })
})

describe('an update that is asked for', () => {
  const fit = { expression: 'y = w * x', inputs: { w: 1, x: 2 }, parameters: ['w'], learningRate: 0.1 }
  const update = (hide: readonly string[]): Lesson => ({ ...lesson, figures: [{ key: 'one', kind: 'graph', graph: fit }], cards: [{ kind: 'predict', question: 'w' }], questions: [{ key: 'w', kind: 'number', pose: () => ({ graph: fit, hide, numbers: {}, answer: 0.8, mistakes: [] }) }] })
  const w = () => useGraph().document.inputs.w

  test.each([[['updated:w']], [['gradient:w']]])('begins no next round while %j is hidden', async (hide) => {
    await start({}, [update(hide)])
    expect(useGraph().hidden).toContain('updated:w')
    useGraph().takeUpdate()
    expect(w()).toBe(1)
    answer()
    useGraph().takeUpdate()
    expect(w()).toBe(0.8)
  })

  test('is not revealed by making an input a parameter', async () => {
    await start({}, [{ ...update(['gradient:x']) }])
    useGraph().setParameter('x', true)
    expect([...useGraph().hidden]).toEqual(['gradient:x', 'updated:x'])
  })

  test('is not in a graph that a later round changed, once the question is asked again', async () => {
    await start({}, [update(['updated:w']), other])
    const later = () => { answer(); useGraph().takeUpdate(); expect(w()).toBe(0.8) }
    later()
    useProgress().reset()
    expect([w(), useGraph().canUndo]).toEqual([1, false])
    later()
    useCourse().go('others')
    await nextTick()
    useProgress().reset()
    useCourse().go('sums')
    await nextTick()
    expect([w(), useGraph().canUndo]).toEqual([1, false])
  })
})

describe('the answer of the quiz', () => {
  const round = async () => {
    await start({ current: 'quiz', lessons: { sums: { visitedAt: 1, doneAt: 1, card: '' } }, questions: { 'sums/total': answered } })
    useQuiz().begin('all')
    useQuiz().look()
    return `quiz/sums/total/${useQuiz().item!.variant}`
  }

  test('is hidden after a visit to the playground', async () => {
    const key = await round()
    useGraph().resume(playgroundKey)
    expect(shown()).toEqual([playgroundKey, []])
    useGraph().resume(key)
    expect(shown()).toEqual([key, ['value:total']])
    useQuiz().answer(once)
    useGraph().resume(playgroundKey)
    useGraph().resume(key)
    expect(shown()).toEqual([key, []])
  })

  test('stays hidden when the round is left or restarted', async () => {
    const key = await round()
    useQuiz().leave()
    expect(shown()).toEqual([key, ['value:total']])
    useQuiz().begin('all')
    useQuiz().look()
    useQuiz().answer(once)
    expect(useGraph().hidden.size).toBe(0)
  })
})

test('no order of calls reveals an open question in its own graph, and nothing else stays hidden', async () => {
  const graph = () => useGraph()
  /** Calls that the user or the program may make at any time. */
  const calls: Readonly<Record<string, () => unknown>> = {
    'shows the figure': () => graph().show(sum(1), { key: 'sums/question:total:0' }),
    'resumes the figure': () => graph().resume('sums/question:total:0'),
    'resumes the other figure': () => graph().resume('sums/question:y:0'),
    'resumes the playground': () => graph().resume(playgroundKey),
    'opens a file in the playground': () => graph().show(sum(7)),
    'shows the network': () => graph().showRun(traceOf(product), 'network'),
    'undoes': () => graph().undo(),
    'redoes': () => graph().redo(),
    'changes an input': () => graph().setInput('a', 9),
    'goes to the end': () => graph().toEnd(),
    'goes to the lesson': () => useCourse().go('sums'),
    'goes to the other lesson': () => useCourse().go('others'),
    'goes to the playground': () => useCourse().go('playground'),
    'goes to the first card': () => to('total'),
    'goes to the second card': () => to('y'),
    'answers the question': answer,
    'forgets the progress': () => useProgress().reset(),
    'waits': () => nextTick(),
  }
  const asked: Readonly<Record<string, { readonly key: string, readonly hide: string, readonly a: number }>> = { 'sums/question:total:0': { key: 'total', hide: 'value:total', a: 1 }, 'sums/question:y:0': { key: 'y', hide: 'value:y', a: 4 } }
  await fc.assert(fc.asyncProperty(fc.array(fc.constantFrom(...Object.keys(calls)), { maxLength: 25 }), async (names) => {
    await start()
    for (const name of names) {
      await calls[name]!()
      const question = asked[graph().key]
      const isCovered = question && useProgress().question('sums', question.key) === undefined && graph().document.inputs.a === question.a
      expect([...graph().hidden]).toEqual(isCovered ? [question.hide] : [])
    }
  }), { seed: 12, numRuns: 30 })
})
