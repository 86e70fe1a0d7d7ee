import type { ProbeQuery } from '@contract'
import { computed } from 'vue'
import { request } from '../../lib/bridge'
import { useSampled } from '../../lib/useSampled'
import { useMoment } from '../../stores/moment'

/** Time between two answers while a view is open, in milliseconds */
const everyMs = 100

/** What a view would cost while it is open: one answer is tried and measured. @param query null: nothing is tried */
export function useTrialPrice(query: () => ProbeQuery | null) {
  const moment = useMoment()
  const key = () => {
    const asked = query()
    return asked && moment.state && moment.step > 0 ? `${moment.state.runId} ${JSON.stringify(asked)}` : null
  }
  const { value } = useSampled(key, () => request('run:probe', query()!))
  /** Share of the training thread's time, 0 to 1; null: not measured yet */
  const share = computed(() => value.value && value.value.price.ms / everyMs)
  return { share }
}
