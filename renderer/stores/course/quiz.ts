import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { seedOf } from '@core'
import { lessonsOf, partOfPage, partPage } from '../../course/parts'
import { pickCheck, pickRound, type QuizItem, variantFor, variantInCheck } from '../../course/quiz'
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
  const answered = computed(() => results.value.length > at.value)

  /** Place of the question that a group is shown instead of the learner's own; nothing of it is recorded */
  const presentedAt = ref<number | null>(null)
  /** Places of the questions that were revealed to the group */
  const uncovered = shallowRef<ReadonlySet<number>>(new Set())
  const place = computed(() => presentedAt.value ?? at.value)
  /** The question on the screen: the learner's own, or the one that is presented */
  const shown = computed(() => phase.value === 'asking' ? items.value[place.value] ?? null : null)
  const posed = computed(() => shown.value?.question.pose(shown.value.variant) ?? null)
  /** The graph of the question on the screen; null if it has none */
  const document = computed(() => shown.value && posed.value && graphOf(shown.value.lesson, posed.value))
  /** Whether the answer to the question on the screen is given or revealed */
  const told = computed(() => presentedAt.value === null ? answered.value : uncovered.value.has(presentedAt.value))
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
    else items.value = pickCheck(lessonsOf(course.lessons, which), { seed, variant: variantInCheck(round, agreed || seed) })
    results.value = []
    at.value = 0
  }
  const keyOf = ({ lesson, question, variant }: QuizItem) => `quiz/${lesson.id}/${question.key}/${variant}`
  /** Whether the displayed graph is the question's */
  const hasGraph = computed(() => shown.value !== null && document.value !== null && graph.key === keyOf(shown.value))
  /** Shows the question's graph, in which the answer is hidden until it is given. */
  function look() {
    if (!shown.value || !posed.value || !document.value) return
    const [round, index, { hide, position = 'end' }] = [items.value, place.value, posed.value]
    const isTold = () => items.value === round && (results.value.length > index || uncovered.value.has(index))
    graph.show(document.value, { key: keyOf(shown.value), position, hidden: () => isTold() ? [] : hide })
  }
  /** Shows the question's graph at the step that computes the answer. */
  function lookAtAnswer() {
    if (!posed.value || !document.value) return
    look()
    graph.goTo(Math.max(graph.position, revealPosition(graph.trace, posed.value.hide)))
  }
  /** Shows a question of the round to a group. */
  function present(place: number) {
    if (!items.value[place]) return
    presentedAt.value = place
    if (told.value) lookAtAnswer()
    else look()
  }
  /** Reveals the answer to the group, without recording one. */
  function uncover() {
    if (presentedAt.value === null || told.value) return
    uncovered.value = new Set([...uncovered.value, presentedAt.value])
    lookAtAnswer()
  }
  /** Goes back to the learner's own question, and covers what was revealed. */
  function endPresenting() {
    if (presentedAt.value === null) return
    presentedAt.value = null
    uncovered.value = new Set()
    if (answered.value) lookAtAnswer()
    else look()
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
    lookAtAnswer()
  }
  function next() {
    if (!answered.value) return
    at.value++
    const part = partOfPage(page.value)
    if (part && phase.value === 'summary') progress.check(part, results.value.filter(Boolean).length)
  }
  const leave = () => { items.value = [] }

  return { items, results, at, place, phase, item, shown, posed, answered, told, judged, hasGraph, begin, look, answer, next, leave, present, uncover, endPresenting }
})
