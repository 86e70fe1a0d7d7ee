import { checkLength, defaultProgress, type Progress } from '@contract'
import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { beforeEach, describe, expect, test } from 'vitest'
import { loadLessons } from '../../../renderer/course'
import CoursePanel from '../../../renderer/lessons/CoursePanel.vue'
import { lessonsOf } from '../../../renderer/course/parts'
import { askable, pickCheck, pickRound, roundLength, variantAfter, variantFor, variantInCheck } from '../../../renderer/course/quiz'
import { partIds, type Posed } from '../../../renderer/course/types'
import { useCourse } from '../../../renderer/stores/course/course'
import { useFigure } from '../../../renderer/stores/course/figure'
import { useGraph } from '../../../renderer/stores/graph/graph'
import { useProgress } from '../../../renderer/stores/course/progress'
import { useQuiz } from '../../../renderer/stores/course/quiz'
import { fakeMain, show } from '../lab'
import { give, wrongAnswers } from '../lessons/answering'

const lessons = await loadLessons()
const dayMs = 86_400_000

/** All questions of the first lessons were answered; the earlier the lesson, the longer ago. */
function after(count: number, reviews = 0): Progress {
  const seen = lessons.slice(0, count)
  const at = Date.now() - 40 * dayMs
  return {
    ...defaultProgress,
    lessons: Object.fromEntries(seen.map(({ id }) => [id, { visitedAt: at, doneAt: at, card: '' }])),
    questions: Object.fromEntries(seen.flatMap(({ id, number, questions }) => questions.map(({ key }) =>
      [`${id}/${key}`, { firstTryRight: true, tries: 1, shown: false, given: [], answeredAt: at, reviews, box: 0, dueAt: at + number * dayMs }]))),
  }
}

// a class took a part's check, and a minute later the quiz asked the same question with the same numbers
test('for every number of a class, the first check and the first quiz ask every question in different numbers', () => {
  const shown = ({ numbers, answer, graph, code, curve }: Posed) => JSON.stringify([numbers, answer, graph?.inputs, code, curve])
  for (const { id, questions } of lessons) for (const question of questions) {
    const posed = Array.from({ length: 21 }, (_, variant) => shown(question.pose(variant)))
    for (let seed = 1; seed <= 20; seed++) expect(posed[variantInCheck(0, seed)], `${id} ${question.key} ${seed}`).not.toBe(posed[variantFor(0, seed)])
  }
})

describe('a round', () => {
  const round = pickRound(lessons, after(12), { only: null, seed: 7 })

  test('has ten questions, each once', () => {
    expect(round).toHaveLength(roundLength)
    expect(new Set(round.map(({ lesson, question }) => `${lesson.id}/${question.key}`)).size).toBe(roundLength)
  })

  test('asks with numbers that were not asked before', () => {
    expect(round.every(({ variant }) => variant === 1)).toBe(true)
    expect(pickRound(lessons, after(12, 3), { only: null, seed: 7 }).every(({ variant }) => variant === 4)).toBe(true)
  })

  test('never stays with one lesson while another is left', () => {
    for (let seed = 0; seed < 50; seed++) {
      const ids = pickRound(lessons, after(5), { only: null, seed }).map(({ lesson }) => lesson.id)
      expect(ids.filter((id, i) => id === ids[i - 1])).toEqual([])
    }
  })

  test('begins with what has been due the longest', () => {
    expect([...new Set(round.map(({ lesson }) => lesson.number))].every(number => number < 6)).toBe(true)
  })

  test('about due questions asks only those', () => {
    const only = ['multiply-node/multiply', 'multiply-node/sign']
    expect(pickRound(lessons, after(12), { only, seed: 1 }).map(({ question }) => question.key).sort()).toEqual(['multiply', 'sign'])
  })

  test('asks about lessons that were begun by an answer, and those of a part that is known by its check', () => {
    expect(askable(lessons, defaultProgress)).toEqual([])
    const opened = { ...defaultProgress, lessons: { relu: { visitedAt: 1, doneAt: null, card: 'why' } } }
    expect(askable(lessons, opened)).toEqual([])
    const passed = { ...opened, parts: { nodes: { checkedAt: 1, right: checkLength }, layers: { checkedAt: 1, right: 4 } } }
    expect(new Set(askable(lessons, passed).map(({ lesson }) => lesson.part))).toEqual(new Set(['nodes']))
    expect(askable(lessons, after(2)).every(({ lesson }) => lesson.number < 2)).toBe(true)
  })

  test('is the same for the same seed, and another for another', () => {
    const keys = (seed: number) => pickRound(lessons, after(27), { only: null, seed }).map(({ lesson, question }) => lesson.id + question.key).join()
    expect(keys(3)).toBe(keys(3))
    expect(new Set(Array.from({ length: 10 }, (_, seed) => keys(seed))).size).toBeGreaterThan(1)
  })
})

