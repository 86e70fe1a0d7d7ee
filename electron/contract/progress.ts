/** What a learner has done in the course; main keeps it from one start to the next. */
export interface Progress {
  readonly version: 1
  /** Where they are: a lesson's id, 'playground', 'quiz' or 'certificate'; '' before the first lesson */
  readonly current: string
  /** The name that an export carries */
  readonly learner: string
  /** By lesson id: 'add-node' */
  readonly lessons: Readonly<Record<string, LessonProgress>>
  /** By lesson id and question key: 'add-node/left' */
  readonly questions: Readonly<Record<string, QuestionProgress>>
}

/** Milliseconds since 1970. */
export interface LessonProgress {
  readonly visitedAt: number
  /** When its last question was answered */
  readonly doneAt: number | null
}

export interface QuestionProgress {
  /** In the lesson, before any hint */
  readonly firstTryRight: boolean
  /** In the lesson, with the right one */
  readonly tries: number
  /** The answer was shown instead of found */
  readonly shown: boolean
  /** Milliseconds since 1970 */
  readonly answeredAt: number
  /** How often it came back in the mixed quiz: each time in other numbers */
  readonly reviews: number
  /** Which wait it is in, 0 the shortest */
  readonly box: number
  /** When the quiz asks again, milliseconds since 1970 */
  readonly dueAt: number
}

export const defaultProgress: Progress = { version: 1, current: '', learner: '', lessons: {}, questions: {} }

/** Days until a question comes back, by its box. */
export const reviewDays = [1, 3, 7, 21] as const
