import type { Progress } from '@contract'
import { questionId } from './review'
import { shuffled } from './shuffle'
import type { Lesson, Question } from './types'

/** Number of questions in a round. */
export const roundLength = 10

/** A question for review, with numbers that have not been asked before. */
export interface QuizItem {
  readonly lesson: Lesson
  readonly question: Question
  readonly variant: number
}

/** All questions of the lessons that were opened. */
export function askable(lessons: readonly Lesson[], progress: Progress): QuizItem[] {
  return lessons.filter(({ id }) => id in progress.lessons).flatMap(lesson => lesson.questions.map(question =>
    ({ lesson, question, variant: 1 + (progress.questions[questionId(lesson.id, question.key)]?.reviews ?? 0) })))
}

/** Picks a round of questions, the most overdue first. @param only question ids, or null for all questions */
export function pickRound(lessons: readonly Lesson[], progress: Progress, { only, seed }: { only: readonly string[] | null, seed: number }): readonly QuizItem[] {
  const idOf = ({ lesson, question }: QuizItem) => questionId(lesson.id, question.key)
  const dueAt = (item: QuizItem) => progress.questions[idOf(item)]?.dueAt ?? Infinity
  const all = shuffled(askable(lessons, progress), seed)
  const wanted = only === null ? all : all.filter(item => only.includes(idOf(item)))
  return interleaved(wanted.toSorted((a, b) => Math.sign(dueAt(a) - dueAt(b)) || 0).slice(0, roundLength))
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
