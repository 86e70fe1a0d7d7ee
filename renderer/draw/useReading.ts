import type { DrawSource, Prediction } from '@contract'
import { type LabError, ownError } from '@core'
import { onScopeDispose, shallowRef, watch } from 'vue'
import { request } from '../lib/bridge'
import { useRun } from '../stores/run'
import { latestWins } from '../lib/latest'
import { useShown } from '../lib/useShown'

/** Minimum time between two requests to a network that is learning. */
const againMs = 100

/**
 * What a network reads in a drawing: requested at once when the drawing changes, and repeatedly while the network
 * learns.
 * @param pixels 28×28, null while there is nothing to read
 */
export function useReading(pixels: () => Float32Array | null, source: () => DrawSource) {
  const run = useRun()
  const shown = useShown()
  const prediction = shallowRef<Prediction | null>(null)
  const refused = shallowRef<LabError | null>(null)
  let timer: ReturnType<typeof setTimeout> | undefined

  const read = latestWins(
    (arg: { source: DrawSource, pixels: Float32Array }) => request('draw:predict', arg),
    (answer, { source: asked }) => {
      if (!pixels() || asked !== source()) return
      refused.value = null
      prediction.value = answer
    },
    (cause) => {
      refused.value = ownError(cause)
      prediction.value = null
    },
  )
  function ask() {
    const now = pixels()
    if (!now) prediction.value = refused.value = null
    else if (run.ready && shown.value) read({ source: source(), pixels: now })
  }
  watch([pixels, source, shown, () => run.ready, () => run.state?.runId], ask, { immediate: true })
  watch(() => run.step, () => {
    if (source() !== 'run' || timer !== undefined) return
    timer = setTimeout(() => { timer = undefined; ask() }, againMs)
  })
  onScopeDispose(() => clearTimeout(timer))
  return { prediction, refused }
}
