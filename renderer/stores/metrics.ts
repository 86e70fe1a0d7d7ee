import type { MetricsFrame } from '@contract'
import { Curves, type CurvesState, type EvaluationPoint } from '@core'
import { defineStore } from 'pinia'
import { markRaw, ref, shallowRef } from 'vue'
import { drawnVersion } from '../lib/drawn-version'

/** Loss and accuracy of the current run. The numbers are in plain memory; Vue watches only `version` and `drawn`. */
export const useMetrics = defineStore('metrics', () => {
  const curves = markRaw(new Curves())
  const loss = markRaw(curves.loss)
  const evaluations = shallowRef<readonly EvaluationPoint[]>([])
  const samplesPerSecond = ref(0)
  const latestLoss = ref<number | null>(null)
  const { version, drawn, changed: redraw } = drawnVersion()
  let runId = -1

  function changed() {
    evaluations.value = curves.evaluations
    latestLoss.value = curves.latestLoss
    redraw()
  }

  function reset(id: number) {
    runId = id
    curves.clear()
    samplesPerSecond.value = 0
    changed()
  }

  function take(frame: MetricsFrame) {
    if (frame.runId !== runId) return
    frame.losses.forEach((value, i) => curves.takeLoss(frame.firstStep + i, value))
    for (const evaluation of frame.evaluations) curves.takeEvaluation(evaluation)
    samplesPerSecond.value = frame.samplesPerSecond
    changed()
  }

  /** The steps after this one were undone. */
  function undoAfter(step: number) {
    curves.undoAfter(step)
    changed()
  }

  /** The curves so far, to be taken over again by `restore`. */
  const read = () => curves.read()

  /** After a reload of the window, or when a run is opened again: takes over its curves. */
  function restore(id: number, history: CurvesState) {
    runId = id
    samplesPerSecond.value = 0
    curves.restore(history)
    changed()
  }

  return { loss, evaluations, samplesPerSecond, latestLoss, version, drawn, reset, take, undoAfter, read, restore }
})
