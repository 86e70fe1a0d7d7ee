import type { ProbeQuery } from '@contract'
import { ref, watch } from 'vue'
import { request } from '../../lib/bridge'
import { useMoment } from '../../stores/moment'
import { useNotices } from '../../stores/notices'

/** Time between two answers while a view is open, in milliseconds */
const everyMs = 100

/**
 * What a view would cost while it is open: two answers are tried, of which the quicker one counts, because the first one is compiled.
 * @param query null: nothing is tried
 */
export function useTrialPrice(query: () => ProbeQuery | null) {
  const moment = useMoment()
  const { attempt } = useNotices()
  /** Share of the training thread's time, 0 to 1; null: not measured yet */
  const share = ref<number | null>(null)
  const key = () => moment.step > 0 && query() !== null ? `${moment.state?.runId} ${JSON.stringify(query())}` : null
  watch(key, async (asked) => {
    share.value = null
    const tried = query()
    if (asked === null || tried === null) return
    const times: number[] = []
    for (let i = 0; i < 2; i++) {
      const answer = await attempt(() => request('run:probe', tried))
      if (asked !== key()) return
      if (answer) times.push(answer.price.ms)
    }
    if (times.length > 0) share.value = Math.min(...times) / everyMs
  }, { immediate: true })
  return { share }
}
