import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { pickRound, type QuizItem } from '../../course/quiz'
import { graphOf, revealPosition } from '../../course/scenes'
import { useCourse } from './course'
import { useGraph } from '../graph/graph'
import { useProgress } from './progress'

/** A round of the mixed quiz: questions of many lessons in new numbers. */
export const useQuiz = defineStore('quiz', () => {
  const course = useCourse()
  const graph = useGraph()
  const progress = useProgress()

  const items = shallowRef<readonly QuizItem[]>([])
  /** Right at once, or not; as many as were answered */
  const results = ref<readonly boolean[]>([])
  const at = ref(0)
  let rounds = 0

  const phase = computed(() => items.value.length === 0 ? 'start' : at.value < items.value.length ? 'asking' : 'summary')
  const item = computed(() => items.value[at.value] ?? null)
  const posed = computed(() => item.value?.question.pose(item.value.variant) ?? null)
  const answered = computed(() => results.value.length > at.value)
  /** Each lesson of the round once, in the course's order, and whether all its questions were right at once */
  const judged = computed(() => {
    const lessons = [...new Set(items.value.map(({ lesson }) => lesson))].sort((a, b) => a.number - b.number)
    return lessons.map(lesson => ({ lesson, firm: items.value.every((item, i) => item.lesson !== lesson || results.value[i]) }))
  })

  function begin(which: 'due' | 'all') {
    const seed = (Date.now() + rounds++) >>> 0
    items.value = pickRound(course.lessons, progress.progress, { only: which === 'due' ? progress.due : null, seed })
    results.value = []
    at.value = 0
  }
  /** Puts the question's graph beside it, with the answer covered. */
  function look() {
    const document = item.value && posed.value && graphOf(item.value.lesson, posed.value)
    course.hasQuizGraph = Boolean(document)
    if (document && posed.value) graph.show(document, { key: `quiz/${item.value!.lesson.id}/${item.value!.question.key}/${item.value!.variant}`, position: posed.value.position ?? 'end', hidden: answered.value ? [] : posed.value.hide })
  }
  function answer({ tries, shown }: { tries: number, shown: boolean }) {
    if (!item.value || !posed.value || answered.value) return
    const right = tries === 1 && !shown
    results.value = [...results.value, right]
    progress.review(item.value.lesson.id, item.value.question.key, right)
    const document = graphOf(item.value.lesson, posed.value)
    if (!document) return
    look()
    graph.goTo(Math.max(graph.position, revealPosition(graph.trace, posed.value.hide)))
  }
  const next = () => { if (answered.value) at.value++ }
  const leave = () => { items.value = []; course.hasQuizGraph = false }

  return { items, results, at, phase, item, posed, answered, judged, begin, look, answer, next, leave }
})
