import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { seedOf } from '@core'
import { lessonsOf, partOfPage, partPage } from '../../course/parts'
import { pickCheck, pickRound, type QuizItem, variantFor } from '../../course/quiz'
import type { PartId } from '../../course'
import { type Outcome, rightAtOnce } from '../../course/review'
import { askedIn, graphOf, revealPosition } from '../../course/scenes'
import { useCourse } from './course'
import { useGraph } from '../graph/graph'
import { useProgress } from './progress'

/** A round of the mixed quiz, or a part's check: questions of many lessons with new numbers. */
export const useQuiz = defineStore('quiz', () => {
  const course = useCourse()
  const graph = useGraph()
  const progress = useProgress()

  const items = shallowRef<readonly QuizItem[]>([])
  /** The page that the round belongs to: the quiz's or a part's */
  const page = ref('quiz')
  /** For each question answered so far, whether the first try was right */
  const results = ref<readonly boolean[]>([])
  const at = ref(0)
  /** Rounds begun in this session, by page */
  const begun = new Map<string, number>()

  const phase = computed(() => items.value.length === 0 || page.value !== course.current ? 'start' : at.value < items.value.length ? 'asking' : 'summary')
  const item = computed(() => phase.value === 'asking' ? items.value[at.value]! : null)
  const posed = computed(() => item.value?.question.pose(item.value.variant) ?? null)
  /** The question's graph; null if it has none */
  const document = computed(() => item.value && posed.value && graphOf(item.value.lesson, posed.value))
  const answered = computed(() => results.value.length > at.value)
  /** The lessons of the round in course order, each with whether all its questions were right on the first try */
  const judged = computed(() => {
    const lessons = [...new Set(items.value.map(({ lesson }) => lesson))].sort((a, b) => a.number - b.number)
    return lessons.map(lesson => ({ lesson, firm: items.value.every((item, i) => item.lesson !== lesson || results.value[i]) }))
  })

  /** Starts a round in the quiz with what is due or with all questions, or the check of a part. */
  function begin(which: 'due' | 'all' | PartId) {
    page.value = which === 'due' || which === 'all' ? 'quiz' : partPage(which)
    const round = begun.get(page.value) ?? 0
    begun.set(page.value, round + 1)
    const { seed: agreed } = progress.progress
    const seed = agreed ? seedOf(agreed, round) : (Date.now() + round) >>> 0
    if (which === 'due') items.value = pickRound(course.lessons, progress.progress, { only: progress.due, seed })
    else if (which === 'all') items.value = pickRound(course.lessons, progress.progress, { only: null, seed, variant: agreed ? variantFor(round, agreed) : null })
    else items.value = pickCheck(lessonsOf(course.lessons, which), { seed, variant: variantFor(round, agreed || seed) })
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
    progress.keepRound(lesson.id, key, outcome)
    const asked = askedIn(lesson)
    if (asked.includes(key) || progress.question(lesson.id, key)) progress.review(lesson.id, key, right)
    else if (progress.isVisited(lesson.id)) progress.answer(lesson.id, key, outcome, asked) // no card of its lesson asks it
    if (!document.value) return
    look()
    graph.goTo(Math.max(graph.position, revealPosition(graph.trace, posed.value.hide)))
  }
  function next() {
    if (!answered.value) return
    at.value++
    const part = partOfPage(page.value)
    if (part && phase.value === 'summary') progress.check(part, results.value.filter(Boolean).length)
  }
  const leave = () => { items.value = [] }

  return { items, results, at, phase, item, posed, answered, judged, hasGraph, begin, look, answer, next, leave }
})
