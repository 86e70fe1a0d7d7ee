import { markOf } from '@core'
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import { useNumbers } from '../lib/useNumbers'
import { useDifferences } from '../past/useDifferences'
import { useMoment } from '../stores/moment'
import { useRun } from '../stores/run'

/** Text that says, while the past is shown, that the settings are those of the present. */
export function useMomentOfSettings() {
  const { t } = useI18n()
  const run = useRun()
  const moment = useMoment()
  const numbers = useNumbers()
  const differences = useDifferences()

  /** What was changed since the moment that is shown; '' while that is the present, or when nothing was */
  const changes = computed(() => moment.isPast && moment.state && run.state ? differences(moment.state.config, run.state.config, { dataset: markOf(run.state.dataset), firstStep: run.firstStep }) : '')
  /** In a sentence; null while the present is shown */
  const then = computed(() => {
    if (!moment.isPast) return null
    const step = numbers.value.count(moment.step)
    return `${t('train.config.ofNow', { step: numbers.value.count(run.step) })} ${changes.value ? t('train.config.then', { step, changes: changes.value }) : t('train.config.thenSame', { step })}`
  })
  return { changes, then }
}
