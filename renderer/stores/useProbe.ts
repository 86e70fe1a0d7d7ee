import type { ProbeFrame, ProbeQuery } from '@contract'
import type { LabError } from '@core'
import { computed, type ComputedRef, type Ref } from 'vue'
import { request } from '../lib/bridge'
import { useSampled } from '../lib/useSampled'
import { useRun } from './run'

/** What a view shows of the run's step: everything comes from one answer, which names its run and its step. */
export interface Probe {
  /** Null before the first answer, and until an answer of the current run is there */
  readonly frame: ComputedRef<ProbeFrame | null>
  /** Error of the latest request */
  readonly refused: Readonly<Ref<LabError | null>>
}

/**
 * Asks about the current run whenever it has learned or the query changes.
 * @param query null when there is nothing to ask
 * @param everyMs minimum time between two requests
 */
export function useProbe(query: () => ProbeQuery | null, everyMs?: () => number): Probe {
  const run = useRun()
  const key = () => run.state && query() && `${run.state.runId}:${run.step}:${JSON.stringify(query())}`
  const { value, refused } = useSampled(key, () => request('run:probe', query()!), everyMs)
  const frame = computed(() => value.value?.runId === run.state?.runId ? value.value : null)
  return { frame, refused }
}
