import { defineStore } from 'pinia'
import { computed } from 'vue'
import { useMoment } from './moment'
import { usePast } from './past'
import { useRun } from './run'
import { useSettings } from './settings'

/** Slow motion, the pace of one layer at a press: in the run itself, or in the moment of its past that is shown. */
export const useSlowMotion = defineStore('slowMotion', () => {
  const run = useRun()
  const past = usePast()
  const moment = useMoment()
  const settings = useSettings()

  const isOn = computed(() => settings.settings.pace === 'layer')
  /** How far the step has come; null: none was computed layer by layer */
  const progress = computed(() => moment.state?.stages ?? null)
  const hasBegun = computed(() => progress.value !== null && progress.value.done < progress.value.of)
  /** The step that the next layer belongs to */
  const step = computed(() => moment.step + 1)
  /** The moment that is shown has caught up with the run: nothing follows it. */
  const pastEnds = computed(() => moment.isPast && !hasBegun.value && moment.step >= run.step)
  const canPress = computed(() => run.canRun && !moment.running && !pastEnds.value && past.wanted === null)
  const canFinish = computed(() => canPress.value && hasBegun.value)

  const advance = (unit: 'layer' | 'step') => moment.isPast ? past.advance(unit) : run.advance(unit)
  /** Computes the next layer, or the update of the next parameter. */
  const press = () => advance('layer')
  /** Computes the rest of the step. */
  const finish = () => advance('step')
  return { isOn, progress, hasBegun, step, pastEnds, canPress, canFinish, press, finish }
})
