import { defineStore } from 'pinia'
import { computed } from 'vue'
import type { SlopeSpec } from '../../course/slopes'
import { useCourse } from './course'
import { useQuiz } from './quiz'

/** The view that replaces the graph: a figure of a lesson that is not a graph, or a page. */
export type Special = 'slope' | 'network' | 'learning' | 'gradientCheck' | 'quiz' | 'certificate'

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
  /** What a picture of a slope shows */
  const slope = computed<SlopeSpec | null>(() => course.scene?.kind === 'figure' && course.scene.figure.kind === 'slope' ? course.scene.figure.slope : null)
  return { special, slope }
})
