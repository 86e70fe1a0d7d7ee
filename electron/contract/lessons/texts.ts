import { inEach } from '../languages'
import type { Locale } from '../locales/list'

/** Texts of one lesson in one language: paragraphs may hold $formula$, `code`, **strong**, [[number]], [[command]]: the command's key. */
export interface LessonTexts {
  readonly title: string
  /** One short sentence for the list of lessons */
  readonly summary: string
  /** By the card's key, in the order of the cards */
  readonly cards: Readonly<Record<string, CardTexts>>
  /** By figure key: the name of its tab (when there are several figures) */
  readonly figures: Readonly<Record<string, string>>
  /** By question key */
  readonly questions: Readonly<Record<string, QuestionTexts>>
}

/** A card says something in short paragraphs, or has imperative sentences to try, or both. */
export interface CardTexts {
  readonly title?: string
  readonly text?: readonly string[]
  readonly tries?: readonly string[]
}

export interface QuestionTexts {
  /** [[name]] is replaced by a number of the question */
  readonly prompt: string
  /** Explanation after the right answer or after giving up */
  readonly reveal: string
  /** For a wrong answer that matches no known mistake: what to look at, without giving the answer away */
  readonly hint: string
  /** By key: steps to put in order, reasons to choose from, or names of pictures for screen readers */
  readonly choices?: Readonly<Record<string, string>>
  /** By the key of a wrong choice: what is wrong with it; others get `hint` */
  readonly hints?: Readonly<Record<string, string>>
}

const files = import.meta.glob<LessonTexts>('../locales/*/lessons/*.json', { eager: true, import: 'default' })

/** A lesson's texts in each language. @param lesson name of its folder and files: '12-relu' */
export const textsOf = (lesson: string): Readonly<Record<Locale, LessonTexts>> =>
  inEach(locale => files[`../locales/${locale}/lessons/${lesson}.json`]!)
