import type { RunState } from '@contract'
import type { Architecture } from '@core'
import { defineStore } from 'pinia'
import { computed } from 'vue'
import { usePast } from './past'
import { useRun } from './run'

/** The moment of the run that all views show: the present, or one of the past while that is visited. */
export const useMoment = defineStore('moment', () => {
  const run = useRun()
  const past = usePast()
  const shown = computed(() => past.moment?.state ?? null)
  const state = computed((): RunState | null => shown.value ?? run.state)
  const step = computed(() => shown.value?.step ?? run.step)
  const epoch = computed(() => shown.value?.epoch ?? run.epoch)
  const stepInEpoch = computed(() => shown.value?.stepInEpoch ?? run.stepInEpoch)
  const architecture = computed((): Architecture | null => state.value && { input: state.value.input, ...state.value.config.network })
  const isPast = computed(() => shown.value !== null)
  const ready = computed(() => run.ready)
  /** Whether it changes by itself */
  const running = computed(() => run.running && !isPast.value)
  return { state, step, epoch, stepInEpoch, architecture, isPast, ready, running, isOfRun: past.isOfRun }
})
