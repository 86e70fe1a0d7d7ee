import type { StopCondition, Stopped } from '@core'
import { useI18n } from 'vue-i18n'
import { useNumbers } from '../lib/useNumbers'

/** The number of a condition as it is typed: times in minutes. */
function numberIn(condition: StopCondition): number {
  switch (condition.kind) {
    case 'step': return condition.step
    case 'epoch': return condition.epoch
    case 'time': return condition.seconds / 60
    case 'loss': return condition.loss
    case 'patience': return condition.epochs
  }
}

/** Says what a run waits for, and why it has stopped. */
export function useStopTexts() {
  const { t } = useI18n()
  const numbers = useNumbers()
  const numberOf = (condition: StopCondition): string => condition.kind === 'time' || condition.kind === 'loss' ? numbers.value.plain(numberIn(condition)) : numbers.value.count(numberIn(condition))
  const chipOf = (condition: StopCondition): string => t(`stop.chip.${condition.kind}`, { n: numberOf(condition) })
  const stoppedOf = ({ condition, step, best, mean }: Stopped): string => {
    const n = numberOf(condition)
    if (condition.kind !== 'patience' || !best) return t(`stop.stopped.${condition.kind}`, { n, at: numbers.value.count(step), mean: mean === undefined ? '–' : numbers.value.few(mean, 3) })
    return t(best.split === 'test' ? 'stop.stopped.patienceTest' : 'stop.stopped.patience', { n, at: numbers.value.count(step), accuracy: numbers.value.percent(best.accuracy), step: numbers.value.count(best.step) })
  }
  return { chipOf, stoppedOf }
}
