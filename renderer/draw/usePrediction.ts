import type { DrawSource } from '@contract'
import { type DatasetInfo, type LabError, ownError } from '@core'
import { computed, onScopeDispose, shallowRef, watch } from 'vue'
import { request } from '../lib/bridge'
import { latestWins } from '../lib/latest-wins'
import { useShown } from '../lib/useShown'
import { useMoment } from '../stores/moment'
import { isKept, isReadHere, useNetworks } from '../stores/sketch/networks'
import type { PaperImage } from '../stores/sketch/strokes'
import type { Reading } from '../stores/sketch/useReading'
import { type Answer, predictWith } from './predict'
import { useComparison } from './useComparison'

/** The weights of a network that is learning are at most this old; they are asked for no more often. */
const againMs = 100

/** A network's prediction for a drawing. */
export interface DrawingPrediction extends Answer {
  /** The test image that was read, null for a drawing by hand */
  readonly paperImage: PaperImage | null
}

/**
 * The prediction for the drawing on the paper, and the network that makes it. The weights are copied to the window, again and
 * again while the network learns, so that the answer is there in the frame of the ink. A large network answers in its thread.
 * The answer of another network, or of a run that has been replaced, is not shown.
 * @param explains whether the weights of a large network are needed, too, once it rests
 */
export function usePrediction(reading: Reading, explains: () => boolean = () => false) {
  const moment = useMoment()
  const networks = useNetworks()
  const shown = useShown()
  useComparison(reading)
  const refused = shallowRef<LabError | null>(null)
  const isOfRun = ({ at }: Pick<Answer, 'at'>) => !at || moment.isOfRun(at.runId)

  const isLarge = computed(() => reading.source === 'run' && moment.architecture !== null && !isReadHere(moment.architecture))
  /** The network that reads, in the window; null: its weights are not here, or a large one has learned since they were copied */
  const network = computed(() => {
    const held = networks.networkOf(reading.source)
    return held && (isKept(held.source) || isOfRun(held)) && !(isLarge.value && held.at?.step !== moment.step) ? held : null
  })

  const here = computed<DrawingPrediction | null>(() => {
    const { pixels, paperImage } = reading
    const answer = pixels && network.value && !isLarge.value ? predictWith(network.value, pixels) : null
    return answer && { ...answer, paperImage }
  })
  const there = shallowRef<DrawingPrediction | null>(null)
  const prediction = computed(() => {
    const answer = isLarge.value ? there.value : here.value
    return answer?.source === reading.source && (isKept(answer.source) || isOfRun(answer)) ? answer : null
  })

  interface Asked { readonly source: DrawSource, readonly dataset: DatasetInfo, readonly pixels: Float32Array, readonly paperImage: PaperImage | null }
  /** Whether a run on another dataset has begun since: then the drawing is prepared and asked about again */
  const isLate = ({ source, dataset }: Pick<Asked, 'source' | 'dataset'>) => source !== reading.source || dataset.id !== reading.dataset.id
  function refuse(cause: unknown, asked: Pick<Asked, 'source' | 'dataset'>) {
    if (isLate(asked)) return
    there.value = null
    const error = ownError(cause)
    // The thread may have begun a run on other images before its state is here.
    if (asked.source !== 'run' || error.code !== 'ipc.schema') refused.value = error
  }
  const askThread = latestWins(({ source, pixels }: Asked) => request('draw:predict', { source, pixels }), (answer, asked) => {
    if (!reading.pixels || isLate(asked)) return
    refused.value = null
    there.value = { ...answer, paperImage: asked.paperImage }
  }, refuse)
  const copy = latestWins(({ source }: Pick<Asked, 'source' | 'dataset'>) => networks.copy(source), () => { refused.value = null }, refuse)

  let timer: ReturnType<typeof setTimeout> | undefined
  function ask() {
    clearTimeout(timer)
    timer = undefined
    const { source, dataset, pixels, paperImage } = reading
    if (!pixels) there.value = refused.value = null
    if (!moment.ready || !shown.value || isKept(source)) return
    const isWanted = !isLarge.value || (explains() && !moment.running && !network.value)
    if (isWanted && (source === 'run' || !network.value)) copy({ source, dataset })
    if (isLarge.value && pixels) askThread({ source, dataset, pixels, paperImage })
  }
  watch([() => reading.source, shown, () => moment.ready, () => moment.state?.runId, isLarge, explains, () => moment.running], ask, { immediate: true })
  watch(() => reading.pixels, () => { if (isLarge.value || !reading.pixels || refused.value) ask() })
  watch(() => moment.step, () => {
    if (reading.source === 'run') timer ??= setTimeout(ask, againMs)
  })
  onScopeDispose(() => clearTimeout(timer))
  return { prediction, refused, network }
}
