import { type CapstoneProgress, checkLength, defaultProgress, type LessonProgress, maxRoundAnswers, type Progress, type QuestionProgress, type SolvedBug } from '@contract'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { request } from '../../lib/bridge'
import type { Lesson, PartId } from '../../course'
import { workedOn } from '../../course/capstone'
import { answered, type Knowledge, knowledgeOf, type Outcome, questionId, reviewed, roundAnswer } from '../../course/review'
import { useNotices } from '../notices'

/** The learner's progress; main keeps it on disk. */
export const useProgress = defineStore('progress', () => {
  const notices = useNotices()
  const progress = shallowRef<Progress>(defaultProgress)
  /** The time that `due` is computed for; `tick` updates it */
  const now = ref(Date.now())
  const tick = () => { now.value = Date.now() }

  const isDone = (lesson: string) => progress.value.lessons[lesson]?.doneAt != null
  const isVisited = (lesson: string) => lesson in progress.value.lessons
  const question = (lesson: string, key: string): QuestionProgress | undefined => progress.value.questions[questionId(lesson, key)]
  /** Whether a part's check was passed: every question right on the first try. */
  const isPassed = (part: PartId) => progress.value.parts[part]?.right === checkLength
  /** How well a question is known; one that was not answered counts as known with its part. */
  function knowledgeOfQuestion({ id, part }: Lesson, key: string): Knowledge {
    const state = knowledgeOf(question(id, key))
    return state === 'open' && isPassed(part) ? 'known' : state
  }
  /** How well a lesson is known: as its least known question; one that is not done counts as known with its part. */
  function knowledge(lesson: Lesson): Knowledge {
    if (!isDone(lesson.id)) return isPassed(lesson.part) ? 'known' : 'open'
    return lesson.questions.some(({ key }) => knowledgeOfQuestion(lesson, key) === 'helped') ? 'helped' : 'known'
  }
  /** Questions that were answered, in a lesson, a check or the quiz */
  const answeredCount = computed(() => new Set([...Object.keys(progress.value.questions), ...progress.value.rounds.map(({ question }) => question)]).size)
  /** There is something that a reset would delete. */
  const isBegun = computed(() => {
    const { lessons, questions, parts, rounds, capstone } = progress.value
    return [lessons, questions, parts, rounds].some(table => Object.keys(table).length > 0) || capstone !== null
  })
  /** Questions that are due in the mixed quiz, from lessons that are done */
  const due = computed(() => Object.entries(progress.value.questions)
    .filter(([id, { dueAt }]) => dueAt <= now.value && isDone(id.split('/')[0]!))
    .map(([id]) => id))

  async function load() {
    progress.value = await notices.attempt(() => request('progress:read')) ?? defaultProgress
    tick()
  }
  function change(patch: Partial<Progress>) {
    const next = progress.value = { ...progress.value, ...patch }
    tick()
    void notices.attempt(() => request('progress:write', next))
  }

  const stay = (current: string) => { if (current !== progress.value.current) change({ current }) }
  const callLearner = (learner: string) => { if (learner !== progress.value.learner) change({ learner }) }

  /** Changes a lesson's entry; one that was not opened is opened now. */
  const note = (lesson: string, patch: Partial<LessonProgress>) =>
    ({ ...progress.value.lessons, [lesson]: { visitedAt: Date.now(), doneAt: null, card: '', ...progress.value.lessons[lesson], ...patch } })
  function visit(lesson: string) {
    if (!isVisited(lesson)) change({ lessons: note(lesson, {}) })
  }

  /** Key of the card where a lesson was left; '' before any. */
  const cardOf = (lesson: string) => progress.value.lessons[lesson]?.card ?? ''
  /** Remembers the card where a lesson is left. */
  function leave(lesson: string, card: string) {
    if (card !== cardOf(lesson)) change({ lessons: note(lesson, { card }) })
  }

  /** The scene of the first start was seen or left. */
  function passFirstScene() {
    if (!progress.value.firstScene) change({ firstScene: true })
  }

  /**
   * Records the answer to a question in its lesson; later answers are ignored. @param keys the questions on the lesson's cards
   */
  function answer(lesson: string, key: string, outcome: Outcome, keys: readonly string[]) {
    if (question(lesson, key)) return
    const at = Date.now()
    const questions = { ...progress.value.questions, [questionId(lesson, key)]: answered(outcome, at) }
    const done = keys.every(key => questionId(lesson, key) in questions)
    change({ questions, lessons: note(lesson, { doneAt: progress.value.lessons[lesson]?.doneAt ?? (done ? at : null) }) })
  }

  /** Records an answer in a check or a round of the quiz, besides what it means for the question. */
  const keepRound = (lesson: string, key: string, outcome: Outcome) =>
    change({ rounds: [...progress.value.rounds, roundAnswer(questionId(lesson, key), outcome, Date.now())].slice(-maxRoundAnswers) })

  /** Records a review in the mixed quiz, if the question was answered in its lesson before. */
  function review(lesson: string, key: string, right: boolean) {
    const before = question(lesson, key)
    if (before) change({ questions: { ...progress.value.questions, [questionId(lesson, key)]: reviewed(before, right, Date.now()) } })
  }

  /** Records a part's check; a part that was passed stays so. @param right questions answered right on the first try */
  function check(part: PartId, right: number) {
    if (!isPassed(part) || right === checkLength) change({ parts: { ...progress.value.parts, [part]: { checkedAt: Date.now(), right } } })
  }

  /** Records work on the capstone. */
  const workOn = (patch: Partial<CapstoneProgress>) => change({ capstone: workedOn(progress.value.capstone, patch, Date.now()) })

  /** Records a case of the bug lab that was solved, once. */
  function solveBug(solved: Omit<SolvedBug, 'at'>) {
    const { bugs = [] } = progress.value.capstone ?? {}
    if (!bugs.some(({ id }) => id === solved.id)) workOn({ bugs: [...bugs, { ...solved, at: Date.now() }] })
  }

  /** Chooses the numbers of questions that are asked again; 0: each learner's own. */
  const agreeOn = (seed: number) => { if (seed !== progress.value.seed) change({ seed }) }

  /** Deletes everything but the learner's place and the seed of the class. */
  const reset = () => change({ ...defaultProgress, current: progress.value.current, seed: progress.value.seed })

  /** Saves the progress as a file that `open` reads. @returns the file's name; null when cancelled or failed */
  const save = async (name: string) => await notices.attempt(() => request('progress:save', { name }), 'progress') ?? null
  /** Puts the progress of a file in place of the current one. @returns whether one was opened */
  async function open() {
    const opened = await notices.attempt(() => request('progress:open'), 'progress')
    if (!opened) return false
    progress.value = opened
    tick()
    return true
  }

  return { progress, now, due, answeredCount, isBegun, load, tick, isDone, isVisited, isPassed, knowledge, knowledgeOfQuestion, question, cardOf, stay, callLearner, visit, leave, passFirstScene, answer, keepRound, review, check, workOn, solveBug, agreeOn, reset, save, open }
})
