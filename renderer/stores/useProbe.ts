import type { ProbeFrame, ProbeQuery } from '@contract'
import type { LabError } from '@core'
import { computed, type ComputedRef, type Ref } from 'vue'
import { request } from '../lib/bridge'
import { useSampled } from '../lib/useSampled'
import { useMoment } from './moment'

/** What a view shows of the moment's step: everything comes from one answer, which names its run and its step. */
export interface Probe {
  /** Null before the first answer of the current run; the latest one until that of another moment is there */
  readonly frame: ComputedRef<ProbeFrame | null>
  /** Error of the latest request */
  readonly refused: Readonly<Ref<LabError | null>>
}

/**
 * Asks about the moment that is shown whenever that or the query changes.
 * @param query null when there is nothing to ask
 * @param everyMs minimum time between two requests
 * @param shown whether the view is visible; left out: the component
 */
export function useProbe(query: () => ProbeQuery | null, everyMs?: () => number, shown?: Readonly<Ref<boolean>>): Probe {
  const moment = useMoment()
  const key = () => moment.state && query() && `${moment.state.runId}:${moment.step}:${moment.state.stages?.done ?? ''}:${JSON.stringify(query())}`
  const { value, refused } = useSampled(key, () => request('run:probe', query()!), everyMs, shown)
  const frame = computed(() => value.value && moment.isOfRun(value.value.runId) ? value.value : null)
  return { frame, refused }
}
