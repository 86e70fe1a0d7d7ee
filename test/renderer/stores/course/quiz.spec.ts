import { checkLength, defaultProgress } from '@contract'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Lesson, Question } from '../../../../renderer/course'
import { useCourse } from '../../../../renderer/stores/course/course'
import { useGraph } from '../../../../renderer/stores/graph/graph'
import { useProgress } from '../../../../renderer/stores/course/progress'
import { useQuiz } from '../../../../renderer/stores/course/quiz'
import { fakeMain } from '../../lab'

const dayMs = 86_400_000
const texts = { title: '', summary: '', cards: {}, figures: {}, questions: {} }
const product = (a: number) => ({ expression: 'y = a * 3; z = y + 1', inputs: { a } })
const asked = (key: string): Question => ({ key, kind: 'number', pose: variant => ({ graph: product(variant), hide: ['value:y'], numbers: {}, answer: 3 * variant, mistakes: [] }) })
const plain = (key: string): Question => ({ key, kind: 'number', pose: () => ({ hide: [], numbers: {}, answer: 1, mistakes: [] }) })
const lesson = (number: number, questions: Question[]): Lesson => ({ number, id: `l${number}`, part: 'graph', section: null, numbers: {}, figures: [], cards: [], questions, texts: { ko: texts, en: texts, ja: texts } })
const lessons = [lesson(0, [asked('a'), asked('b')]), lesson(1, [asked('c')]), lesson(2, [plain('d')])]

/** Completed lessons whose questions may be due. */
async function after({ due = ['l0/a', 'l0/b', 'l1/c'], reviews = 0 }: { due?: string[], reviews?: number } = {}) {
  const at = Date.now()
  fakeMain({ 'progress:read': () => ({
    ...defaultProgress, current: 'quiz',
    lessons: Object.fromEntries(['l0', 'l1'].map(id => [id, { visitedAt: 1, doneAt: 1, card: '' }])),
    questions: Object.fromEntries(['l0/a', 'l0/b', 'l1/c'].map(id => [id, { firstTryRight: true, tries: 1, shown: false, given: [], answeredAt: 1, reviews, box: 0, dueAt: due.includes(id) ? at - dayMs : at + dayMs }])),
  }) })
  await useProgress().load()
  useCourse().lessons = lessons
}
beforeEach(() => after())
afterEach(() => { vi.unstubAllGlobals(); vi.useRealTimers() })

const keys = () => useQuiz().items.map(({ question }) => question.key).sort()
const right = { tries: 1, shown: false, given: [] }

describe('a question that no card of its lesson asks', () => {
  const [card, own] = [asked('onCard'), asked('offCard')]
  const mixed: Lesson = { ...lesson(0, [card, own]), cards: [{ kind: 'predict', question: 'onCard' }] }
  /** A round of both questions, answered right at once */
  async function round() {
    fakeMain({ 'progress:read': () => ({ ...defaultProgress, current: 'quiz', lessons: { l0: { visitedAt: 1, doneAt: null, card: '' } }, parts: { graph: { checkedAt: 1, right: checkLength } } }) })
    await useProgress().load()
    useCourse().lessons = [mixed]
    const quiz = useQuiz()
    quiz.begin('all')
    while (quiz.item) { quiz.answer(right); quiz.next() }
  }

  test('is recorded when the quiz asks it, so that it is reviewed; it does not end the lesson', async () => {
    await round()
    const progress = useProgress()
    expect(progress.question('l0', 'offCard')).toMatchObject({ firstTryRight: true, tries: 1 })
    expect(progress.question('l0', 'onCard')).toBeUndefined() // its card has not been answered
    expect(progress.isDone('l0')).toBe(false)
  })

  test('is not needed for the lesson to be done', async () => {
    await round()
    const progress = useProgress()
    progress.answer('l0', 'onCard', right, ['onCard'])
    expect(progress.isDone('l0')).toBe(true)
  })
})

