import { inEach } from '../languages'
import type { Locale } from '../locales/list'

/** Texts of one lesson in one language: paragraphs may hold $formula$, `code`, **strong**, [[number]]. */
export interface LessonTexts {
  readonly title: string
  /** One short sentence for the list of lessons */
  readonly summary: string
  /** A few sentences: two to five short paragraphs */
  readonly body: readonly string[]
  /** What to try: two to four imperative sentences */
  readonly tries: readonly string[]
  /** By figure key: its tab's name (when there is more than one figure) */
  readonly figures: Readonly<Record<string, string>>
  /** By question key */
  readonly questions: Readonly<Record<string, QuestionTexts>>
}

export interface QuestionTexts {
  /** [[name]] are the posed numbers */
  readonly prompt: string
  /** Shown after the right answer or after giving up: why it is so */
  readonly reveal: string
  /** For a wrong answer that fits no known mistake: what to look at, without giving the answer away */
  readonly hint: string
}

const files = import.meta.glob<LessonTexts>('../locales/*/lessons/*.json', { eager: true, import: 'default' })

/** A lesson's texts in each language. @param lesson the name of its folder and files: '12-relu' */
export const textsOf = (lesson: string): Readonly<Record<Locale, LessonTexts>> =>
  inEach(locale => files[`../locales/${locale}/lessons/${lesson}.json`]!)
