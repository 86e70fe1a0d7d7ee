import type { Lesson } from './types'

// What other parts of the window may use of the lessons. Kept by hand.
export type * from './types'

/** The lessons in their order. */
export const loadLessons = async (): Promise<readonly Lesson[]> => (await import('./all')).lessons
