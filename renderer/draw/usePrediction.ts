import type { DrawSource, Prediction } from '@contract'
import { type LabError, ownError } from '@core'
import { computed, onScopeDispose, shallowRef, watch } from 'vue'
import { request } from '../lib/bridge'
import { useRun } from '../stores/run'
import { useSketch } from '../stores/sketch/sketch'
import { latestWins } from '../lib/latest-wins'
import { useShown } from '../lib/useShown'

/** Minimum time between two requests to a network that is learning. */
const againMs = 100

/** A network's prediction for a drawing. */
export interface DrawingPrediction extends Prediction {
  /** The test image whose digit is predicted, null for a drawing by hand */
  readonly testDigit: ReturnType<typeof useSketch>['testDigit']
}

/**
 * The prediction for the drawing on the paper: requested at once when the drawing changes, and repeatedly while the network learns.
 * The answer of another network, or of a run that has been replaced, is not shown.
 */
export function usePrediction(source: () => DrawSource) {
  const run = useRun()
  const sketch = useSketch()
  const shown = useShown()
  const latest = shallowRef<DrawingPrediction | null>(null)
  const prediction = computed(() => {
    const answer = latest.value
    return answer?.source === source() && (!answer.at || answer.at.runId === run.state?.runId) ? answer : null
  })
  const refused = shallowRef<LabError | null>(null)
  let timer: ReturnType<typeof setTimeout> | undefined

  const predict = latestWins(
    ({ source, pixels }: { source: DrawSource, pixels: Float32Array, testDigit: DrawingPrediction['testDigit'] }) => request('draw:predict', { source, pixels }),
    (answer, { testDigit }) => {
      if (!sketch.pixels) return
      refused.value = null
      latest.value = { ...answer, testDigit }
    },
    (cause) => {
      refused.value = ownError(cause)
      latest.value = null
    },
  )
  function ask() {
    const { pixels, testDigit } = sketch
    if (!pixels) latest.value = refused.value = null
    else if (run.ready && shown.value) predict({ source: source(), pixels, testDigit })
  }
  watch([() => sketch.pixels, source, shown, () => run.ready, () => run.state?.runId], ask, { immediate: true })
  watch(() => run.step, () => {
    if (source() !== 'run' || timer !== undefined) return
    timer = setTimeout(() => { timer = undefined; ask() }, againMs)
  })
  onScopeDispose(() => clearTimeout(timer))
  return { prediction, refused }
}
