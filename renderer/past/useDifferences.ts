import { architectureOn, differingSettings, type RunConfig, type RunWithSettings } from '@core'
import { useI18n } from 'vue-i18n'
import { useSettingTexts } from '../lib/useSettingTexts'

/** Lists what differs in two runs' settings: 'Learning rate 0.1 → 0.01, Batch size 100 → 50'. */
export function useDifferences() {
  const { locale } = useI18n()
  const { changeOf } = useSettingTexts()

  return (before: RunConfig, after: RunConfig, { dataset, firstStep }: Pick<RunWithSettings, 'dataset' | 'firstStep'>): string => {
    const { input } = architectureOn(before.network, dataset)
    const alone = (config: RunConfig): RunWithSettings => ({ config, events: [], dataset, classes: [], firstStep, fromSeed: true, backend: '' })
    const changes = differingSettings([alone(before), alone(after)]).flatMap(({ name, values: [from, to] }) =>
      to?.[0] ? [changeOf({ step: firstStep, name, before: from?.[0]?.value ?? null, after: to[0].value }, input)] : [])
    return new Intl.ListFormat(locale.value, { type: 'unit' }).format(changes)
  }
}
