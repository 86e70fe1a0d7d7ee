import { maxLosses, Series, type SeriesBucket, type StepRange } from '@core'
import { computed, shallowRef, watch } from 'vue'
import { request } from '../../lib/bridge'
import { latestWins } from '../../lib/latest-wins'
import { useMetrics } from '../../stores/metrics'
import { useRun } from '../../stores/run'
import type { HealthAxis } from './useHealthAxis'

interface Exact extends StepRange { readonly runId: number, readonly buckets: readonly SeriesBucket[] }

/** Steps at the left end of a logarithmic axis of which single losses are asked for */
const earlySteps = 2047

/** Losses for a small curve, as they were when the figures were last drawn: those that the window keeps, and single ones where the axis is wide, which main has recorded. */
export function useLossBuckets(shared: Pick<HealthAxis, 'axis' | 'latest'>) {
  const metrics = useMetrics()
  const run = useRun()
  const exact = shallowRef<Exact | null>(null)

  /** The steps of which the window's own curve does not have a loss for each pixel; null: it has. */
  const wanted = computed((): StepRange & { readonly runId: number } | null => {
    const { scale, from, to, width } = shared.axis
    const { perBucket } = metrics.loss
    const { runId } = run.state ?? {}
    if (perBucket === 1 || runId === undefined) return null
    if (scale === 'logarithmic') return { runId, from, to: Math.min(to, from + earlySteps) }
    return (to - from) / perBucket < 2 * width ? { runId, from, to } : null
  })
  const ask = latestWins(
    ({ from, to }: StepRange & { runId: number }) => request('runs:losses', { from, to }),
    (state, { runId, from, to }) => {
      if (!state) return
      const series = new Series(maxLosses)
      series.restore(state)
      exact.value = { runId, from, to, buckets: series.buckets() }
    },
    () => undefined, // the window's own curve is drawn
  )
  watch(() => wanted.value && `${wanted.value.runId} ${wanted.value.from} ${wanted.value.to}`, () => { if (wanted.value) ask(wanted.value) }, { immediate: true })

  return computed((): readonly SeriesBucket[] => {
    const kept = shared.latest.step >= 0 ? metrics.loss.buckets() : []
    const { value: known } = exact
    if (!known || !wanted.value || known.runId !== run.state?.runId) return kept
    const inside = known.buckets.filter(({ lastStep }) => lastStep >= known.from && lastStep <= known.to)
    return [...kept.filter(({ lastStep }) => lastStep < known.from), ...inside, ...kept.filter(({ lastStep, count }) => lastStep - count >= known.to)]
  })
}
