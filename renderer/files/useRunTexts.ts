import type { RunEntry } from '@contract'
import { useI18n } from 'vue-i18n'
import { useBlockName } from '../lib/useBlockName'
import { useErrorText } from '../lib/useErrorText'
import { useGoneName } from '../lib/useGoneName'
import { useNetworkName } from '../lib/useNetworkName'
import { useNumbers } from '../lib/useNumbers'
import { useSettingTexts } from '../lib/useSettingTexts'
import { useTaughtText } from '../lib/useTaughtText'
import { useMetrics } from '../stores/metrics'
import { useRun } from '../stores/run'
import { useSettings } from '../stores/settings'
import { momentText, sizeText, timeText } from '../lib/file-facts'

/** How far a run has come. */
export type RunProgress = Pick<RunEntry, 'step' | 'epoch' | 'trainAccuracy' | 'testAccuracy'>

/** Describes runs in words. */
export function useRunTexts() {
  const { t } = useI18n()
  const settings = useSettings()
  const run = useRun()
  const numbers = useNumbers()
  const blockName = useBlockName()
  const networkName = useNetworkName()
  const errorText = useErrorText()
  const metrics = useMetrics()
  const settingTexts = useSettingTexts()
  const goneNameOf = useGoneName()
  const taughtText = useTaughtText()

  const timeOf = (milliseconds: number): string => Object.values(timeText(milliseconds, settings.locale)).join(' ')
  const networkOf = ({ architecture }: Pick<RunEntry, 'architecture'>): string => architecture ? networkName(architecture) : ''
  const taskOf = ({ architecture, dataset }: RunEntry): string => architecture ? [dataset, blockName(architecture.loss)].join(' · ') : ''
  /** Its name; without one, its network and time */
  const titleOf = (entry: RunEntry): string => {
    if (!entry.architecture) return t('runs.unreadable', { id: shortId(entry.id) })
    return entry.name || t('runs.unnamed', { network: networkOf(entry), time: momentText(entry.created, settings.locale) })
  }
  const forkOf = (entry: RunEntry, all: readonly RunEntry[]): string => {
    const { parent } = entry
    if (!parent) return ''
    const step = numbers.value.count(parent.step)
    const found = all.find(({ id }) => id === parent.run)
    if (found) return t('runs.forked', { name: titleOf(found), step })
    const name = goneNameOf(parent, networkOf(entry))
    return name ? t('runs.forkedGone', { name, step }) : t('runs.forkedUnknown', { step })
  }
  /** Images that it was taught; empty: none */
  const taughtOf = ({ taught }: Pick<RunEntry, 'taught'>): string => taught.map(({ label, times }) => taughtText(label, times)).join(' · ')
  const sizeOf = (bytes: number): string => sizeText(bytes, settings.locale)
  /** The run in training is further than what was read of it. */
  const progressOf = (entry: RunEntry): RunProgress => {
    if (!entry.current || !run.state) return entry
    const { evaluation } = run.state
    return { step: run.step, epoch: run.epoch, trainAccuracy: evaluation?.train.accuracy ?? entry.trainAccuracy, testAccuracy: evaluation?.test.accuracy ?? entry.testAccuracy }
  }
  const stepsOf = ({ step, epoch }: RunProgress): readonly string[] => [t('runs.step', { step: numbers.value.count(step) }), t('runs.epoch', { epoch: numbers.value.count(epoch) })]
  const accuraciesOf = ({ trainAccuracy, testAccuracy }: RunProgress): readonly string[] => [
    ...testAccuracy === null ? [] : [t('runs.test', { share: numbers.value.percent(testAccuracy) })],
    ...trainAccuracy === null ? [] : [t('runs.train', { share: numbers.value.percent(trainAccuracy) })],
  ]
  /** The loss of the first mini-batch and of the latest one: that which Train shows, too. */
  const lossesOf = ({ losses, current }: RunEntry): readonly string[] => {
    if (!losses) return []
    const { first, last } = losses
    const now = current && metrics.latestLoss !== null ? { step: run.step, loss: metrics.latestLoss } : last
    return [first, ...now.step > first.step ? [now] : []].map(({ step, loss }) => t('runs.lossAt', { loss: numbers.value.short(loss), step: numbers.value.count(step) }))
  }
  const curveText = (entry: RunEntry): string => {
    const losses = lossesOf(entry)
    return losses.length > 0 ? t('runs.curve', { losses: losses.join(' → ') }) : t('runs.curveNone')
  }
  /** The settings that runs of one network differ in most often */
  const recipeOf = ({ config }: RunEntry): string => config
    ? t('runs.recipe', { optimizer: t(`terms.optimizer.${config.optimizer.kind}`), rate: numbers.value.plain(config.optimizer.learningRate), batch: numbers.value.count(config.batchSize) })
    : ''
  const settingsOf = ({ config, architecture }: RunEntry): readonly string[] => config && architecture ? settingTexts.recipeOf(config, architecture.input) : []
  const problemOf = ({ problem }: RunEntry): string => problem ? errorText(problem) : ''
  /** Everything that is searched */
  const wordsOf = (entry: RunEntry): string => [titleOf(entry), entry.note, networkOf(entry), entry.dataset, recipeOf(entry), taughtOf(entry)].join('\n')

  return { titleOf, networkOf, taskOf, forkOf, taughtOf, sizeOf, timeOf, progressOf, stepsOf, accuraciesOf, lossesOf, recipeOf, settingsOf, curveText, problemOf, wordsOf }
}

const shortId = (id: string): string => id.slice(0, 8)
