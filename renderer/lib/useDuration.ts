import { useI18n } from 'vue-i18n'
import { useNumbers } from './useNumbers'

/** A duration in the unit that suits it: 0.82 ms, 12.3 s, 3 min, 2 h. */
export function useDuration(): (ms: number) => string {
  const { t } = useI18n()
  const numbers = useNumbers()
  return (ms) => {
    const { short, few } = numbers.value
    if (ms < 1000) return t('learning.check.milliseconds', { n: short(ms) })
    const minutes = ms / 60_000
    if (minutes < 2) return t('learning.check.seconds', { n: short(ms / 1000) })
    return minutes < 120 ? t('train.check.race.minutes', { n: few(minutes, 2) }) : t('train.check.race.hours', { n: few(minutes / 60, 2) })
  }
}
