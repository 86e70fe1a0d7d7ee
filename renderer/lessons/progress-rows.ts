import type { Locale, Progress } from '@contract'
import { knowledgeOf, questionId } from '../course/review'
import type { Lesson } from '../course/types'

/**
 * Progress as a table for teachers: one row per question, in course order, with the result of its part's check and
 * with its answers in checks and in the quiz; cells are empty until the question is answered or the part checked. Below them a row
 * for each bug that was found in the bug lab.
 */
export function progressRows({ learner, lessons: seen, questions, parts, rounds, capstone }: Progress, lessons: readonly Lesson[], locale: Locale): (string | number)[][] {
  const header = ['learner', 'lesson', 'lessonId', 'title', 'visited', 'done', 'question', 'tries', 'rightFirstTime', 'shown', 'answered', 'reviews', 'box', 'due', 'state', 'given', 'section', 'part', 'partChecked', 'partRight', 'rounds', 'roundsRight', 'roundsGiven']
  return [header, ...lessons.flatMap(({ number, id, part, section, texts, questions: asked }) => asked.map(({ key }) => {
    const found = questions[questionId(id, key)]
    const again = rounds.filter(({ question }) => question === questionId(id, key))
    const { visitedAt = null, doneAt = null } = seen[id] ?? {}
    const start = [learner, number, id, texts[locale].title, time(visitedAt), time(doneAt), key]
    const check = parts[part]
    const end = [section ?? '', part, time(check?.checkedAt ?? null), check?.right ?? '', again.length, again.filter(({ right }) => right).length, again.map(({ given }) => inBrackets(given)).join('; ')]
    return found
      ? [...start, found.tries, yes(found.firstTryRight), yes(found.shown), time(found.answeredAt), found.reviews, found.box, time(found.dueAt), knowledgeOf(found), inBrackets(found.given), ...end]
      : [...start, '', '', '', '', '', '', '', knowledgeOf(undefined), '', ...end]
  })), ...(capstone?.bugs ?? []).map(({ id, guesses, at }) => {
    const found: Readonly<Record<string, string | number>> = { learner, lessonId: 'bugs', question: id, tries: guesses, rightFirstTime: yes(guesses === 1), answered: time(at), state: 'known' }
    return header.map(name => found[name] ?? '')
  })]
}

/** '[1/3] [0.33]': in brackets a spreadsheet takes no answer for a date or a formula */
const inBrackets = (answers: readonly string[]): string => answers.map(answer => `[${answer}]`).join(' ')
const yes = (value: boolean): string => value ? 'yes' : 'no'
const time = (at: number | null): string => at === null ? '' : new Date(at).toISOString()
