import { defineStore } from 'pinia'
import { markRaw } from 'vue'
import { createAxisWindow } from '../lib/axis-window'
import { useRun } from './run'

/** The steps that the charts of the run show together, and the step that is read in them. */
export const useTimeline = defineStore('timeline', () => {
  const run = useRun()
  const axis = createAxisWindow(() => ({ from: run.firstStep, to: Math.max(run.step, run.firstStep + 1) }), () => run.state?.runId)
  return { axis: markRaw(axis) }
})