describe('a round', () => {
  test('has not started at first', () => {
    const quiz = useQuiz()
    expect([quiz.phase, quiz.item, quiz.posed, quiz.answered, quiz.results, quiz.judged]).toEqual(['start', null, null, false, [], []])
    quiz.answer(right)
    quiz.next()
    quiz.look()
    expect([quiz.phase, quiz.at, quiz.results, useQuiz().hasGraph]).toEqual(['start', 0, [], false])
  })

  test('consists of due questions, or of all opened ones', async () => {
    await after({ due: ['l0/b'] })
    useQuiz().begin('due')
    expect(keys()).toEqual(['b'])
    useQuiz().begin('all')
    expect(keys()).toEqual(['a', 'b', 'c'])
  })

  test('asks with numbers that were not asked before, and shows the graph with the answer hidden', async () => {
    await after({ reviews: 2 })
    const quiz = useQuiz()
    quiz.begin('due')
    quiz.look()
    expect([quiz.phase, quiz.item?.variant, quiz.posed?.answer]).toEqual(['asking', 3, 9])
    expect([useGraph().document, [...useGraph().hidden], useGraph().atEnd, useQuiz().hasGraph]).toEqual([product(3), ['value:y'], true, true])
    expect(useGraph().key).toBe(`quiz/${quiz.item!.lesson.id}/${quiz.item!.question.key}/3`)
  })

  test('leads question by question, each answered once, to its summary', () => {
    const quiz = useQuiz()
    quiz.begin('due')
    quiz.next() // an unanswered one cannot be skipped
    expect(quiz.at).toBe(0)
    quiz.answer(right)
    quiz.answer({ tries: 5, shown: true, given: [] })
    expect([quiz.results, quiz.answered, quiz.at]).toEqual([[true], true, 0])
    quiz.next()
    expect([quiz.at, quiz.answered, quiz.phase]).toEqual([1, false, 'asking'])
    quiz.answer({ tries: 2, shown: false, given: [] })
    quiz.next()
    quiz.answer({ tries: 1, shown: true, given: [] })
    expect([quiz.results, quiz.phase]).toEqual([[true, false, false], 'asking'])
    quiz.next()
    expect([quiz.phase, quiz.item]).toEqual(['summary', null])
  })

  test('counts every question in the progress: right ones rest longer, others return tomorrow', () => {
    const quiz = useQuiz()
    quiz.begin('due')
    const order = quiz.items.map(({ lesson, question }) => [lesson.id, question.key] as const)
    quiz.answer(right)
    quiz.next()
    quiz.answer({ tries: 2, shown: false, given: [] })
    expect(order.slice(0, 2).map(([id, key]) => useProgress().question(id, key))).toMatchObject([{ reviews: 1, box: 1 }, { reviews: 1, box: 0 }])
  })

  test('judges each lesson once, in the course\'s order: firm when all its questions were right at once', () => {
    const quiz = useQuiz()
    quiz.begin('due')
    while (quiz.phase === 'asking') {
      quiz.answer(quiz.item!.question.key === 'b' ? { tries: 2, shown: false, given: [] } : right)
      quiz.next()
    }
    expect(quiz.judged.map(({ lesson, firm }) => [lesson.id, firm])).toEqual([['l0', false], ['l1', true]])
  })

  test('judges in the course’s order whatever the order of the round', () => {
    const quiz = useQuiz()
    const of = (lesson: Lesson) => ({ lesson, question: lesson.questions[0]!, variant: 1 })
    const [l0, l1, l2] = lessons as [Lesson, Lesson, Lesson]
    for (const order of [[l0, l1, l2], [l2, l1, l0], [l1, l2, l0], [l2, l0, l1]]) {
      quiz.items = order.map(of)
      quiz.results = [true, false, true]
      expect(quiz.judged.map(({ lesson, firm }) => [lesson.id, firm])).toEqual(lessons.map(lesson => [lesson.id, lesson !== order[1]]))
    }
  })

  test('that is restarted begins without results', () => {
    const quiz = useQuiz()
    quiz.begin('due')
    quiz.answer(right)
    quiz.next()
    quiz.begin('all')
    expect([quiz.at, quiz.results, quiz.answered]).toEqual([0, [], false])
  })

  test('differs each time, even within a millisecond', () => {
    vi.useFakeTimers({ now: 1_700_000_000_000, toFake: ['Date'] })
    const rounds = Array.from({ length: 12 }, () => { useQuiz().begin('all'); return useQuiz().items.map(({ question }) => question.key).join('') })
    expect(new Set(rounds).size).toBeGreaterThan(1)
  })

  test('that is left has nothing to ask, and no graph', () => {
    useQuiz().begin('due')
    useQuiz().look()
    useQuiz().leave()
    expect([useQuiz().phase, useQuiz().hasGraph]).toEqual(['start', false])
  })
})

test('a question is shown up to its intended step', () => {
  const forward: Question = { key: 'f', kind: 'number', pose: () => ({ graph: product(2), position: 'forward', hide: ['value:y'], numbers: {}, answer: 6, mistakes: [] }) }
  useQuiz().items = [{ lesson: lessons[0]!, question: forward, variant: 1 }]
  useQuiz().look()
  expect([useGraph().canForward, useGraph().atEnd]).toEqual([false, false])
})

describe('an answer', () => {
  test('shows the answer and moves to the step that computes it, never back', () => {
    const quiz = useQuiz()
    quiz.begin('due')
    quiz.look()
    useGraph().goTo(0)
    quiz.answer(right)
    expect([useGraph().hidden.size, useGraph().position, useQuiz().hasGraph]).toEqual([0, useGraph().length, true])
  })

  test('shows the graph of its question even if it was not selected', () => {
    const quiz = useQuiz()
    quiz.begin('due')
    quiz.answer(right)
    expect([useGraph().document, useQuiz().hasGraph]).toEqual([product(1), true])
  })

  test('moves on to that step when nothing was shown yet', () => {
    const start: Question = { key: 's', kind: 'number', pose: () => ({ graph: product(2), position: 'start', hide: ['value:y'], numbers: {}, answer: 6, mistakes: [] }) }
    const quiz = useQuiz()
    quiz.items = [{ lesson: lessons[0]!, question: start, variant: 1 }]
    quiz.look()
    expect(useGraph().position).toBe(0)
    quiz.answer(right)
    expect(useGraph().position).toBe(1) // y is computed first, and was the only hidden value
  })

  test('of a question without a graph leaves what is shown', async () => {
    await after({ due: [] })
    useProgress().visit('l2')
    useProgress().answer('l2', 'd', right, ['d'])
    const quiz = useQuiz()
    quiz.items = [{ lesson: lessons[2]!, question: lessons[2]!.questions[0]!, variant: 1 }]
    const { key } = useGraph()
    quiz.look()
    quiz.answer(right)
    expect([useGraph().key, useQuiz().hasGraph, quiz.results]).toEqual([key, false, [true]])
  })
})
