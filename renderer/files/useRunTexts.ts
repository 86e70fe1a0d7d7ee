import type { RunEntry } from '@contract'
import { useI18n } from 'vue-i18n'
import { useBlockName } from '../lib/useBlockName'
import { useErrorText } from '../lib/useErrorText'
import { useGoneName } from '../lib/useGoneName'
import { useNetworkName } from '../lib/useNetworkName'
import { useNumbers } from '../lib/useNumbers'
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
  const goneNameOf = useGoneName()

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
  /** First and last loss */
  const lossesOf = ({ curve }: Pick<RunEntry, 'curve'>): { readonly first: string, readonly last: string } | null => {
    const [first, last] = [curve[0], curve.at(-1)]
    return first && last ? { first: numbers.value.short(first.loss), last: numbers.value.short(last.loss) } : null
  }
  const curveText = (entry: Pick<RunEntry, 'curve'>): string => {
    const losses = lossesOf(entry)
    return losses ? t('runs.curve', losses) : t('runs.curveNone')
  }
  const problemOf = ({ problem }: RunEntry): string => problem ? errorText(problem) : ''
  /** Everything that is searched */
  const wordsOf = (entry: RunEntry): string => [titleOf(entry), entry.note, networkOf(entry), entry.dataset].join('\n')

  return { titleOf, networkOf, taskOf, forkOf, sizeOf, timeOf, progressOf, stepsOf, accuraciesOf, lossesOf, curveText, problemOf, wordsOf }
}

const shortId = (id: string): string => id.slice(0, 8)
