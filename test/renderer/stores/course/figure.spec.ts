import { defaultProgress } from '@contract'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { useCourse } from '../../../../renderer/stores/course/course'
import { useFigure } from '../../../../renderer/stores/course/figure'
import { useProgress } from '../../../../renderer/stores/course/progress'
import { useQuiz } from '../../../../renderer/stores/course/quiz'
import { playgroundKey, useGraph } from '../../../../renderer/stores/graph/graph'
import { toFigure } from '../../course/to-figure'
import { fakeMain } from '../../lab'

beforeEach(() => { fakeMain({ 'progress:read': () => ({ ...defaultProgress, lessons: { 'add-node': { visitedAt: 1, doneAt: 1, card: '' } } }) }) })
afterEach(() => vi.unstubAllGlobals())

const at = async (id: string) => {
  const course = useCourse()
  await Promise.all([course.load(), useProgress().load()])
  course.go(id)
  return course
}

describe('what is shown in place of the graph', () => {
  test.each([['add-node', null], ['playground', null], ['certificate', 'certificate'], ['quiz', 'quiz']])('in %s is %s', async (id, special) => {
    await at(id)
    expect(useFigure().special).toBe(special)
  })

  test.each([['output-layer', 'walk'], ['step-by-step', 'network'], ['learning-algorithm', 'learning'], ['gradient-check', 'gradientCheck'], ['what-we-know-now', 'quiz']] as const)('in %s is the view "%s" when that figure is chosen', async (id, kind) => {
    await at(id)
    toFigure(kind)
    expect(useFigure().special).toBe(kind)
  })

  test('in the quiz is nothing while the graph of its question is shown', async () => {
    const course = await at('quiz')
    const [question] = course.lessons.find(({ id }) => id === 'add-node')!.questions
    useProgress().answer('add-node', question!.key, { tries: 1, shown: false, given: [] }, [])
    useQuiz().begin('all')
    expect(useFigure().special).toBe('quiz')
    useQuiz().look()
    expect(useFigure().special).toBeNull()
    useGraph().resume(playgroundKey)
    expect(useFigure().special).toBe('quiz')
    useQuiz().look()
    course.go('certificate')
    expect(useFigure().special).toBe('certificate')
    course.go('quiz')
    useQuiz().leave()
    expect(useFigure().special).toBe('quiz')
  })
})
