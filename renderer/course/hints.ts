import type { Locale } from '@contract'
import { hintTexts } from '@lessons'
import type { HintName } from './types'

/** What the common mistakes are answered with, in each language. */
export const hints = hintTexts as Readonly<Record<Locale, Readonly<Record<HintName, string>>>>
