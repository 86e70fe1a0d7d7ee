import type { Lesson } from './types'

const modules = import.meta.glob<Lesson>('./[0-9][0-9]-*/lesson.ts', { eager: true, import: 'lesson' })

/** The course in its order. One chunk of its own: the window paints before it is there. */
export const lessons: readonly Lesson[] = Object.values(modules).sort((a, b) => a.number - b.number)
