import { defaultProgress, type Progress, type QuestionProgress } from '@contract'
import { LabError } from '@core'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { useNotices } from '../../../../renderer/stores/notices'
import { questionId } from '../../../../renderer/course/review'
import { useProgress } from '../../../../renderer/stores/course/progress'
import { fakeMain } from '../../lab'

const start = Date.UTC(2026, 0, 1)
let main: ReturnType<typeof fakeMain>
beforeEach(() => {
  vi.useFakeTimers({ now: start, toFake: ['Date'] })
  main = fakeMain()
})
afterEach(() => { vi.useRealTimers(); vi.unstubAllGlobals() })

const written = () => main.asked('progress:write') as Progress[]
const once = { tries: 1, shown: false, given: [] }
const question = (patch: Partial<QuestionProgress>): QuestionProgress => ({ firstTryRight: true, tries: 1, shown: false, given: [], answeredAt: 1, reviews: 0, box: 0, dueAt: 2, ...patch })

describe('the progress', () => {
  test('is restored from the last session, or empty when it cannot be read', async () => {
    const kept = { ...defaultProgress, current: 'relu' }
    fakeMain({ 'progress:read': () => kept })
    await useProgress().load()
    expect(useProgress().progress).toEqual(kept)
    fakeMain({ 'progress:read': () => { throw new LabError('file.denied', 'no', {}) } })
    await useProgress().load()
    expect([useProgress().progress, useNotices().notices.length]).toEqual([defaultProgress, 1])
  })

  test('is written with every change, and not without one', () => {
    const progress = useProgress()
    progress.stay('relu')
    progress.stay('relu')
    progress.callLearner('하나')
    progress.callLearner('하나')
    progress.visit('relu')
    progress.visit('relu')
    expect(written().map(({ current, learner, lessons }) => [current, learner, Object.keys(lessons)])).toEqual([['relu', '', []], ['relu', '하나', []], ['relu', '하나', ['relu']]])
    expect(progress.progress).toEqual(written().at(-1))
  })

  test('remembers when a lesson was first opened', () => {
    useProgress().visit('relu')
    vi.setSystemTime(start + 5000)
    useProgress().visit('relu')
    expect([useProgress().progress.lessons['relu'], useProgress().isVisited('relu'), useProgress().isDone('relu'), useProgress().isVisited('sigmoid'), useProgress().isDone('sigmoid')]).toEqual([{ visitedAt: start, doneAt: null, card: '' }, true, false, false, false])
  })

  test('that cannot be written is reported; the session continues', async () => {
    fakeMain({ 'progress:write': () => { throw new LabError('file.full', 'no', {}) } })
    useProgress().stay('relu')
    await vi.waitFor(() => { expect(useNotices().notices.map(({ key }) => key)).toEqual(['errors.file.full']) })
    expect(useProgress().progress.current).toBe('relu')
  })

  test('keeps the learner’s place when it is reset', () => {
    const progress = useProgress()
    progress.stay('relu')
    progress.callLearner('하나')
    progress.answer('relu', 'a', once, ['a'])
    progress.reset()
    expect(progress.progress).toEqual({ ...defaultProgress, current: 'relu' })
  })
})

describe('the card where a lesson was left', () => {
  test('is kept by lesson, and opens a lesson that was not opened', () => {
    const progress = useProgress()
    expect(progress.cardOf('relu')).toBe('')
    progress.leave('relu', 'zero')
    progress.leave('sigmoid', 'grouped')
    expect([progress.cardOf('relu'), progress.cardOf('sigmoid')]).toEqual(['zero', 'grouped'])
    expect(progress.progress.lessons['relu']).toEqual({ visitedAt: start, doneAt: null, card: 'zero' })
  })

  test('changes only with the card, and nothing else of the lesson does', () => {
    const progress = useProgress()
    progress.answer('relu', 'a', once, ['a'])
    vi.setSystemTime(start + 5000)
    progress.leave('relu', 'zero')
    progress.leave('relu', 'zero')
    expect(written()).toHaveLength(2)
    expect(progress.progress.lessons['relu']).toEqual({ visitedAt: start, doneAt: start, card: 'zero' })
    progress.answer('relu', 'b', once, ['a', 'b'])
    expect(progress.cardOf('relu')).toBe('zero')
  })
})

test('the first scene is passed once', () => {
  useProgress().passFirstScene()
  useProgress().passFirstScene()
  expect(written().map(({ firstScene }) => firstScene)).toEqual([true])
})

