import { commands } from '@contract'
import type { LessonTexts, QuestionTexts } from '@lessons'

const commandIds = new Set<string>(commands.map(({ id }) => id))

/** The names that a text of the course wants numbers for: every `[[name]]` that is no command. */
export const namesIn = (text: string): string[] => [...text.matchAll(/\[\[([\w.]+)\]\]/g)].map(([, name]) => name!).filter(name => !commandIds.has(name))

/** Everything that the cards of a lesson say, in their order. */
export const cardsOf = ({ cards }: LessonTexts): string[] => Object.values(cards).flatMap(({ title, text = [], tries = [] }) => [...title === undefined ? [] : [title], ...text, ...tries])

/** All texts of a question, those of its choices too. */
export const textsOfQuestion = ({ prompt, reveal, hint, choices = {}, hints = {} }: QuestionTexts): readonly string[] => [prompt, reveal, hint, ...Object.values(choices), ...Object.values(hints)]
