import { defineStore } from 'pinia'
import { computed } from 'vue'
import { useCourse } from './course'
import { useQuiz } from './quiz'

/** The view that replaces the graph: a figure of a lesson that is not a graph, or a page. */
export type Special = 'network' | 'learning' | 'gradientCheck' | 'quiz' | 'certificate'

/** The figure beside the text: a graph, or a view that replaces it. */
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
