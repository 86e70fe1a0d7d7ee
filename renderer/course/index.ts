import type { Lesson } from './types'

// What other parts of the window may use of the lessons. Kept by hand.
export type * from './types'

/** How many there are: 0 to 26. */
export const lessonCount = 27

/** The lessons in their order. */
export const loadLessons = async (): Promise<readonly Lesson[]> => (await import('./all')).lessons
