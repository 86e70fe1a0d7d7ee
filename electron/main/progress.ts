import { defaultProgress, type Progress, reviewDays } from '@contract'
import { JsonStore } from '@files'
import * as v from 'valibot'

const moment = v.pipe(v.number(), v.minValue(0), v.maxValue(8.64e15)) // what a Date can hold
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const word = /^[\w-]{1,64}$/
const lessonId = v.pipe(v.string(), v.regex(word))
const questionId = v.pipe(v.string(), v.regex(/^[\w-]{1,64}\/[\w-]{1,64}$/))
const maxEntries = 1_000

/** Strict: a file with anything else in it is damaged, and kept beside. */
export const progressSchema = v.strictObject({
  version: v.literal(1),
  current: v.pipe(v.string(), v.regex(/^[\w-]{0,64}$/)),
  learner: v.pipe(v.string(), v.maxLength(100)),
  lessons: v.pipe(v.record(lessonId, v.strictObject({ visitedAt: moment, doneAt: v.nullable(moment) })), v.maxEntries(maxEntries)),
  questions: v.pipe(v.record(questionId, v.strictObject({
    firstTryRight: v.boolean(), tries: count, shown: v.boolean(), answeredAt: moment,
    reviews: count, box: v.pipe(count, v.maxValue(reviewDays.length - 1)), dueAt: moment,
  })), v.maxEntries(maxEntries)),
})

/** What the learner has done, kept in the lab's folder. */
export const openProgress = (path: string): Promise<JsonStore<Progress>> =>
  JsonStore.open<Progress>(path, value => v.parse(progressSchema, value), defaultProgress)
