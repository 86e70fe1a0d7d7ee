import { defineStore } from 'pinia'
import { computed } from 'vue'
import type { SlopeSpec } from '../../course/slopes'
import { useCards } from './cards'
import { useCourse } from './course'
import { useQuiz } from './quiz'

/** The view that replaces the graph: a figure of a lesson that is not a graph, or a page. */
export type Special = 'slope' | 'walk' | 'network' | 'learning' | 'gradientCheck' | 'quiz' | 'capstone' | 'certificate'

/** The figure beside the text: a graph, or a view that replaces it. */
export const useFigure = defineStore('figure', () => {
  const course = useCourse()
  const cards = useCards()
  const quiz = useQuiz()

  /** null: a graph */
  const special = computed<Special | null>(() => {
    if (course.current === 'certificate' || course.current === 'capstone') return course.current
    if (course.current === 'quiz' || course.part) return quiz.hasGraph ? null : 'quiz'
    if (cards.scene?.kind === 'curve') return 'slope'
    const kind = cards.scene?.kind === 'figure' ? cards.scene.figure.kind : 'graph'
    return kind === 'graph' ? null : kind
  })
  /** What a picture of a slope shows */
  const slope = computed<SlopeSpec | null>(() => {
    if (special.value !== 'slope') return null
    const { scene } = cards
    if (scene?.kind === 'curve') return scene.curve
    return scene?.kind === 'figure' && scene.figure.kind === 'slope' ? scene.figure.slope : null
  })
  /** Whether the picture asks for a point */
  const asksForPoint = computed(() => special.value === 'slope' && cards.scene?.kind === 'curve')
  return { special, slope, asksForPoint }
})
