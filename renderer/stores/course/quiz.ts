import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { pickRound, type QuizItem } from '../../course/quiz'
import { type Outcome, rightAtOnce } from '../../course/review'
import { askedIn, graphOf, revealPosition } from '../../course/scenes'
import { useCourse } from './course'
import { useGraph } from '../graph/graph'
import { useProgress } from './progress'

/** A round of the mixed quiz: questions of many lessons with new numbers. */
export const useQuiz = defineStore('quiz', () => {
  const course = useCourse()
  const graph = useGraph()
  const progress = useProgress()

  const items = shallowRef<readonly QuizItem[]>([])
  /** For each question answered so far, whether the first try was right */
  const results = ref<readonly boolean[]>([])
  const at = ref(0)
  let rounds = 0

  const phase = computed(() => items.value.length === 0 ? 'start' : at.value < items.value.length ? 'asking' : 'summary')
  const item = computed(() => items.value[at.value] ?? null)
  const posed = computed(() => item.value?.question.pose(item.value.variant) ?? null)
  /** The question's graph; null if it has none */
  const document = computed(() => item.value && posed.value && graphOf(item.value.lesson, posed.value))
  const answered = computed(() => results.value.length > at.value)
  /** The lessons of the round in course order, each with whether all its questions were right at the first try */
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
  const keyOf = ({ lesson, question, variant }: QuizItem) => `quiz/${lesson.id}/${question.key}/${variant}`
  /** Whether the displayed graph is the question's */
  const hasGraph = computed(() => item.value !== null && document.value !== null && graph.key === keyOf(item.value))
  /** Shows the question's graph, in which the answer is hidden until it is given. */
  function look() {
    if (!item.value || !posed.value || !document.value) return
    const [round, index, { hide, position = 'end' }] = [items.value, at.value, posed.value]
    const isAnswered = () => items.value === round && results.value.length > index
    graph.show(document.value, { key: keyOf(item.value), position, hidden: () => isAnswered() ? [] : hide })
  }
  function answer(outcome: Outcome) {
    if (!item.value || !posed.value || answered.value) return
    const right = rightAtOnce(outcome)
    results.value = [...results.value, right]
    const { lesson, question: { key } } = item.value
    const asked = askedIn(lesson)
    if (asked.includes(key) || progress.question(lesson.id, key)) progress.review(lesson.id, key, right)
    else progress.answer(lesson.id, key, outcome, asked) // its lesson never asks it
    if (!document.value) return
    look()
    graph.goTo(Math.max(graph.position, revealPosition(graph.trace, posed.value.hide)))
  }
  const next = () => { if (answered.value) at.value++ }
  const leave = () => { items.value = [] }

  return { items, results, at, phase, item, posed, answered, judged, hasGraph, begin, look, answer, next, leave }
})
