import * as v from 'valibot'
import { count } from './schema'

/** Spaced repetition: days until a question is asked again, by its Leitner box. */
export const reviewDays = [1, 3, 7, 21] as const

/** Milliseconds since 1970, up to the maximum of Date. */
const time = v.pipe(v.number(), v.minValue(0), v.maxValue(8.64e15))
const lessonId = v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/))
const questionId = v.pipe(v.string(), v.regex(/^[\w-]{1,64}\/[\w-]{1,64}$/))
const maxEntries = 1_000

const lessonProgress = v.pipe(v.strictObject({
  visitedAt: time,
  /** When its last question was answered */
  doneAt: v.nullable(time),
}), v.readonly())

const questionProgress = v.pipe(v.strictObject({
  /** In the lesson, before any hint */
  firstTryRight: v.boolean(),
  /** In the lesson, including the right answer */
  tries: count,
  /** The learner asked for the answer instead of solving it */
  shown: v.boolean(),
  answeredAt: time,
  /** How often the mixed quiz has asked it again, each time with other numbers */
  reviews: count,
  /** Leitner box: index into `reviewDays` */
  box: v.pipe(count, v.check(box => box < reviewDays.length)),
  /** When the quiz asks it again */
  dueAt: time,
}), v.readonly())

/** A learner's progress in the course. Strict: a file with other properties counts as damaged. */
export const progressSchema = v.pipe(v.strictObject({
  version: v.literal(1),
  /** The learner's place: a lesson's id, 'playground', 'quiz' or 'certificate'; '' before the first lesson */
  current: v.pipe(v.string(), v.regex(/^[\w-]{0,64}$/)),
  /** The learner's name, for exports */
  learner: v.pipe(v.string(), v.maxLength(100)),
  /** By lesson id: 'add-node' */
  lessons: v.pipe(v.record(lessonId, lessonProgress), v.maxEntries(maxEntries), v.readonly()),
  /** By lesson id and question key: 'add-node/left' */
  questions: v.pipe(v.record(questionId, questionProgress), v.maxEntries(maxEntries), v.readonly()),
}), v.readonly())

export type Progress = v.InferOutput<typeof progressSchema>
export type LessonProgress = v.InferOutput<typeof lessonProgress>
export type QuestionProgress = v.InferOutput<typeof questionProgress>

export const defaultProgress: Progress = { version: 1, current: '', learner: '', lessons: {}, questions: {} }
