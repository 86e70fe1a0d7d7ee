import { computed, type ComputedRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { useMoment } from '../../stores/moment'
import { isReadHere } from '../../stores/sketch/networks'
import type { Reading } from '../../stores/sketch/useReading'
import type { DrawingPrediction } from '../usePrediction'

/** Why nothing is explained: the paper is blank, a large network learns, or the weights are not here yet. */
export function useWaiting(about: () => { readonly reading: Reading, readonly prediction: DrawingPrediction | null }): ComputedRef<string> {
  const { t } = useI18n()
  const moment = useMoment()
  return computed(() => {
    const { reading, prediction } = about()
    if (!prediction && !reading.pixels) return t('draw.why.blank')
    const isLearning = reading.source === 'run' && moment.running && moment.architecture !== null && !isReadHere(moment.architecture)
    return t(isLearning ? 'draw.why.learning' : 'draw.why.wait')
  })
}
