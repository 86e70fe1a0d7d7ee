import type { Architecture, Score } from '@core'
import { useI18n } from 'vue-i18n'
import { useBlockName } from './useBlockName'
import { useNetworkName } from './useNetworkName'
import { useNumbers } from './useNumbers'

/** What is known of a network: its accuracy may have been measured at an earlier step. */
export interface KnownNetwork {
  readonly architecture: Architecture
  /** Name of the dataset that it has learned; left out: not named, and neither is its loss */
  readonly dataset?: string
  readonly step: number
  readonly measured: { readonly step: number, readonly test: Pick<Score, 'accuracy'> } | null
}

/**
 * Describes a network in words: its layers (omitted when compact), its dataset and its loss, its step, and its accuracy, with the step of the
 * measurement if that differs.
 */
export function useNetworkFacts() {
  const { t } = useI18n()
  const numbers = useNumbers()
  const nameOf = useNetworkName()
  const lossName = useBlockName()

  return ({ architecture, dataset, step, measured }: KnownNetwork, compact = false): string[] => {
    const share = measured && t(compact ? 'draw.source.accuracyShort' : 'draw.source.accuracy', { share: numbers.value.percent(measured.test.accuracy) })
    return [
      ...compact ? [] : [nameOf(architecture)],
      ...dataset === undefined ? [] : [dataset, lossName(architecture.loss)],
      t('draw.source.step', { step: numbers.value.count(step) }),
      ...measured && share ? [measured.step === step ? share : t('draw.source.accuracyAt', { accuracy: share, step: numbers.value.count(measured.step) })] : [],
    ]
  }
}
