import type { RunCurves } from '@contract'
import type { SettingName, SettingSince } from '@core'
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRunTexts } from '../files/useRunTexts'
import { useNumbers } from '../lib/useNumbers'
import { useSettingTexts } from '../lib/useSettingTexts'
import { useRuns } from '../stores/runs'
import type { CompareAxis, CompareMeasure } from './compare-lines'

/** Describes runs, their settings and their values in words. */
export function useCompareTexts() {
  const { t } = useI18n()
  const runs = useRuns()
  const texts = useRunTexts()
  const numbers = useNumbers()
  const { settingOf, valueOf } = useSettingTexts()

  const nameOf = ({ id, name }: Pick<RunCurves, 'id' | 'name'>): string => {
    const entry = runs.entries.find(entry => entry.id === id)
    return entry ? texts.titleOf(entry) : name || id.slice(0, 8)
  }
  /** What a setting was, and what it became on the way */
  const valuesOf = (name: SettingName, values: readonly SettingSince[], input: readonly number[]): readonly string[] => values.length === 0
    ? ['–']
    : values.map(({ step, value }, i) => i === 0 ? valueOf(name, value, input) : t('compare.since', { step: numbers.value.count(step), value: valueOf(name, value, input) }))

  const measureOf = (measure: CompareMeasure, className: string): string => {
    if (measure === 'loss') return t('train.chart.loss')
    return measure === 'class' ? t('compare.classTitle', { name: className }) : t('compare.accuracyOf', { split: t(`train.chart.${measure}`) })
  }
  const duration = (seconds: number): string => t('compare.seconds', { n: numbers.value.few(seconds, 3) })
  const axisFormat = (axis: CompareAxis) => (value: number): string => axis === 'step' ? numbers.value.count(value) : axis === 'epoch' ? numbers.value.few(value, 3) : duration(value)
  const formats = computed(() => ({ value: (measure: CompareMeasure) => measure === 'loss' ? numbers.value.plain : numbers.value.share, exact: (measure: CompareMeasure) => measure === 'loss' ? numbers.value.short : numbers.value.percent }))
  return { nameOf, settingOf, valuesOf, measureOf, axisFormat, formats, numbers }
}
