import { defineStore } from 'pinia'
import { computed } from 'vue'
import { useCourse } from './course'
import { useQuiz } from './quiz'

/** What is shown in the graph's place: a lesson's figure that is no graph, or a page. */
export type Special = 'network' | 'learning' | 'gradientCheck' | 'quiz' | 'certificate'

/** What stands beside the text: a graph, or something else in its place. */
export const useFigure = defineStore('figure', () => {
  const course = useCourse()
  const quiz = useQuiz()

  /** null: a graph */
  const special = computed<Special | null>(() => {
    if (course.current === 'certificate') return course.current
    if (course.current === 'quiz') return quiz.hasGraph ? null : 'quiz'
    const kind = course.scene?.kind === 'figure' ? course.scene.figure.kind : 'graph'
    return kind === 'graph' ? null : kind
  })
  return { special }
})
