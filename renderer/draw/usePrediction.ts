import type { DrawSource, Prediction } from '@contract'
import { type DatasetInfo, type LabError, ownError } from '@core'
import { computed, onScopeDispose, shallowRef, watch } from 'vue'
import { request } from '../lib/bridge'
import { useMoment } from '../stores/moment'
import type { PaperImage } from '../stores/sketch/strokes'
import type { Reading } from '../stores/sketch/useReading'
import { latestWins } from '../lib/latest-wins'
import { useShown } from '../lib/useShown'

/** Minimum time between two requests to a network that is learning. */
const againMs = 100

/** A network's prediction for a drawing. */
export interface DrawingPrediction extends Prediction {
  /** The test image that was read, null for a drawing by hand */
  readonly paperImage: PaperImage | null
}

/**
 * The prediction for the drawing on the paper: requested at once when the drawing changes, and repeatedly while the network learns.
 * The answer of another network, or of a run that has been replaced, is not shown.
 */
export function usePrediction(reading: Reading) {
  const moment = useMoment()
  const shown = useShown()
  const latest = shallowRef<DrawingPrediction | null>(null)
  const prediction = computed(() => {
    const answer = latest.value
    return answer?.source === reading.source && (!answer.at || moment.isOfRun(answer.at.runId)) ? answer : null
  })
  const refused = shallowRef<LabError | null>(null)
  let timer: ReturnType<typeof setTimeout> | undefined

  interface Asked { readonly source: DrawSource, readonly dataset: DatasetInfo, readonly pixels: Float32Array, readonly paperImage: PaperImage | null }
  /** Whether a run on another dataset has begun since: then the drawing is prepared and asked about again */
  const isLate = ({ dataset }: Asked) => dataset.id !== reading.dataset.id
  const predict = latestWins(
    ({ source, pixels }: Asked) => request('draw:predict', { source, pixels }),
    (answer, asked) => {
      if (!reading.pixels || isLate(asked)) return
      refused.value = null
      latest.value = { ...answer, paperImage: asked.paperImage }
    },
    (cause, asked) => {
      if (isLate(asked)) return
      latest.value = null
      const error = ownError(cause)
      // The thread may have begun a run on other images before its state is here.
      if (asked.source !== 'run' || error.code !== 'ipc.schema') refused.value = error
    },
  )
  function ask() {
    const { source, dataset, pixels, paperImage } = reading
    if (!pixels) latest.value = refused.value = null
    else if (moment.ready && shown.value) predict({ source, dataset, pixels, paperImage })
  }
  watch([() => reading.pixels, () => reading.source, shown, () => moment.ready, () => moment.state?.runId], ask, { immediate: true })
  watch(() => moment.step, () => {
    if (reading.source !== 'run' || timer !== undefined) return
    timer = setTimeout(() => { timer = undefined; ask() }, againMs)
  })
  onScopeDispose(() => clearTimeout(timer))
  return { prediction, refused }
}
