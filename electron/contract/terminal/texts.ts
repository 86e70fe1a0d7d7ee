import { inEach } from '../languages'
import type { Locale } from '../locales/list'
import { textIn, type TextParameters, type Texts } from '../text'

const files = import.meta.glob<Texts>('../locales/*/terminal.json', { eager: true, import: 'default' })
const texts = inEach(locale => files[`../locales/${locale}/terminal.json`]!)

/** A text of the terminal: help, messages, column headings; the key itself when there is no such text. */
export const terminalText = (locale: Locale, key: string, parameters: TextParameters = {}): string => textIn(texts[locale], key, parameters)
