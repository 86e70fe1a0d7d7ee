import { givenLimits, type QuestionProgress, reviewDays, type RoundAnswer } from '@contract'

const dayMs = 86_400_000

/** Id of a question in the progress: 'add-node/left'. */
export const questionId = (lesson: string, key: string): string => `${lesson}/${key}`

/** When a question of a box is due again (Leitner system). @param now milliseconds since 1970 */
const dueAfter = (box: number, now: number): number => now + (reviewDays[box] ?? reviewDays[0]) * dayMs

/** How a question was answered. */
export interface Outcome {
  /** Including the right answer */
  readonly tries: number
  /** The learner asked for the answer */
  readonly shown: boolean
  /** All answers as typed, in order */
  readonly given: readonly string[]
}

/** Right on the first try, without help. */
export const rightAtOnce = ({ tries, shown }: Outcome): boolean => tries === 1 && !shown

/** The answers that are kept, cut to their length. */
const kept = (given: readonly string[]): string[] => given.slice(-givenLimits.answers).map(text => text.slice(0, givenLimits.characters))

/** A question of a check or a round as it was answered. */
export const roundAnswer = (question: string, outcome: Outcome, now: number): RoundAnswer =>
  ({ question, right: rightAtOnce(outcome), given: kept(outcome.given), at: now })

/** Progress of a question that was answered in its lesson; the mixed quiz reviews it later. */
export const answered = (outcome: Outcome, now: number): QuestionProgress => ({
  firstTryRight: rightAtOnce(outcome), tries: outcome.tries, shown: outcome.shown,
  given: kept(outcome.given),
  answeredAt: now, reviews: 0, box: 0, dueAt: dueAfter(0, now),
})

/** Progress after a review: a right first answer lengthens the interval, anything else makes it due again tomorrow. */
export function reviewed(question: QuestionProgress, right: boolean, now: number): QuestionProgress {
  const box = right ? Math.min(question.box + 1, reviewDays.length - 1) : 0
  return { ...question, reviews: question.reviews + 1, box, dueAt: dueAfter(box, now) }
}

/** How well a question or a lesson is known, from best to least. */
export const knowledgeStates = ['known', 'helped', 'open'] as const
export type Knowledge = (typeof knowledgeStates)[number]

/** A question is known when it was right on the first try the last time it was asked, in its lesson or in a review. */
export function knowledgeOf(question: QuestionProgress | undefined): Knowledge {
  if (!question) return 'open'
  const right = question.reviews > 0 ? question.box > 0 : question.firstTryRight
  return right ? 'known' : 'helped'
}
