import { locales } from '@contract'
import type { Lesson } from './types'

/** Full-width and half-width forms, capitals and composed syllables count as one. */
const plain = (text: string): string => text.normalize('NFKC').toLowerCase()

/** '5.3', '§5.3', or 5.3 with the Korean or Japanese word for a section → '5.3': also the beginning of one that is being typed */
const sectionIn = (word: string): string | null => /^§?(\d+(?:\.\d*)+)[\uC808\u7BC0]?$/.exec(word)?.[1] ?? null

/** Whether a section is the wanted one or within it: 5.3.2 is within 5.3, 5.31 is not. */
const isWithin = (section: string, wanted: string): boolean => `${section}.`.startsWith(wanted.endsWith('.') ? wanted : `${wanted}.`)

function matches({ number, section, texts }: Lesson, word: string, where: 'title' | 'summary'): boolean {
  const wanted = sectionIn(word)
  if (wanted !== null) return section !== null && isWithin(section, wanted)
  return String(number) === word || locales.some(locale => plain(texts[locale][where]).includes(word))
}

const wordsOf = (query: string): readonly string[] => plain(query).split(/\s+/).filter(Boolean)

/** Whether a text has every word of a query. */
export const hasWords = (text: string, query: string): boolean => wordsOf(query).every(word => plain(text).includes(word))

/**
 * Lessons that have every word of a query, in any language: their number, their section of the book, or words of their
 * titles; if there are none, those with the words in their summaries.
 */
export function findLessons(lessons: readonly Lesson[], query: string): readonly Lesson[] {
  const words = wordsOf(query)
  const foundIn = (where: 'title' | 'summary') => lessons.filter(lesson => words.every(word => matches(lesson, word, where)))
  const found = foundIn('title')
  return found.length ? found : foundIn('summary')
}
