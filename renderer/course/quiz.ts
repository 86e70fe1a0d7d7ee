import { checkLength, type Progress } from '@contract'
import { Random, seedOf } from '@core'
import { questionId } from './review'
import type { Lesson, Question } from './types'

/** Number of questions in a round. */
export const roundLength = 10

/** Variants of a question besides the lesson's own; then they repeat */
const variantCount = 20

/** The numbers for a question that was asked again so many times; a seed shifts them. */
export const variantFor = (timesAgain: number, seed: number): number => 1 + (timesAgain + seed) % variantCount

/** The numbers of a check are so many variants ahead of the quiz's, so that no question has the same in both when a class begins each once. */
const aheadInCheck = 7

/** The numbers of a part's check that was taken so many times; a seed shifts them. */
export const variantInCheck = (timesAgain: number, seed: number): number => variantFor(timesAgain + aheadInCheck, seed)

/** The numbers that follow those of a variant. @param seed where they begin after variant 0, the lesson's own */
export const variantAfter = (variant: number, seed: number): number => variant === 0 ? variantFor(0, seed) : variantFor(variant, 0)

/** A question with other numbers than the lesson's. */
export interface QuizItem {
  readonly lesson: Lesson
  readonly question: Question
  readonly variant: number
}

/** Whether the quiz asks about a lesson: one that was begun by an answer, or is known with its part. */
function isKnownTo({ id, part, questions }: Lesson, progress: Progress): boolean {
  return progress.parts[part]?.right === checkLength || questions.some(({ key }) => questionId(id, key) in progress.questions)
}

/** All questions of the lessons that were begun, with numbers that were not asked before. */
export function askable(lessons: readonly Lesson[], progress: Progress): QuizItem[] {
  return lessons.filter(lesson => isKnownTo(lesson, progress)).flatMap(lesson => lesson.questions.map(question =>
    ({ lesson, question, variant: variantFor(progress.questions[questionId(lesson.id, question.key)]?.reviews ?? 0, progress.seed) })))
}

export interface RoundOptions {
  /** Question ids, or null for all questions */
  readonly only: readonly string[] | null
  /** Of the choice and the order */
  readonly seed: number
  /** The same questions and numbers for everybody, whatever was asked before; null: the most overdue first, in new numbers */
  readonly variant?: number | null
}

/** Picks a round of questions. */
export function pickRound(lessons: readonly Lesson[], progress: Progress, { only, seed, variant = null }: RoundOptions): readonly QuizItem[] {
  const idOf = ({ lesson, question }: QuizItem) => questionId(lesson.id, question.key)
  const dueAt = (item: QuizItem) => progress.questions[idOf(item)]?.dueAt ?? Infinity
  const all = inRandomOrder(askable(lessons, progress), seed)
  const wanted = only === null ? all : all.filter(item => only.includes(idOf(item)))
  return interleaved(variant === null
    ? wanted.toSorted((a, b) => Math.sign(dueAt(a) - dueAt(b)) || 0).slice(0, roundLength)
    : wanted.slice(0, roundLength).map(item => ({ ...item, variant })))
}

/** Picks the check of a part: from as many of its lessons as possible, in the course's order. */
export function pickCheck(lessons: readonly Lesson[], { seed, variant }: { seed: number, variant: number }): readonly QuizItem[] {
  const all = inRandomOrder(lessons.flatMap(lesson => lesson.questions.map(question => ({ lesson, question, variant }))), seed)
  /** Its place among the questions of its lesson: all first ones come before any second */
  const turn = (item: QuizItem) => all.filter(({ lesson }) => lesson === item.lesson).indexOf(item)
  return all.toSorted((a, b) => turn(a) - turn(b)).slice(0, checkLength).toSorted((a, b) => a.lesson.number - b.lesson.number)
}

/** A random order in which a question's place depends on the seed and on itself only, not on which others there are. */
function inRandomOrder(items: readonly QuizItem[], seed: number): QuizItem[] {
  const place = ({ lesson, question }: QuizItem) => new Random(seedOf(seed, lesson.number, lesson.questions.indexOf(question))).next()
  return items.map(item => ({ item, at: place(item) })).sort((a, b) => a.at - b.at).map(({ item }) => item)
}

/** Avoids the same lesson twice in a row: the lesson with the most questions left goes first. */
function interleaved(items: readonly QuizItem[]): QuizItem[] {
  const byLesson = new Map<Lesson, QuizItem[]>()
  for (const item of items) byLesson.set(item.lesson, [...byLesson.get(item.lesson) ?? [], item])
  const round: QuizItem[] = []
  while (round.length < items.length) {
    const last = round.at(-1)?.lesson
    const [lesson, left] = [...byLesson].filter(([, left]) => left.length).sort(([a, x], [b, y]) => Number(a === last) - Number(b === last) || y.length - x.length)[0]!
    round.push(left[0]!)
    byLesson.set(lesson, left.slice(1))
  }
  return round
}
