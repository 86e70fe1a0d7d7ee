import { type QuestionProgress, reviewDays } from '@contract'

const dayMs = 86_400_000

/** The name of a question in the progress: 'add-node/left'. */
export const questionId = (lesson: string, key: string): string => `${lesson}/${key}`

/** When a question of a box comes back. @param now milliseconds since 1970 */
const dueAfter = (box: number, now: number): number => now + (reviewDays[box] ?? reviewDays[0]) * dayMs

/** A question that was answered in its lesson; it comes back in the mixed quiz. */
export const answered = ({ tries, shown }: { tries: number, shown: boolean }, now: number): QuestionProgress => ({
  firstTryRight: tries === 1 && !shown, tries, shown, answeredAt: now, reviews: 0, box: 0, dueAt: dueAfter(0, now),
})

/** A question after it came back: right at once, it rests longer; otherwise it is asked again tomorrow. */
export function reviewed(question: QuestionProgress, right: boolean, now: number): QuestionProgress {
  const box = right ? Math.min(question.box + 1, reviewDays.length - 1) : 0
  return { ...question, reviews: question.reviews + 1, box, dueAt: dueAfter(box, now) }
}

export type Firmness = 'firm' | 'known' | 'again' | 'open'

/** How well a question sits: firm after two good returns, known after one good answer, otherwise worth another look. */
export function firmness(question: QuestionProgress | undefined): Firmness {
  if (!question) return 'open'
  if (question.box >= 2) return 'firm'
  return question.box === 1 || (question.reviews === 0 && question.firstTryRight) ? 'known' : 'again'
}
