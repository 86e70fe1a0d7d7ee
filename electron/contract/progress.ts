import * as v from 'valibot'
import { count } from './schema'

/** Spaced repetition: days until a question is asked again, by its Leitner box. */
export const reviewDays = [1, 3, 7, 21] as const

/** Number of questions in the check of a part of the course. */
export const checkLength = 5

/** The number of answers in checks and rounds of the quiz that are kept, the latest ones. */
export const maxRoundAnswers = 500

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

const given = v.pipe(v.array(v.pipe(v.string(), v.maxLength(givenLimits.characters))), v.maxLength(givenLimits.answers), v.readonly())

const questionProgress = v.pipe(v.strictObject({
  /** In the lesson, before any hint */
  firstTryRight: v.boolean(),
  /** In the lesson, including the right answer */
  tries: count,
  /** The answers in the lesson as typed, the latest ones, including the right one */
  given,
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

/** A question of a part's check or of a round of the quiz, as it was answered. */
const roundAnswer = v.pipe(v.strictObject({
  question: questionId,
  /** Right at the first try */
  right: v.boolean(),
  given,
  at: time,
}), v.readonly())

/** The best result of a part's check. */
const partProgress = v.pipe(v.strictObject({
  checkedAt: time,
  /** Right at the first try */
  right: upTo(checkLength),
}), v.readonly())

const digit = upTo(9)
const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1))
const measured = v.pipe(v.number(), v.minValue(0))

/** The network of the capstone, trained from nothing. */
const trainedNetwork = v.pipe(v.strictObject({
  /** On the test images, 0 to 1 */
  accuracy: share,
  loss: measured,
  /** Mini-batches learned */
  steps: count,
  /** Time of the training, in milliseconds */
  ms: measured,
  at: time,
}), v.readonly())

/** Length of 784 bytes in base64 */
const imageCharacters = 1_048

/** A digit that was drawn, as the trained network read it. */
const drawnDigit = v.pipe(v.strictObject({
  digit,
  /** The digit that the network read in the latest drawing, and its probability */
  read: digit,
  probability: share,
  /** The latest drawing as the network saw it: 28×28 bytes from 0 (paper) to 255 (ink), in base64 */
  image: v.pipe(v.string(), v.base64(), v.length(imageCharacters)),
  /** It contains an image of the dataset */
  sample: v.boolean(),
  /** How often it was drawn, and whether the first drawing was read right */
  tries: v.pipe(count, v.minValue(1)),
  firstTryRight: v.boolean(),
}), v.readonly())

/** The comparison of one parameter's gradients, numeric and computed by backpropagation. */
const checkedParameter = v.pipe(v.strictObject({
  /** 'affine1.W' */
  path: v.pipe(v.string(), v.regex(/^\w{1,64}\.\w{1,64}$/)),
  /** Mean absolute difference */
  mean: measured,
}), v.readonly())
/** Above the number of parameters of the network that is checked */
const maxParameters = 16

/** A network of the bug lab that was mended. */
const solvedBug = v.pipe(v.strictObject({
  /** 'inverted-mask' */
  id: name,
  /** Lines that were named, including the right one */
  guesses: v.pipe(count, v.minValue(1)),
  /** Hints that were asked for */
  hints: count,
  at: time,
}), v.readonly())
/** Above the number of cases of the bug lab */
const maxBugs = 32

/** The work at the end of the course: a network trained from nothing, digits drawn for it, its gradients checked, and bugs found. A part is null until it is done. */
const capstoneProgress = v.pipe(v.strictObject({
  startedAt: time,
  trained: v.nullable(trainedNetwork),
  /** Each digit at most once */
  digits: v.pipe(v.array(drawnDigit), v.check(digits => new Set(digits.map(({ digit }) => digit)).size === digits.length), v.readonly()),
  checked: v.nullable(v.pipe(v.strictObject({ parameters: v.pipe(v.array(checkedParameter), v.maxLength(maxParameters), v.readonly()), at: time }), v.readonly())),
  /** Networks of the bug lab that were mended; a file from before there was one has none */
  bugs: v.optional(v.pipe(v.array(solvedBug), v.maxLength(maxBugs), v.check(bugs => new Set(bugs.map(({ id }) => id)).size === bugs.length), v.readonly()), []),
  /** When the last task was done */
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
  /** Answers in checks and rounds of the quiz, the latest ones; a file from before they were kept has none */
  rounds: v.optional(v.pipe(v.array(roundAnswer), v.maxLength(maxRoundAnswers), v.readonly()), []),
  capstone: v.nullable(capstoneProgress),
}), v.readonly())

export type Progress = v.InferOutput<typeof progressSchema>
export type LessonProgress = v.InferOutput<typeof lessonProgress>
export type QuestionProgress = v.InferOutput<typeof questionProgress>
export type RoundAnswer = v.InferOutput<typeof roundAnswer>
export type PartProgress = v.InferOutput<typeof partProgress>
export type CapstoneProgress = v.InferOutput<typeof capstoneProgress>
export type SolvedBug = v.InferOutput<typeof solvedBug>
export type DrawnDigit = v.InferOutput<typeof drawnDigit>

export const defaultProgress: Progress = { version: 2, current: '', learner: '', seed: 0, firstScene: false, lessons: {}, questions: {}, parts: {}, rounds: [], capstone: null }
