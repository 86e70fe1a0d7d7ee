import { defaultProgress } from '@contract'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { graphTools } from '../../../../renderer/course/types'
import { useCourse } from '../../../../renderer/stores/course/course'
import { useProgress } from '../../../../renderer/stores/course/progress'
import { useSettings } from '../../../../renderer/stores/settings'
import { fakeMain, settings } from '../../lab'

beforeEach(() => { fakeMain({ 'progress:read': () => ({ ...defaultProgress, current: 'relu' }) }) })
afterEach(() => vi.unstubAllGlobals())

describe('the current page of the course', () => {
  test('is the first lesson at first', async () => {
    const course = useCourse()
    expect([course.current, course.lesson, course.texts, course.following, course.preceding]).toEqual(['', null, null, null, null])
    await course.load()
    expect([course.lesson?.number, course.following, course.preceding]).toEqual([0, course.lessons[1]!.id, null])
  })

  test('is where the learner left it', async () => {
    const course = useCourse()
    await useProgress().load()
    expect(course.current).toBe('relu') // before the lessons are loaded
    await course.load()
    expect(course.lesson?.id).toBe('relu')
  })

  test.each(['playground', 'quiz', 'certificate'])('may be the %s, which is not a lesson and has no neighbours', async (page) => {
    const course = useCourse()
    await course.load()
    course.go(page)
    expect([course.current, course.lesson, course.following, course.preceding]).toEqual([page, null, null, null])
    course.next()
    course.previous()
    expect(course.current).toBe(page)
  })

  test('is the first lesson when the remembered one no longer exists', async () => {
    const course = useCourse()
    await course.load()
    course.go('a-lesson-of-long-ago')
    expect(course.lesson?.number).toBe(0)
  })

  test('moves forward and back through all lessons, each part followed by its end, and stays at both ends', async () => {
    const course = useCourse()
    await course.load()
    const here = () => course.lesson?.number ?? course.part
    const seen = [here()]
    for (let i = 0; i < 33; i++) { course.next(); seen.push(here()) }
    expect(seen).toEqual([
      0, 1, 2, 3, 4, 5, 'graph', 6, 7, 8, 9, 10, 11, 'nodes', 12, 13, 14, 15, 16, 17, 'layers', 18, 19, 20, 21, 22, 'losses', 23, 24, 25, 26, 'learning',
      'learning', 'learning',
    ])
    course.previous()
    expect(course.lesson?.number).toBe(26)
    for (let i = 0; i < 33; i++) course.previous()
    expect(course.lesson?.number).toBe(0)
  })

  test('shows on a part’s page what its lessons have taught', async () => {
    const course = useCourse()
    await course.load()
    course.go('part-graph')
    const afterGraph = course.tools
    course.go(course.lessons[5]!.id)
    expect([course.part, [...afterGraph].sort()]).toEqual([null, [...course.tools].sort()])
    course.go('part-learning')
    expect([...course.tools].sort()).toEqual([...graphTools].sort())
  })

  test('loads the lessons once', async () => {
    const course = useCourse()
    await course.load()
    const { lessons } = course
    await course.load()
    expect(course.lessons).toBe(lessons)
  })
})

describe('the texts of a lesson', () => {
  const at = async (id: string) => {
    const course = useCourse()
    await course.load()
    course.go(id)
    return course
  }

  test('are in the current language', async () => {
    const course = await at('add-node')
    expect(course.texts).toBe(course.lesson!.texts.en)
    useSettings().settings = { ...settings, locale: 'ko' }
    expect(course.texts).toBe(course.lesson!.texts.ko)
  })
})

describe('the tools of the graph', () => {
  test('are none before the lessons are loaded: nothing flashes up and vanishes', () => {
    fakeMain()
    expect([...useCourse().tools]).toEqual([])
  })

  test('join lesson by lesson, leave again on the way back, and are all there in the playground, the quiz and the number check', async () => {
    fakeMain()
    const course = useCourse()
    await course.load()
    const sizes = course.lessons.map(({ id }) => { course.go(id); return course.tools.size })
    expect(sizes.every((size, i) => size >= (sizes[i - 1] ?? 0))).toBe(true)
    expect([sizes[0], sizes.at(-1)]).toEqual([0, graphTools.length])
    course.go(course.lessons[0]!.id)
    expect(course.tools.size).toBe(0)
    expect((['playground', 'quiz', 'certificate'] as const).map((page) => { course.go(page); return course.tools.size })).toEqual(Array(3).fill(graphTools.length))
  })
})
