import { defaultProgress, type Progress } from '@contract'
import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { loadLessons, type PartId } from '../../../renderer/course'
import { partPage } from '../../../renderer/course/parts'
import { partIds } from '../../../renderer/course/types'
import CoursePanel from '../../../renderer/lessons/CoursePanel.vue'
import SeedDialog from '../../../renderer/lessons/SeedDialog.vue'
import { useCourse } from '../../../renderer/stores/course/course'
import { useGraph } from '../../../renderer/stores/graph/graph'
import { useProgress } from '../../../renderer/stores/course/progress'
import { useQuiz } from '../../../renderer/stores/course/quiz'
import { useRoom } from '../../../renderer/stores/room'
import { fakeMain, show } from '../lab'

const lessons = await loadLessons()
const at = Date.UTC(2026, 0, 15, 12)
let main: ReturnType<typeof fakeMain>
let view: VueWrapper
beforeEach(() => { vi.useFakeTimers({ now: at, toFake: ['Date'] }) })
afterEach(() => { view.unmount(); vi.useRealTimers(); vi.restoreAllMocks(); vi.unstubAllGlobals() })

async function open(part: PartId, progress: Partial<Progress> = {}) {
  main = fakeMain({ 'progress:read': () => ({ ...defaultProgress, ...progress, current: partPage(part) }) })
  await useProgress().load()
  await useCourse().load()
  view = await show(CoursePanel)
  await flushPromises()
}
const written = () => main.asked('progress:write').at(-1) as Progress
const begin = () => view.find('.scroll .check button').trigger('click')

/** Answers the questions of a check. @param right whether each is right on the first try */
async function answerAll(right: readonly boolean[]) {
  for (const isRight of right) {
    useQuiz().answer({ tries: isRight ? 1 : 2, shown: false, given: [] })
    await flushPromises()
    await view.find('.on .primary').trigger('click')
    await flushPromises()
  }
}
const all = [true, true, true, true, true]

describe('the check of a part', () => {
  test('may be taken before its lessons, and five right on the first try mark the part and its lessons known', async () => {
    await open('nodes')
    expect(view.find('.scroll .check').text()).toContain('You may take them first')
    await begin()
    expect([view.find('h1').text(), useQuiz().items.length, useQuiz().items.every(({ lesson, variant }) => lesson.part === 'nodes' && variant > 0)]).toEqual(['Nodes', 5, true])
    await answerAll(all)
    expect(written().parts).toEqual({ nodes: { checkedAt: at, right: 5 } })
    expect(view.find('.scroll .check').text()).toContain('You know this part')
    expect(lessons.map(lesson => useProgress().knowledge(lesson))).toEqual(lessons.map(({ part }) => part === 'nodes' ? 'known' : 'open'))
    expect(written().lessons).toEqual({}) // the lessons themselves stay unopened
  })

  test('is not passed with four, and can be taken again with other numbers', async () => {
    await open('graph')
    await begin()
    const first = useQuiz().items
    await answerAll([true, false, true, true, true])
    expect(written().parts).toEqual({ graph: { checkedAt: at, right: 4 } })
    expect([view.find('.score').text(), useProgress().isPassed('graph')]).toEqual(['4 / 5 right on the first try', false])
    await begin()
    expect(useQuiz().items).not.toEqual(first)
    expect(useQuiz().results).toEqual([])
  })

  test('once passed stays so, whatever a later one brings', async () => {
    await open('graph', { parts: { graph: { checkedAt: 1, right: 5 } } })
    expect(view.find('.scroll .check').text()).toContain('January 1, 1970')
    await begin()
    await answerAll([false, false, true, true, true])
    expect(useProgress().progress.parts).toEqual({ graph: { checkedAt: 1, right: 5 } })
  })

  test('shows the graph of its question with the answer hidden', async () => {
    await open('nodes')
    await begin()
    await flushPromises()
    expect([...useGraph().hidden]).toEqual(useQuiz().posed!.hide)
    expect(useQuiz().posed!.hide.length).toBeGreaterThan(0)
  })

  test('counts as a review of the questions that were answered in their lessons', async () => {
    await open('nodes')
    await begin()
    const { lesson, question } = useQuiz().items[0]!
    useProgress().answer(lesson.id, question.key, { tries: 3, shown: false, given: ['1', '2', '3'] }, ['another'])
    await answerAll(all)
    expect(Object.values(written().questions)).toMatchObject([{ firstTryRight: false, reviews: 1, box: 1, given: ['1', '2', '3'] }])
  })

  test('is the same for all who agreed on a seed', async () => {
    const keys = async (seed: number, now: number) => {
      vi.setSystemTime(now)
      await open('layers', { seed })
      await begin()
      const items = useQuiz().items.map(({ lesson, question, variant }) => `${lesson.id}/${question.key}/${variant}`)
      view.unmount()
      return items
    }
    expect(await keys(7, at + 1)).toEqual(await keys(7, at))
    expect(await keys(8, at)).not.toEqual(await keys(7, at))
    expect(await keys(0, at + 1)).not.toEqual(await keys(0, at)) // each learner their own
  })

  test('does not show up on another page', async () => {
    await open('nodes')
    await begin()
    useCourse().go('quiz')
    await flushPromises()
    expect([useQuiz().phase, view.find('h1').text(), view.find('.start').exists()]).toEqual(['start', 'Mixed quiz', true])
    useCourse().go('part-nodes')
    await flushPromises()
    expect(useQuiz().phase).toBe('asking')
  })
})

