import { type Init, type LossName, optimizerDefinition, type OptimizerName, parseLayers, type RunConfig, type SettingChange, type SettingName } from '@core'
import { useI18n } from 'vue-i18n'
import { initNames } from './init-names'
import { useBlockName } from './useBlockName'
import { useNetworkName } from './useNetworkName'
import { useNumbers } from './useNumbers'
import { useSettingName } from './useSettingName'

/** Names of a run's settings and of their values. */
export function useSettingTexts() {
  const { t } = useI18n()
  const numbers = useNumbers()
  const blockName = useBlockName()
  const networkName = useNetworkName()
  const rateName = useSettingName()

  const settingOf = (name: SettingName): string => {
    if (name.startsWith('rate.')) return rateName(name.slice('rate.'.length))
    if (name === 'dataset') return t('runs.facts.dataset')
    if (name === 'layers') return t('runs.facts.network')
    if (name === 'loss') return t('compare.lossFunction')
    return name === 'weights' || name === 'taught' || name === 'backend' ? t(`compare.${name}`) : t(`train.config.${name}`)
  }
  /** @param input shape of the network's input */
  const valueOf = (name: SettingName, value: string | number, input: readonly number[]): string => {
    if (typeof value === 'number') return name === 'seed' || name === 'orderSeed' ? String(value) : numbers.value.plain(value)
    if (name === 'layers') return networkName({ input, layers: parseLayers(value), loss: 'softmaxWithLoss' })
    if (name === 'loss') return blockName(value as LossName)
    if (name === 'init') return t(`train.config.${initNames[value as Init]}`)
    if (name === 'optimizer') return t(`terms.optimizer.${value as OptimizerName}`)
    return name === 'weights' ? t(`compare.from.${value}`) : value
  }
  /** 'Learning rate 0.1 → 0.01' */
  const changeOf = ({ name, before, after }: SettingChange, input: readonly number[]): string =>
    t('train.chart.changed', { name: settingOf(name), before: before === null ? '–' : valueOf(name, before, input), after: valueOf(name, after, input) })

  /** The settings of learning, each in a few words. */
  const recipeOf = ({ optimizer, batchSize, init, weightDecay, seed }: RunConfig, input: readonly number[]): readonly string[] => {
    const named = (name: SettingName, value: number) => t('train.chart.setting', { name: settingOf(name), value: valueOf(name, value, input) })
    return [
      t(`terms.optimizer.${optimizer.kind}`), named('learningRate', optimizer.learningRate),
      ...optimizerDefinition(optimizer.kind).rates.map(({ name }) => named(`rate.${name}`, optimizer[name as keyof typeof optimizer] as number)),
      named('batchSize', batchSize), ...weightDecay ? [named('weightDecay', weightDecay)] : [],
      t(`train.config.${initNames[init]}`), named('seed', seed),
    ]
  }
  return { settingOf, valueOf, changeOf, recipeOf }
}
