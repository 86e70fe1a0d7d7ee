import type { Block } from '@contract'
import type { HealthColumn, Magnitudes } from '@core'
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import { letterOf, partOf } from '../../lib/block-parts'
import { useNumbers } from '../../lib/useNumbers'
import { useMoment } from '../../stores/moment'
import { useXrayNames } from '../xray/useXrayNames'
import { columnNear, type StripKind } from './health-columns'
import { middleHalf, sizeOf } from './magnitude-words'
import { useHealthAxis } from './useHealthAxis'

/** The names of what Health shows, and the column that its figures read: at the pointer, else at the moment that is shown. */
export function useHealthTexts() {
  const { t } = useI18n()
  const shared = useHealthAxis()
  const moment = useMoment()
  const numbers = useNumbers()
  const { blockName } = useXrayNames()

  const step = computed(() => shared.cursor ?? (moment.isPast ? moment.step : shared.latest.step))
  const column = computed((): HealthColumn | null => shared.cursor === null && !moment.isPast ? shared.columns.at(-1) ?? null : columnNear(shared.columns, step.value, shared.axis))
  /** 'step 1,200' */
  const at = computed(() => t('train.chart.at', { step: numbers.value.count(column.value?.step ?? step.value) }))
  const unknown = computed(() => t('train.health.unknown', { step: numbers.value.count(step.value) }))

  /** 'Affine 1 dW', 'ReLU 1 dout' */
  function nameOf(block: Block, kind: StripKind): string {
    const part = kind === 'activation' ? partOf(block, 'activation') : kind === 'gradient' ? partOf(block, 'gradient') : `Δ${letterOf(partOf(block, 'weight') ?? '')}`
    return `${blockName(block.name)} ${letterOf(part ?? '')}`
  }
  const few = (value: number) => numbers.value.few(value, 2)
  /** '9.8e−7 – 1.2e−4': where half of the numbers lie */
  function halfOf(magnitudes: Magnitudes | null): string {
    const half = magnitudes && middleHalf(magnitudes)
    return half ? `${few(half.from)} – ${few(half.to)}` : magnitudes ? t('train.health.allZero') : '–'
  }
  /** The same in a sentence, with the zeros. */
  function sentenceOf(name: string, magnitudes: Magnitudes | null): string {
    if (!magnitudes) return t('train.health.none', { name })
    const size = sizeOf(magnitudes)
    const half = middleHalf(magnitudes)
    const zeros = magnitudes.zeros > 0 ? t('train.health.zeros', { share: numbers.value.percent(magnitudes.zeros / size) }) : ''
    const broken = magnitudes.nonFinite > 0 ? t('train.health.nonFinite', { n: numbers.value.count(magnitudes.nonFinite) }) : ''
    const main = half ? t('train.health.half', { name, from: few(half.from), to: few(half.to) }) : magnitudes.zeros > 0 ? t('train.health.zeroOnly', { name }) : name
    return [main, half ? zeros : '', broken].filter(Boolean).join(t('train.chart.and'))
  }
  return { step, column, at, unknown, nameOf, halfOf, sentenceOf, blockName }
}
