import { differingSettings, type RunConfig, type RunWithSettings, type SettingName } from '@core'
import { useI18n } from 'vue-i18n'
import { useSettingName } from '../lib/useSettingName'

/** Lists what differs in two runs' settings: 'Learning rate 0.1 → 0.01, Batch size 100 → 50'. */
export function useDifferences() {
  const { t, locale } = useI18n()
  const settingName = useSettingName()
  const nameOf = (name: SettingName): string => {
    if (name.startsWith('rate.')) return settingName(name.slice('rate.'.length))
    return name === 'layers' ? t('train.layers.title') : t(`train.config.${name}`)
  }
  const textOf = (name: SettingName, value: string | number | undefined): string => value === undefined ? '–' : name === 'optimizer' ? t(`terms.optimizer.${value}`) : String(value)

  return (before: RunConfig, after: RunConfig, { dataset, firstStep }: Pick<RunWithSettings, 'dataset' | 'firstStep'>): string => {
    const [a, b] = [before, after].map((config): RunWithSettings => ({ config, events: [], dataset, firstStep, fromSeed: true, backend: '' }))
    const changes = differingSettings([a!, b!]).map(({ name, values: [from, to] }) => t('fork.change', { name: nameOf(name), before: textOf(name, from?.[0]?.value), after: textOf(name, to?.[0]?.value) }))
    return new Intl.ListFormat(locale.value, { type: 'unit' }).format(changes)
  }
}