describe('a class that agreed on a seed', () => {
  const items = (progress: Progress, seed: number) => pickRound(lessons, progress, { only: null, seed, variant: 5 }).map(({ lesson, question, variant }) => `${lesson.id}/${question.key}/${variant}`)

  test('gets the same questions in the same order and numbers, whatever each has answered before', () => {
    const [one, other] = [after(12), after(12, 3)]
    const shifted = { ...other, questions: Object.fromEntries(Object.entries(other.questions).map(([id, question], i) => [id, { ...question, dueAt: question.dueAt - i * dayMs }])) }
    expect(items(shifted, 7)).toEqual(items(one, 7))
    expect(items(one, 7).every(item => item.endsWith('/5'))).toBe(true)
    expect(items(one, 8)).not.toEqual(items(one, 7))
  })

  test('gets the same order of the questions that all have, when some have opened more lessons', () => {
    const ofFew = new Set(pickRound(lessons, after(2), { only: null, seed: 7, variant: 1 }).map(({ question }) => question))
    const picked = (count: number) => pickRound(lessons.slice(0, 4), after(count), { only: null, seed: 7, variant: 1 }).map(({ question }) => question)
    expect(ofFew.size).toBe(5) // lessons 0 and 1
    expect(new Set(picked(4).filter(question => ofFew.has(question)))).toEqual(ofFew) // 10 of 10
  })

  test('gets shifted numbers in questions asked again; without a seed they follow the lesson’s own', () => {
    expect([0, 1, 2].map(times => variantFor(times, 0))).toEqual([1, 2, 3])
    expect([0, 1, 2].map(times => variantFor(times, 7))).toEqual([8, 9, 10])
    expect([variantAfter(0, 0), variantAfter(1, 0), variantAfter(0, 7), variantAfter(8, 7)]).toEqual([1, 2, 8, 9])
    expect(askable(lessons, { ...after(2, 3), seed: 7 }).every(({ variant }) => variant === 11)).toBe(true)
  })

  test('never gets the lesson’s own numbers, nor others than those that every question is tested with', () => {
    for (const seed of [0, 1, 19, 20, 9_999]) {
      for (let times = 0; times < 50; times++) expect([variantFor(times, seed) >= 1, variantFor(times, seed) <= 20]).toEqual([true, true])
    }
    expect([variantAfter(20, 0), variantAfter(20, 5)]).toEqual([1, 1])
  })
})

describe.each(partIds)('the check of the part %s', (part) => {
  const own = lessonsOf(lessons, part)
  const check = (seed: number) => pickCheck(own, { seed, variant: 3 })

  test('has five different questions of its lessons, from as many of them as there are, in their order', () => {
    for (let seed = 0; seed < 20; seed++) {
      const items = check(seed)
      expect(new Set(items.map(({ question }) => question)).size).toBe(5)
      expect(items.every(({ lesson, question, variant }) => lesson.part === part && lesson.questions.includes(question) && variant === 3)).toBe(true)
      expect(new Set(items.map(({ lesson }) => lesson)).size).toBe(Math.min(5, own.length))
      const numbers = items.map(({ lesson }) => lesson.number)
      expect(numbers).toEqual(numbers.toSorted((a, b) => a - b))
    }
  })

  test('is the same for the same seed, and reaches every question with others', () => {
    expect(check(4)).toEqual(check(4))
    const reached = new Set(Array.from({ length: 300 }, (_, seed) => check(seed)).flat().map(({ question }) => question))
    expect(reached.size).toBe(own.flatMap(({ questions }) => questions).length)
  })
})

describe('the quiz', () => {
  let main: ReturnType<typeof fakeMain>
  beforeEach(() => { main = fakeMain({ 'progress:read': () => after(4) }) })
  async function open(): Promise<VueWrapper> {
    await useProgress().load()
    const view = await show(CoursePanel)
    await useCourse().load()
    useCourse().go('quiz')
    await flushPromises()
    return view
  }
  async function answer(view: VueWrapper, right: boolean) {
    const quiz = useQuiz()
    const asked = { ...quiz.item!, posed: quiz.posed! }
    if (!right) await give(view, asked, wrongAnswers(asked)[0]!)
    await give(view, asked, asked.posed.answer)
    await flushPromises()
  }

  test('shows how many are due, asks them one by one with their graphs hidden, and summarizes', async () => {
    const view = await open()
    const due = useProgress().due.length
    expect(due).toBeGreaterThanOrEqual(8)
    expect(view.text()).toContain(`Questions due today: ${due}`)
    await view.find('.buttons .primary').trigger('click')
    await flushPromises()
    const quiz = useQuiz()
    for (let i = 0; i < quiz.items.length; i++) {
      expect(view.find('h1').text()).toBe('Mixed quiz') // the quiz does not reveal the lesson
      expect([...useGraph().hidden]).toEqual(quiz.posed!.hide)
      await answer(view, i > 0)
      expect(useGraph().hidden.size).toBe(0)
      await view.find('.on .primary').trigger('click')
      await flushPromises()
    }
    expect(view.find('.score').text()).toContain(`${quiz.items.length - 1} / ${quiz.items.length}`)
    const missed = quiz.items[0]!.lesson.id
    expect(quiz.judged.filter(({ firm }) => !firm).map(({ lesson }) => lesson.id)).toEqual([missed])
    const written = main.asked('progress:write').at(-1) as Progress
    expect(Object.values(written.questions).filter(({ reviews }) => reviews === 1)).toHaveLength(quiz.items.length)
    expect(Object.values(written.questions).filter(({ reviews, box }) => reviews === 1 && box === 0)).toHaveLength(1)
    await view.find('.summary li button').trigger('click')
    await flushPromises()
    expect(useCourse().lesson?.id).toBe(missed)
    expect(view.find('.lesson').exists()).toBe(true)
  })

  test('shows which ideas are firm in place of the graph until a question has a graph', async () => {
    const view = await open()
    expect(useFigure().special).toBe('quiz')
    await view.find('.buttons .primary').trigger('click')
    await flushPromises()
    expect(useFigure().special).toBeNull()
  })
})
