import { defineStore } from 'pinia'
import { computed, ref, watch } from 'vue'
import type { Lesson, Question } from '../../course'
import { graphIn, graphOf, hiddenIn, revealPosition, type Scene, sceneOf } from '../../course/scenes'
import { useCourse } from './course'
import { useGraph } from '../graph/graph'
import { useProgress } from './progress'

/** A question as it stands now: variant 0 until it is asked again in other numbers. */
export interface Standing {
  readonly question: Question
  readonly variant: number
  /** Answered before this visit, or just now */
  readonly answered: boolean
}

/** The lesson at work: its questions, and the graph beside it with what must not be seen yet covered. */
export const useLesson = defineStore('lesson', () => {
  const course = useCourse()
  const graph = useGraph()
  const progress = useProgress()
  /** By question key; kept while the lesson is open */
  const again = ref<Readonly<Record<string, { readonly variant: number, readonly answered: boolean }>>>({})

  const standings = computed<readonly Standing[]>(() => course.lesson?.questions.map((question) => {
    const practice = again.value[question.key]
    return { question, variant: practice?.variant ?? 0, answered: practice?.answered ?? progress.question(course.lesson!.id, question.key) !== undefined }
  }) ?? [])
  const open = () => standings.value.filter(({ answered }) => !answered)
  /** Some numbers wait behind a question. */
  const covers = computed(() => open().some(({ question, variant }) => question.pose(variant).hide.length > 0))
  const keyOf = (lesson: Lesson, scene: Scene) => `${lesson.id}/${scene.key}`

  /** Shows a scene as it was left, or from its start. */
  function present(lesson: Lesson, scene: Scene) {
    const shown = graphIn(scene)
    if (!shown) return
    const key = keyOf(lesson, scene)
    if (!graph.resume(key)) graph.show(shown.graph, { key, position: shown.position ?? 'end' })
    graph.hidden = new Set(hiddenIn(lesson, shown.graph, open()))
  }
  watch(() => [course.lesson, course.scene] as const, ([lesson, scene], before) => {
    if (!lesson) return
    if (lesson !== before?.[0]) {
      again.value = {}
      progress.visit(lesson.id)
    }
    if (scene) present(lesson, scene)
  }, { immediate: true })

  /** Brings a question's graph beside it. */
  function look({ question, variant }: Standing) {
    const scene = course.lesson && sceneOf(course.lesson, question, variant)
    if (scene) course.choose(scene)
  }

  /** Takes the cover off, and goes to where the answer is made. */
  function answer({ question, variant }: Standing, result: { tries: number, shown: boolean }) {
    const { lesson } = course
    if (!lesson) return
    if (variant === 0) progress.answer(lesson.id, question.key, result, lesson.questions.map(({ key }) => key))
    else again.value = { ...again.value, [question.key]: { variant, answered: true } }
    const posed = question.pose(variant)
    const [scene, document] = [sceneOf(lesson, question, variant), graphOf(lesson, posed)]
    if (!scene || !document) return
    course.choose(scene)
    const before = JSON.stringify(graph.document) === JSON.stringify(document) ? graph.position : 0
    graph.show(document, { key: keyOf(lesson, scene), position: before, hidden: hiddenIn(lesson, document, open()) })
    graph.goTo(Math.max(before, revealPosition(graph.trace, posed.hide)))
  }

  /** The same question in other numbers, for practice. */
  function ask({ question, variant }: Standing) {
    again.value = { ...again.value, [question.key]: { variant: variant + 1, answered: false } }
    const scene = course.lesson && sceneOf(course.lesson, question, variant + 1)
    if (scene) course.choose(scene)
  }

  return { standings, covers, look, answer, ask }
})
