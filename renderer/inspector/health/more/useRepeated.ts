import type { ProbePrice } from '@contract'
import { computed, ref, shallowRef, watch } from 'vue'
import { useSampled } from '../../../lib/useSampled'
import { useMoment } from '../../../stores/moment'

/** Time between two measurements while one is on: the price is small, and a person has the time to read the numbers. */
const everyMs = 1000
/** Answers to views take at most this share of the training thread's time. @source electron/worker/probe-budget.ts */
const mostShare = 0.05

/** Measurements whose shortest time is the price: other programs interrupt the longer ones. */
const recent = 5

interface Measured { readonly runId: number, readonly step: number, readonly price: ProbePrice }

/**
 * A measurement of the step that is shown, off until somebody wants it: then once a second while steps change. A trial before it says
 * what it costs.
 */
export function useRepeated<T extends Measured>(ask: () => Promise<T>) {
  const moment = useMoment()
  const isOn = ref(false)
  const place = () => `${moment.state?.runId}:${moment.step}`
  const { value, refused: failed } = useSampled<T>(() => moment.state && isOn.value ? place() : null, ask, () => everyMs)
  /** Once for each run; where there is nothing to measure yet, again at another step */
  const { value: trial, refused: unpriced } = useSampled<T>(latest => !moment.state || isOn.value ? null : latest?.runId === moment.state.runId ? String(latest.runId) : place(), async latest => latest && latest.runId === moment.state?.runId ? latest : await ask(), () => everyMs)
  const frame = computed(() => value.value && moment.isOfRun(value.value.runId) ? value.value : null)
  const costs = shallowRef<readonly number[]>([])
  watch([frame, trial], ([now, tried]) => {
    const latest = now ?? tried
    if (latest) costs.value = [...costs.value, latest.price.ms].slice(-recent)
  })
  /** What one measurement takes, without what interrupted it; null: not known */
  const ms = computed(() => costs.value.length === 0 ? null : Math.min(...costs.value))
  const share = computed(() => ms.value === null ? null : Math.min(mostShare, ms.value / everyMs))
  const refused = computed(() => isOn.value ? failed.value : trial.value ? null : unpriced.value)
  return { isOn, frame, ms, share, refused }
}