describe('the end of a part', () => {
  const known = { firstTryRight: true, tries: 1, shown: false, given: ['1'], answeredAt: 1, reviews: 0, box: 0, dueAt: 8e15 }
  const progress = (): Partial<Progress> => ({
    lessons: Object.fromEntries(lessons.slice(0, 2).map(({ id }) => [id, { visitedAt: 1, doneAt: 1, card: '' }])),
    questions: Object.fromEntries(lessons.slice(0, 2).flatMap(({ id, number, questions }) => questions.map(({ key }, i) => [`${id}/${key}`, { ...known, firstTryRight: number === 0 || i > 0 }]))),
  })

  test('says what is known, what to look at again and what is open, and leads to each lesson', async () => {
    await open('graph', progress())
    expect(view.findAll('.group').map(group => [group.find('h2').text(), group.findAll('li').length])).toEqual([['You know', 1], ['Look at these again', 1], ['Still open', 4]])
    await view.findAll('.group')[1]!.find('button').trigger('click')
    expect(useCourse().lesson?.number).toBe(1)
  })

  test.each(partIds.slice(0, -1).map((part, i) => [part, partIds[i + 1]!] as const))('of %s leads on to %s', async (part, next) => {
    await open(part)
    await view.find('button.go').trigger('click')
    expect([useCourse().lesson?.part, useCourse().lesson?.number]).toEqual([next, lessons.find(lesson => lesson.part === next)!.number])
  })

  test('of the last part sums up the course and leads to the bug lab, the capstone, the quiz, to Draw and to Train', async () => {
    await open('learning', progress())
    const questions = lessons.flatMap(({ questions }) => questions).length
    const answered = lessons.slice(0, 2).flatMap(({ questions }) => questions).length
    expect(view.find('.sum').text()).toContain(`${answered - 1} of ${questions} questions right on the first try, 1 with help, ${questions - answered} still open`)
    const way = (i: number) => view.findAll('.way')[i]!.trigger('click')
    await way(3)
    expect(useRoom().current).toBe('draw')
    await way(4)
    expect(useRoom().current).toBe('train')
    await way(1)
    expect(useCourse().current).toBe('capstone')
    for (const [i, page] of [[0, 'bugs'], [2, 'quiz']] as const) {
      useCourse().go(partPage('learning'))
      await flushPromises()
      await way(i)
      expect(useCourse().current).toBe(page)
    }
  })
})

describe('the seed of a class', () => {
  const dialog = async (text: string) => {
    main = fakeMain({ 'progress:read': () => ({ ...defaultProgress, seed: 3 }) })
    await useProgress().load()
    view = await show(SeedDialog, { 'open': false, 'onUpdate:open': (open: boolean) => view.setProps({ open }) })
    await view.setProps({ open: true })
    await flushPromises()
    expect(view.find('input').element.value).toBe('3')
    await view.find('input').setValue(text)
    await view.find('button.primary').trigger('click')
    await flushPromises()
    return [useProgress().progress.seed, view.find('[role=alert]').exists()]
  }

  test.each([['12', 12], ['１２', 12], [' 9,999 ', 9_999], ['0', 0], ['', 0]])('%j is agreed on', async (text, seed) => {
    expect(await dialog(text)).toEqual([seed, false])
  })

  test.each(['10000', '-1', '1.5', 'seven', '5 %'])('%j is refused with a reason, and the old one stays', async (text) => {
    expect(await dialog(text)).toEqual([3, true])
  })

  test('survives a reset of the progress', async () => {
    await dialog('12')
    useProgress().reset()
    expect(useProgress().progress).toEqual({ ...defaultProgress, seed: 12 })
  })
})
