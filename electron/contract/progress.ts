import * as v from 'valibot'
import { count } from './schema'

/** Spaced repetition: days until a question is asked again, by its Leitner box. */
export const reviewDays = [1, 3, 7, 21] as const

/** Number of questions in the check of a part of the course. */
export const checkLength = 5

/** The answers that are kept of a question, the latest ones, and the length to which each is cut. */
export const givenLimits = { answers: 20, characters: 40 } as const

/** The largest seed that a class may agree on; 0: each lesson's own order of numbers. */
export const maxCourseSeed = 9_999

/** Milliseconds since 1970, up to the maximum of Date. */
const time = v.pipe(v.number(), v.minValue(0), v.maxValue(8.64e15))
const place = v.pipe(v.string(), v.regex(/^[\w-]{0,64}$/))
const name = v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/))
const questionId = v.pipe(v.string(), v.regex(/^[\w-]{1,64}\/[\w-]{1,64}$/))
const maxEntries = 1_000
const upTo = (largest: number) => v.pipe(count, v.maxValue(largest))

const lessonProgress = v.pipe(v.strictObject({
  visitedAt: time,
  /** When its last question was answered */
  doneAt: v.nullable(time),
  /** Key of the card where it was left: its text's key or its question's; '' before any */
  card: place,
}), v.readonly())

const questionProgress = v.pipe(v.strictObject({
  /** In the lesson, before any hint */
  firstTryRight: v.boolean(),
  /** In the lesson, including the right answer */
  tries: count,
  /** The answers in the lesson as typed, the latest ones, including the right one */
  given: v.pipe(v.array(v.pipe(v.string(), v.maxLength(givenLimits.characters))), v.maxLength(givenLimits.answers), v.readonly()),
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

/** The best result of a part's check. */
const partProgress = v.pipe(v.strictObject({
  checkedAt: time,
  /** Right at the first try */
  right: upTo(checkLength),
}), v.readonly())

const digit = upTo(9)

/** The work at the end of the course: digits drawn, a network trained on them and its gradients checked. Each part is null until it is done. */
const capstoneProgress = v.pipe(v.strictObject({
  startedAt: time,
  /** The digits drawn, each with the digit that the trained network read */
  drawn: v.nullable(v.pipe(v.strictObject({ digits: v.pipe(v.array(v.strictObject({ digit, read: digit })), v.maxLength(10), v.readonly()), at: time }), v.readonly())),
  /** Test accuracy, 0 to 1, after so many steps */
  trained: v.nullable(v.pipe(v.strictObject({ accuracy: v.pipe(v.number(), v.minValue(0), v.maxValue(1)), steps: count, at: time }), v.readonly())),
  /** The largest of the parameters' mean absolute differences between numerical and computed gradients */
  checked: v.nullable(v.pipe(v.strictObject({ difference: v.pipe(v.number(), v.minValue(0)), at: time }), v.readonly())),
  doneAt: v.nullable(time),
}), v.readonly())

/** A learner's progress in the course. Strict: a file with other properties counts as damaged. */
export const progressSchema = v.pipe(v.strictObject({
  version: v.literal(2),
  /** The learner's place: a lesson's id or another page of the Learn room; '' before the first lesson */
  current: place,
  /** The learner's name, for exports */
  learner: v.pipe(v.string(), v.maxLength(100)),
  /** Shifts the numbers of questions that are asked again, so that a class gets the same ones */
  seed: upTo(maxCourseSeed),
  /** The scene of the first start was seen or left */
  firstScene: v.boolean(),
  /** By lesson id: 'add-node' */
  lessons: v.pipe(v.record(name, lessonProgress), v.maxEntries(maxEntries), v.readonly()),
  /** By lesson id and question key: 'add-node/left' */
  questions: v.pipe(v.record(questionId, questionProgress), v.maxEntries(maxEntries), v.readonly()),
  /** By part of the course: 'nodes' */
  parts: v.pipe(v.record(name, partProgress), v.maxEntries(maxEntries), v.readonly()),
  capstone: v.nullable(capstoneProgress),
}), v.readonly())

export type Progress = v.InferOutput<typeof progressSchema>
export type LessonProgress = v.InferOutput<typeof lessonProgress>
export type QuestionProgress = v.InferOutput<typeof questionProgress>
export type PartProgress = v.InferOutput<typeof partProgress>
export type CapstoneProgress = v.InferOutput<typeof capstoneProgress>

export const defaultProgress: Progress = { version: 2, current: '', learner: '', seed: 0, firstScene: false, lessons: {}, questions: {}, parts: {}, capstone: null }
