import type { Locale } from '@contract'
import { hintTexts } from '@lessons'
import type { HintName } from './types'

/** Hints for the common mistakes, by language. */
export const hints = hintTexts as Readonly<Record<Locale, Readonly<Record<HintName, string>>>>
