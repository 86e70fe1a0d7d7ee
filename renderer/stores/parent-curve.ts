import { type RunCurves, translate } from '@contract'
import { architectureOn, LabError, type RunConfig, type RunEvent, stateAtStep, withEvents } from '@core'
import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import { request } from '../lib/bridge'
import { locale } from '../lib/i18n'
import { useRun } from './run'

/** Most points of the curve */
const columns = 600

/** The run that the current one was forked from: its loss since then, and what differs in the settings. */
export const useParentCurve = defineStore('parentCurve', () => {
  const run = useRun()
  /** Null: the run is no fork, or its parent is not here any more */
  const parent = shallowRef<RunCurves | null>(null)
  /** Step of the fork; null: the run is no fork */
  const step = computed(() => run.state?.parent?.step ?? null)

  watch(() => run.state?.parent && `${run.state.runId} ${run.state.parent.run}`, async (key) => {
    parent.value = null
    const of = run.state?.parent
    if (!key || !of) return
    const found = await request('runs:curves', { ids: [of.run], columns }).catch((cause: unknown) => {
      if (!(cause instanceof LabError)) throw cause
      return [] // it was deleted, or nothing of it can be read: the fork does not need it
    })
    if (run.state?.parent?.run === of.run) parent.value = found[0] ?? null
  }, { immediate: true })

  /** Means of the loss, and accuracies on the test images, from the fork to the end of the parent; null: nothing to draw */
  const curve = computed(() => {
    if (!parent.value || step.value === null) return null
    const { name, loss: { steps, mean }, evaluations } = parent.value
    const from = step.value
    const accuracy = evaluations.flatMap(({ step: x, test }) => test && x >= from ? [{ x, y: test.accuracy }] : [])
    const points = [...steps].map((x, i) => ({ x, y: mean[i]! })).filter(({ x }) => x >= from)
    return points.length > 1 ? { name: name || translate(locale.value, 'fork.parent'), points, accuracy } : null
  })
  /** What happened at the fork that the parent does not have: changes of the settings, and images that were taught */
  const own = computed((): readonly RunEvent[] => {
    const shared = parent.value?.events.filter(event => event.step <= step.value!).length ?? 0
    return run.state?.events.slice(shared).filter(event => event.step === step.value) ?? []
  })
  /** The settings at the fork, the parent's and the run's own; null while they are not known */
  const settings = computed((): { readonly before: RunConfig, readonly after: RunConfig } | null => {
    if (!parent.value || !run.state || step.value === null) return null
    const at = step.value
    const { config: before } = stateAtStep(parent.value, at)
    return { before, after: withEvents(before, own.value, architectureOn(before.network, parent.value.dataset).input) }
  })

  return { parent, step, curve, own, settings }
})
