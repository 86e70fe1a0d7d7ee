import { useI18n } from 'vue-i18n'
import { useNumbers } from './useNumbers'

/** Says of an image that it was taught: 'taught one 7 10 times'. */
export function useTaughtText() {
  const { t } = useI18n()
  const numbers = useNumbers()
  /** @param label name of its class */
  return (label: string, times: number): string => t(times === 1 ? 'teach.event.once' : 'teach.event.times', { label, n: numbers.value.count(times) })
}
