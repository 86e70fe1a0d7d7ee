import type { CapstoneProgress, Progress } from '@contract'
import { lessonsOf } from './parts'
import { questionId } from './review'
import { type Lesson, type PartId, partIds } from './types'

/** The tasks of the capstone, in the order in which they are told; all but the first and the last need the trained network. */
export const capstoneTasks = ['train', 'draw', 'check', 'bugs'] as const
export type CapstoneTask = (typeof capstoneTasks)[number]

/** Test accuracy at which the network counts as trained */
export const goalAccuracy = 0.95
/** Largest mean absolute difference of a parameter's gradients. @source lesson 25 */
export const differenceLimit = 1e-7
/** Number of digits to draw: each class of MNIST once */
export const digitCount = 10
/** Cases of the bug lab that are to be solved, and all that there are */
export const bugGoal = 3
export const bugCount = 10
/** Id of the lesson that the bug lab follows */
export const lessonBeforeBugs = 'gradient-check'

export function isTaskDone(work: CapstoneProgress | null, task: CapstoneTask): boolean {
  if (!work) return false
  if (work.doneAt !== null) return true // also one that was ended before there was a bug lab
  if (task === 'draw') return work.digits.length === digitCount
  if (task === 'bugs') return work.bugs.length >= bugGoal
  return (task === 'train' ? work.trained : work.checked) !== null
}

/** The capstone after a change: the first one begins it, and the one that completes its tasks ends it. @param at milliseconds since 1970 */
export function workedOn(work: CapstoneProgress | null, patch: Partial<CapstoneProgress>, at: number): CapstoneProgress {
  const next = { ...work ?? { startedAt: at, trained: null, digits: [], checked: null, bugs: [], doneAt: null }, ...patch }
  return { ...next, doneAt: next.doneAt ?? (capstoneTasks.every(task => isTaskDone(next, task)) ? at : null) }
}

/** How a part's questions were answered on the first try. */
export interface PartAnswers { readonly part: PartId, readonly right: number, readonly all: number }

export function answersByPart({ questions }: Pick<Progress, 'questions'>, lessons: readonly Lesson[]): readonly PartAnswers[] {
  return partIds.map((part) => {
    const asked = lessonsOf(lessons, part).flatMap(({ id, questions }) => questions.map(({ key }) => questionId(id, key)))
    return { part, right: asked.filter(id => questions[id]?.firstTryRight).length, all: asked.length }
  }).filter(({ all }) => all > 0)
}
