import { defineStore } from 'pinia'
import { computed } from 'vue'
import type { SlopeSpec } from '../../course/slopes'
import { useCards } from './cards'
import { useCourse } from './course'
import { useQuiz } from './quiz'

/** The view that replaces the graph: a figure of a lesson that is not a graph, or a page. */
export type Special = 'slope' | 'network' | 'learning' | 'gradientCheck' | 'quiz' | 'certificate'

/** The figure beside the text: a graph, or a view that replaces it. */
export const useFigure = defineStore('figure', () => {
  const course = useCourse()
  const cards = useCards()
  const quiz = useQuiz()

  /** null: a graph */
  const special = computed<Special | null>(() => {
    if (course.current === 'certificate') return course.current
    if (course.current === 'quiz') return quiz.hasGraph ? null : 'quiz'
    const kind = cards.scene?.kind === 'figure' ? cards.scene.figure.kind : 'graph'
    return kind === 'graph' ? null : kind
  })
  /** What a picture of a slope shows */
  const slope = computed<SlopeSpec | null>(() => cards.scene?.kind === 'figure' && cards.scene.figure.kind === 'slope' ? cards.scene.figure.slope : null)
  return { special, slope }
})
