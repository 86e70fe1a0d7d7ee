import { blockTitle, causeKey, type FindingFormats, sinceKey, tryKey, wordsOf } from '@contract'
import type { Cure, Finding, RunConfig } from '@core'
import { useI18n } from 'vue-i18n'
import { locale } from '../lib/i18n'
import { useNumbers } from '../lib/useNumbers'
import { initNames } from './init-names'

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

/** The sentences of a finding, and the text of its button, which names exactly what it changes. */
export function useFindingText() {
  const { t, te } = useI18n()
  const numbers = useNumbers()
  const textAt = (key: string) => te(key) ? t(key) : null
  const formats = (): FindingFormats => ({ ...numbers.value, text: textAt })

  function sentences(finding: Finding): FindingText {
    const words = wordsOf(finding, formats())
    const [cause, since] = [causeKey(finding), sinceKey(finding)]
    const why = t(`diagnosis.${finding.rule}.why`, words)
    return {
      verdict: t(`diagnosis.${finding.rule}.verdict`, words), why: cause === null ? why : `${why} ${t(cause, words)}`, since: since === null ? '' : t(since, words),
      advice: t(tryKey(finding, textAt), words), layer: words['layer'] ?? null,
    }
  }

  /** What a new run would have that the present one has not. */
  function differences(now: RunConfig, next: RunConfig): string[] {
    const kinds = next.network.layers.flatMap(({ kind }, i) => kind === now.network.layers[i]?.kind ? [] : [blockTitle(kind, textAt)])
    const isChanged = (i: number, name: string, value: unknown): value is number => typeof value === 'number' && value !== now.network.layers[i]?.[name]
    const settings = next.network.layers.flatMap((layer, i) => Object.entries(layer).flatMap(([name, value]) =>
      kinds.length === 0 && isChanged(i, name, value) ? [t('diagnosis.do.newSetting', { name: blockTitle(layer.kind, textAt), value: numbers.value.plain(value) })] : []))
    return [
      ...next.optimizer.learningRate === now.optimizer.learningRate ? [] : [t('diagnosis.do.newRate', { value: numbers.value.plain(next.optimizer.learningRate) })],
      ...next.init === now.init ? [] : [t(`train.config.${initNames[next.init]}`)], ...new Set(kinds), ...new Set(settings),
    ]
  }

  function button(cure: Cure, now: RunConfig): string {
    if (cure.kind === 'new') {
      const found = differences(now, cure.config)
      return t('diagnosis.do.new', { what: new Intl.ListFormat(locale.value, { type: 'conjunction' }).format(found.length ? found : [t('diagnosis.do.weights')]) })
    }
    const { optimizer, layers = {} } = cure.change
    const [name, settings] = Object.entries(layers)[0] ?? []
    if (optimizer?.learningRate !== undefined) return t('diagnosis.do.rate', { value: numbers.value.plain(optimizer.learningRate) })
    if (name !== undefined && settings) return t('diagnosis.do.setting', { name: blockTitle(name, textAt), value: numbers.value.plain(Object.values(settings)[0]!) })
    return t('diagnosis.do.other')
  }
  return { sentences, button }
}