describe('an answer in a lesson', () => {
  test('keeps the latest given answers as typed, each cut to a limit', () => {
    const given = [...Array.from({ length: 20 }, (_, i) => `${i}`), 'x'.repeat(50), '2,2']
    useProgress().answer('relu', 'a', { tries: 22, shown: false, given }, ['a'])
    expect(useProgress().question('relu', 'a')?.given).toEqual([...given.slice(2, 20), 'x'.repeat(40), '2,2'])
  })

  test('is stored by lesson and question, with its time', () => {
    useProgress().answer('relu', 'a', { tries: 2, shown: false, given: [] }, ['a', 'b'])
    expect(Object.keys(useProgress().progress.questions)).toEqual([questionId('relu', 'a')])
    expect(useProgress().question('relu', 'a')).toMatchObject({ tries: 2, answeredAt: start })
    expect([useProgress().question('relu', 'b'), useProgress().question('other', 'a')]).toEqual([undefined, undefined])
  })

  test('completes the lesson with its last question, at that time; a lesson that was not opened counts as opened then', () => {
    const progress = useProgress()
    progress.answer('relu', 'a', once, ['a', 'b'])
    expect(progress.progress.lessons['relu']).toEqual({ visitedAt: start, doneAt: null, card: '' })
    vi.setSystemTime(start + 7000)
    progress.answer('relu', 'b', once, ['a', 'b'])
    expect(progress.progress.lessons['relu']).toEqual({ visitedAt: start, doneAt: start + 7000, card: '' })
    vi.setSystemTime(start + 9000)
    progress.answer('relu', 'new', once, ['a', 'b', 'new']) // a question of a later version
    expect(progress.progress.lessons['relu']).toEqual({ visitedAt: start, doneAt: start + 7000, card: '' })
  })

  test('does not affect the other lessons and questions', () => {
    const progress = useProgress()
    progress.answer('relu', 'a', once, ['a'])
    progress.answer('sigmoid', 'b', once, ['b'])
    expect([Object.keys(progress.progress.lessons), Object.keys(progress.progress.questions)]).toEqual([['relu', 'sigmoid'], ['relu/a', 'sigmoid/b']])
  })
})

describe('what is due', () => {
  test('is due from exactly its time on, in completed lessons', async () => {
    fakeMain({ 'progress:read': () => ({
      ...defaultProgress,
      lessons: { done: { visitedAt: 1, doneAt: 1, card: '' }, open: { visitedAt: 1, doneAt: null, card: '' } },
      questions: { 'done/now': question({ dueAt: start }), 'done/later': question({ dueAt: start + 1 }), 'open/now': question({ dueAt: start }), 'gone/now': question({ dueAt: start }) },
    }) })
    const progress = useProgress()
    await progress.load()
    expect(progress.due).toEqual(['done/now'])
    vi.setSystemTime(start + 1)
    expect(progress.due).toEqual(['done/now'])
    progress.tick()
    expect(progress.due).toEqual(['done/now', 'done/later'])
  })

  test('is updated when the progress is loaded, and with every change of it', async () => {
    const kept = { ...defaultProgress, lessons: { done: { visitedAt: 1, doneAt: 1, card: '' } }, questions: { 'done/a': question({ dueAt: start + 1000 }), 'done/b': question({ dueAt: start + 2000 }) } }
    fakeMain({ 'progress:read': () => kept })
    const progress = useProgress()
    vi.setSystemTime(start + 1000)
    await progress.load()
    expect(progress.due).toEqual(['done/a'])
    vi.setSystemTime(start + 2000)
    progress.stay('relu')
    expect(progress.due).toEqual(['done/a', 'done/b'])
  })

  test('that was repeated rests depending on its result, and no longer counts', async () => {
    fakeMain({ 'progress:read': () => ({ ...defaultProgress, lessons: { done: { visitedAt: 1, doneAt: 1, card: '' } }, questions: { 'done/a': question({ box: 1 }), 'done/b': question({ box: 1 }) } }) })
    const progress = useProgress()
    await progress.load()
    progress.review('done', 'a', true)
    progress.review('done', 'b', false)
    progress.review('done', 'never asked', true)
    expect(progress.due).toEqual([])
    expect(progress.progress.questions).toMatchObject({ 'done/a': { reviews: 1, box: 2, dueAt: start + 7 * 86_400_000 }, 'done/b': { reviews: 1, box: 0, dueAt: start + 86_400_000 } })
    expect(Object.keys(progress.progress.questions)).toHaveLength(2)
  })
})
