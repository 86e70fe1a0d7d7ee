import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import type { Lesson, Question } from '../../course'
import type { Outcome } from '../../course/review'
import { graphIn, graphOf, hiddenIn, revealPosition, type Scene, sceneOf } from '../../course/scenes'
import { useCourse } from './course'
import { type ShowOptions, useGraph } from '../graph/graph'
import { useProgress } from './progress'

/** A question in its current variant: 0 until it is asked again with other numbers. */
export interface PosedQuestion {
  readonly question: Question
  readonly variant: number
  /** Answered before this visit, or just now */
  readonly answered: boolean
}

/** Variants of questions that are asked again, by question key; valid for one visit of one lesson. */
interface Practice {
  readonly lesson: Lesson
  readonly questions: Readonly<Record<string, Omit<PosedQuestion, 'question'>>>
}

/** The open lesson: its questions, and the graph of its scene, in which the answers to open questions are hidden. */
export const useLesson = defineStore('lesson', () => {
  const course = useCourse()
  const graph = useGraph()
  const progress = useProgress()
  const practice = shallowRef<Practice | null>(null)

  const posedQuestionsOf = (lesson: Lesson): readonly PosedQuestion[] => lesson.questions.map((question) => {
    const again = practice.value?.lesson === lesson ? practice.value.questions[question.key] : undefined
    return { question, ...again ?? { variant: 0, answered: progress.question(lesson.id, question.key) !== undefined } }
  })
  const openOf = (lesson: Lesson) => posedQuestionsOf(lesson).filter(({ answered }) => !answered)
  const posedQuestions = computed(() => course.lesson ? posedQuestionsOf(course.lesson) : [])
  /** Whether some numbers are hidden until a question is answered. */
  const hidesNumbers = computed(() => course.lesson !== null && openOf(course.lesson).some(({ question, variant }) => question.pose(variant).hide.length > 0))

  /** Names of the numbers that are "?" in the texts, since they would reveal the answer to an open question of this variant. */
  const hiddenNumbers = (variant: number): ReadonlySet<string> =>
    new Set(course.lesson ? openOf(course.lesson).filter(open => open.variant === variant).flatMap(({ question }) => question.pose(variant).hideNumbers ?? []) : [])

  /** What is hidden is derived from the scene's graph and the open questions, never stored. */
  const optionsOf = (lesson: Lesson, scene: Scene) => ({
    key: `${lesson.id}/${scene.key}`,
    hidden: () => { const shown = graphIn(scene); return shown ? hiddenIn(lesson, shown.graph, openOf(lesson)) : [] },
  }) satisfies ShowOptions

  /** Shows a scene as it was left, or from its initial step. */
  function present(lesson: Lesson, scene: Scene) {
    const shown = graphIn(scene)
    const options = optionsOf(lesson, scene)
    if (shown && !graph.resume(options.key)) graph.show(shown.graph, { ...options, position: shown.position ?? 'end' })
  }
  watch(() => [course.lesson, course.scene] as const, ([lesson, scene], before) => {
    if (!lesson) return
    if (lesson !== before?.[0]) {
      practice.value = null
      progress.visit(lesson.id)
    }
    if (scene) present(lesson, scene)
  }, { immediate: true })

  const practise = (lesson: Lesson, key: string, now: Omit<PosedQuestion, 'question'>) => {
    practice.value = { lesson, questions: { ...practice.value?.lesson === lesson ? practice.value.questions : {}, [key]: now } }
  }

  /** Shows the graph that a question is about. */
  function look({ question, variant }: PosedQuestion) {
    const scene = course.lesson && sceneOf(course.lesson, question, variant)
    if (scene) course.choose(scene)
  }

  /** Records an answer, which reveals the hidden values, and goes to the step that computes them. */
  function answer({ question, variant }: PosedQuestion, outcome: Outcome) {
    const { lesson } = course
    if (!lesson) return
    if (variant === 0) progress.answer(lesson.id, question.key, outcome, lesson.questions.map(({ key }) => key))
    else practise(lesson, question.key, { variant, answered: true })
    const posed = question.pose(variant)
    const [scene, document] = [sceneOf(lesson, question, variant), graphOf(lesson, posed)]
    if (!scene || !document) return
    course.choose(scene)
    const before = JSON.stringify(graph.document) === JSON.stringify(document) ? graph.position : 0
    graph.show(document, { ...optionsOf(lesson, scene), position: before })
    graph.goTo(Math.max(before, revealPosition(graph.trace, posed.hide)))
  }

  /** Asks the same question with other numbers, for practice. */
  function ask({ question, variant }: PosedQuestion) {
    const { lesson } = course
    if (!lesson) return
    practise(lesson, question.key, { variant: variant + 1, answered: false })
    const scene = sceneOf(lesson, question, variant + 1)
    if (scene) course.choose(scene)
  }

  return { posedQuestions, hidesNumbers, hiddenNumbers, look, answer, ask }
})
