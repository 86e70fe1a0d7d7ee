import type { Lesson } from './types'

// Public interface of the course for the other folders of the window; a hand-written list.
export type * from './types'

/** The lessons in order. */
export const loadLessons = async (): Promise<readonly Lesson[]> => (await import('./all')).lessons
