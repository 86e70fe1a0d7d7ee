import { inEach } from '../languages'

const files = import.meta.glob<Readonly<Record<string, string>>>('../locales/*/hints.json', { eager: true, import: 'default' })

/** The replies to common mistakes, by name, in each language. */
export const hintTexts = inEach(locale => files[`../locales/${locale}/hints.json`]!)
