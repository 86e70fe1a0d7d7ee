import { type Evaluation, type MetricsFrame, type RunHistory } from '@contract'
import { defineStore } from 'pinia'
import { markRaw, ref, shallowRef } from 'vue'
import { Series } from './series'

const maxEvaluations = 1024
/** Every second one when there are too many: of a long run both ends are to be seen. */
const halved = (all: readonly Evaluation[]): readonly Evaluation[] => all.length > maxEvaluations ? all.filter((_, i) => (all.length - i) % 2 === 1) : all

/** Loss and accuracy of the run at work. Plain memory; Vue only watches `version`. */
export const useMetrics = defineStore('metrics', () => {
  const loss = markRaw(new Series(4096))
  const evaluations = shallowRef<readonly Evaluation[]>([])
  const samplesPerSecond = ref(0)
  const latestLoss = ref<number | null>(null)
  /** Counts up whenever there is something new to draw */
  const version = ref(0)
  let runId = -1

  function reset(id: number) {
    runId = id
    loss.clear()
    evaluations.value = []
    samplesPerSecond.value = 0
    latestLoss.value = null
    version.value++
  }

  function take(frame: MetricsFrame) {
    if (frame.runId !== runId) return
    frame.losses.forEach((value, i) => loss.push(frame.firstStep + i, value))
    if (frame.evaluations.length) evaluations.value = halved([...evaluations.value, ...frame.evaluations])
    latestLoss.value = frame.losses.at(-1) ?? latestLoss.value
    samplesPerSecond.value = frame.samplesPerSecond
    version.value++
  }

  /** After a reload of the window: the run so far. */
  function restore(history: RunHistory) {
    reset(history.runId)
    history.losses.forEach((value, i) => loss.push(history.steps[i]!, value))
    evaluations.value = history.evaluations
    latestLoss.value = history.losses.at(-1) ?? null
    version.value++
  }

  return { loss, evaluations, samplesPerSecond, latestLoss, version, reset, take, restore }
})
