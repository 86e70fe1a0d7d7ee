import type { Locale, Progress } from '@contract'
import { questionId } from '../course/review'
import type { Lesson } from '../course/types'

/**
 * Progress as a table for teachers: one row per question, in course order; cells are empty until the question is
 * answered.
 */
export function progressRows({ learner, lessons: seen, questions }: Progress, lessons: readonly Lesson[], locale: Locale): (string | number)[][] {
  const header = ['learner', 'lesson', 'lessonId', 'title', 'visited', 'done', 'question', 'tries', 'rightFirstTime', 'shown', 'answered', 'reviews', 'box', 'due']
  return [header, ...lessons.flatMap(({ number, id, texts, questions: asked }) => asked.map(({ key }) => {
    const found = questions[questionId(id, key)]
    const { visitedAt = null, doneAt = null } = seen[id] ?? {}
    const start = [learner, number, id, texts[locale].title, time(visitedAt), time(doneAt), key]
    return found
      ? [...start, found.tries, yes(found.firstTryRight), yes(found.shown), time(found.answeredAt), found.reviews, found.box, time(found.dueAt)]
      : [...start, '', '', '', '', '', '', '']
  }))]
}

const yes = (value: boolean): string => value ? 'yes' : 'no'
const time = (at: number | null): string => at === null ? '' : new Date(at).toISOString()
