import { causeKey, cureText, type FindingFormats, type FoundRun, sinceKey, tryKey, wordsOf } from '@contract'
import type { Cure, Finding } from '@core'
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import { locale } from '../lib/i18n'
import { useNumbers } from '../lib/useNumbers'
import { useRun } from '../stores/run'

/** A finding in the user's language. */
export interface FindingText {
  readonly verdict: string
  /** With the cause if it is known */
  readonly why: string
  /** The step since when; '' where another sentence says it */
  readonly since: string
  readonly advice: string
  /** The name of the finding's layer, as it stands in the sentences */
  readonly layer: string | null
}

/** The sentences of a finding, and the text of its button. */
export function useFindingText() {
  const { t, te } = useI18n()
  const numbers = useNumbers()
  const run = useRun()
  const found = computed((): FoundRun => ({ config: run.state!.config, fromFile: run.state!.origin.from === 'file' }))
  const list = computed(() => new Intl.ListFormat(locale.value, { type: 'conjunction' }))
  const text = (key: string, words: Readonly<Record<string, string>> = {}) => te(key) ? t(key, words) : null
  const formats = (): FindingFormats => ({ ...numbers.value, list: parts => list.value.format(parts), text })

  function sentences(finding: Finding): FindingText {
    const words = wordsOf(finding, found.value, formats())
    const [cause, since] = [causeKey(finding), sinceKey(finding)]
    const why = t(`diagnosis.${finding.rule}.why`, words)
    return {
      verdict: t(`diagnosis.${finding.rule}.verdict`, words), why: cause === null ? why : `${why} ${t(cause, words)}`, since: since === null ? '' : t(since, words),
      advice: t(tryKey(finding, text), words), layer: words['layer'] ?? null,
    }
  }

  const button = (cure: Cure): string => cureText(cure, found.value, formats())
  return { sentences, button }
}
