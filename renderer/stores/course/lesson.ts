import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import type { Lesson, Question } from '../../course'
import { variantAfter } from '../../course/quiz'
import type { Outcome } from '../../course/review'
import { askedIn, graphIn, graphOf, revealPosition, type Scene } from '../../course/scenes'
import { useCards } from './cards'
import { useCourse } from './course'
import { type ShowOptions, useGraph } from '../graph/graph'
import { useProgress } from './progress'
import { useSetting } from '../useSetting'

/** A question in its current variant: 0 until it is asked again with other numbers. */
export interface PosedQuestion {
  readonly question: Question
  readonly variant: number
  /** Answered before this visit, or just now */
  readonly answered: boolean
}

/** The open lesson: the question of its card, and the graph of its scene, which covers the answer until it is given. */
export const useLesson = defineStore('lesson', () => {
  const course = useCourse()
  const cards = useCards()
  const graph = useGraph()
  const progress = useProgress()
  const panel = useSetting('graphPanel', 0)
  /** Variants beyond the lesson's own that were answered, as 'lesson/question/variant' */
  const practised = shallowRef<ReadonlySet<string>>(new Set())

  /** Questions that were revealed to a group, as 'lesson/question/variant': their answers are nobody's */
  const uncovered = shallowRef<ReadonlySet<string>>(new Set())

  const practiceOf = (lesson: Lesson, { key }: Question, variant: number) => `${lesson.id}/${key}/${variant}`
  const isAnswered = (lesson: Lesson, question: Question, variant: number) =>
    uncovered.value.has(practiceOf(lesson, question, variant)) || (variant ? practised.value.has(practiceOf(lesson, question, variant)) : progress.question(lesson.id, question.key) !== undefined)
  const posed = computed<PosedQuestion | null>(() => {
    const { question } = cards
    if (!course.lesson || !question) return null
    const variant = cards.variantOf(question.key)
    return { question, variant, answered: isAnswered(course.lesson, question, variant) }
  })

  /** Only the graph of an open question covers anything; what it covers follows the answers. */
  const optionsOf = (lesson: Lesson, scene: Scene) => ({
    key: `${lesson.id}/${scene.key}`,
    hidden: () => scene.kind === 'question' && !isAnswered(lesson, scene.question, scene.variant) ? scene.question.pose(scene.variant).hide : [],
  }) satisfies ShowOptions

  /** Shows a scene as it was left, or from its initial step. */
  function present(lesson: Lesson, scene: Scene) {
    const shown = graphIn(scene)
    const options = optionsOf(lesson, scene)
    if (shown && !graph.resume(options.key)) graph.show(shown.graph, { ...options, position: shown.position ?? 'end' })
  }
  watch(() => [course.lesson, cards.scene] as const, ([lesson, scene], before) => {
    if (!lesson) return
    if (lesson !== before?.[0]) progress.visit(lesson.id)
    // a lesson begins with the step in words: a nudge or a cell belongs to the lesson in which it was looked at
    if (before?.[0] && lesson !== before[0] && (panel.value === 'nudge' || panel.value === 'cell')) panel.value = 'step'
    if (scene) present(lesson, scene)
  }, { immediate: true })

  /** Runs the graph of the question to the step that computes its answer. */
  function showAnswer(lesson: Lesson, { question, variant }: Pick<PosedQuestion, 'question' | 'variant'>) {
    const posed = question.pose(variant)
    const document = graphOf(lesson, posed)
    const { scene } = cards
    if (!document || scene?.kind !== 'question') return
    const before = JSON.stringify(graph.document) === JSON.stringify(document) ? graph.position : 0
    graph.show(document, { ...optionsOf(lesson, scene), position: before })
    // steps that were put in order are all shown, one after the other
    graph.runTo(question.kind === 'order' ? graph.trace.steps.length : Math.max(before, revealPosition(graph.trace, posed.hide)))
  }

  /** Records an answer, which uncovers the values, and goes to the step that computes them. */
  function answer({ question, variant }: PosedQuestion, outcome: Outcome) {
    const { lesson } = course
    if (!lesson) return
    if (variant === 0) progress.answer(lesson.id, question.key, outcome, askedIn(lesson))
    else practised.value = new Set([...practised.value, practiceOf(lesson, question, variant)])
    showAnswer(lesson, { question, variant })
  }

  /** Reveals the answer to a group, without recording one. */
  function uncover() {
    if (!course.lesson || !posed.value || posed.value.answered) return
    const { question, variant } = posed.value
    uncovered.value = new Set([...uncovered.value, practiceOf(course.lesson, question, variant)])
    showAnswer(course.lesson, { question, variant })
  }
  /** Covers again what was revealed to a group. */
  const cover = () => { uncovered.value = new Set() }

  /** Asks the same question with other numbers, for practice. */
  const ask = ({ question, variant }: PosedQuestion) => { cards.vary(question.key, variantAfter(variant, progress.progress.seed)) }

  return { posed, answer, ask, uncover, cover }
})
