import { inEach } from '../languages'

/** A term of the glossary in one language. */
export interface TermTexts {
  /** The term, then what else it is called, separated by ' | ': texts are marked and searched by all of them */
  readonly words: string
  /** One sentence */
  readonly meaning: string
}

const files = import.meta.glob<Readonly<Record<string, TermTexts>>>('../locales/*/glossary.json', { eager: true, import: 'default' })

/** The glossary's texts by the term's key, in each language. */
export const glossaryTexts = inEach(locale => files[`../locales/${locale}/glossary.json`]!)
