import { type Lesson, type PartId, partIds } from './types'

export const lessonsOf = (lessons: readonly Lesson[], part: PartId): readonly Lesson[] => lessons.filter(lesson => lesson.part === part)

/** 1 to 5 */
export const partNumber = (part: PartId): number => partIds.indexOf(part) + 1

/** Id of the page with a part's check and end. */
export const partPage = (part: PartId) => `part-${part}` as const

/** The part of a page; null for every other page. */
export const partOfPage = (page: string): PartId | null => partIds.find(part => partPage(part) === page) ?? null

/** A careful reader's pace with a graph beside the text, and the time to think about a question, try it and read its reveal */
const pace = { wordsPerMinute: 120, minutesPerQuestion: 1.5 } as const
/** Printed times are multiples of this */
const minutesStep = 5

const wordsIn = (texts: unknown): number => typeof texts === 'string'
  ? texts.split(/\s+/).filter(Boolean).length
  : Object.values(texts as object).reduce<number>((sum, text) => sum + wordsIn(text), 0)

/** Minutes that lessons take, from the words of their English texts and the number of their questions. */
export function minutesOf(lessons: readonly Lesson[]): number {
  const minutes = lessons.reduce((sum, { texts, questions }) => sum + wordsIn(texts.en) / pace.wordsPerMinute + questions.length * pace.minutesPerQuestion, 0)
  return Math.ceil(minutes / minutesStep) * minutesStep
}
