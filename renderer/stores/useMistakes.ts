import type { MistakesFrame, MistakesQuery } from '@contract'
import type { LabError } from '@core'
import { computed, type ComputedRef, onScopeDispose, type Ref, ref, watch } from 'vue'
import { request } from '../lib/bridge'
import { useSampled } from '../lib/useSampled'
import { useMoment } from './moment'

/** While the run learns, the answers are renewed at most this often, so that they can be read. */
const renewMs = 1000

/** Answers of one evaluation, and the question that they belong to. */
export interface Answered {
  readonly query: MistakesQuery
  /** Null when the split has no images */
  readonly frame: MistakesFrame | null
}
export interface MistakesSource {
  /** Null before the first answer of the current run */
  readonly answered: ComputedRef<Answered | null>
  /** Error of the latest request */
  readonly refused: Readonly<Ref<LabError | null>>
}

/**
 * Asks for the answers of the latest evaluation: at once when the query changes or the run pauses, else after each evaluation.
 * @param query given the latest answers of the current run
 */
export function useMistakes(query: (latest: Answered | null) => MistakesQuery): MistakesSource {
  const moment = useMoment()
  const evaluated = computed(() => `${moment.state?.evaluation?.step}:${moment.state?.evaluation?.test.images}`)
  const renewed = ref(evaluated.value)
  let timer: ReturnType<typeof setTimeout> | undefined
  const renew = () => {
    timer = undefined
    renewed.value = evaluated.value
  }
  watch([evaluated, () => moment.running], ([, running]) => {
    if (running) timer ??= setTimeout(renew, renewMs)
    else renew()
  }, { flush: 'sync' })
  onScopeDispose(() => clearTimeout(timer))

  type Dated = Answered & { readonly runId: number | undefined }
  const ofThisRun = (latest: Dated | null) => latest && moment.isOfRun(latest.frame?.runId ?? latest.runId ?? -1) ? latest : null
  const key = (latest: Dated | null) => moment.state && moment.ready ? `${moment.state.runId}:${moment.running}:${renewed.value}:${JSON.stringify(query(ofThisRun(latest)))}` : null
  const { value, refused } = useSampled<Dated>(key, async (latest) => {
    const asked = query(ofThisRun(latest))
    return { query: asked, frame: await request('run:mistakes', asked), runId: moment.state?.runId }
  })
  const answered = computed(() => ofThisRun(value.value))
  return { answered, refused }
}
