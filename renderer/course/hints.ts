import type { Locale } from '@contract'
import en from './hints/en.json'
import ja from './hints/ja.json'
import ko from './hints/ko.json'
import type { HintName } from './types'

/** What the common mistakes are answered with, in each language. */
export const hints: Readonly<Record<Locale, Readonly<Record<HintName, string>>>> = { ko, en, ja }
