import { defineStore } from 'pinia'
import { computed } from 'vue'
import type { SlopeSpec } from '../../course/slopes'
import { useCards } from './cards'
import { useCourse } from './course'
import { useQuiz } from './quiz'

/** The view that replaces the graph: a figure of a lesson that is not a graph, or a page. */
export type Special = 'slope' | 'walk' | 'network' | 'learning' | 'gradientCheck' | 'quiz' | 'capstone' | 'bugs' | 'certificate'

/** The figure beside the text: a graph, or a view that replaces it. */
export const useFigure = defineStore('figure', () => {
  const course = useCourse()
  const cards = useCards()
  const quiz = useQuiz()

  /** The curve of the question of the card or of the quiz */
  const curve = computed(() => quiz.posed?.curve ?? (cards.scene?.kind === 'curve' ? cards.scene.curve : null))
  /** null: a graph */
  const special = computed<Special | null>(() => {
    if (course.current === 'certificate' || course.current === 'capstone' || course.current === 'bugs') return course.current
    if (curve.value) return 'slope'
    if (course.current === 'quiz' || course.part) return quiz.hasGraph ? null : 'quiz'
    const kind = cards.scene?.kind === 'figure' ? cards.scene.figure.kind : 'graph'
    return kind === 'graph' ? null : kind
  })
  /** What a picture of a slope shows */
  const slope = computed<SlopeSpec | null>(() => {
    const { scene } = cards
    return curve.value ?? (scene?.kind === 'figure' && scene.figure.kind === 'slope' ? scene.figure.slope : null)
  })
  /** Whether the picture belongs to a question */
  const asks = computed(() => curve.value !== null)
  /** Whether that question asks for a point on it */
  const asksForPoint = computed(() => asks.value && (quiz.shown?.question ?? cards.question)?.kind === 'point')
  /** Names the picture: another one starts from its own beginning */
  const slopeKey = computed(() => `${course.current}/${quiz.posed ? quiz.place : cards.scene?.key}`)
  return { special, slope, slopeKey, asks, asksForPoint }
})
