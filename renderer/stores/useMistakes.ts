import type { MistakesFrame, MistakesQuery } from '@contract'
import type { LabError } from '@core'
import { computed, type ComputedRef, onScopeDispose, type Ref, ref, watch } from 'vue'
import { request } from '../lib/bridge'
import { useSampled } from '../lib/useSampled'
import { useRun } from './run'

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

/** Asks for the answers of the latest evaluation: at once when the query changes or the run pauses, else after each evaluation. */
export function useMistakes(query: () => MistakesQuery): MistakesSource {
  const run = useRun()
  const evaluated = computed(() => `${run.state?.evaluation?.step}:${run.state?.evaluation?.test.images}`)
  const renewed = ref(evaluated.value)
  let timer: ReturnType<typeof setTimeout> | undefined
  const renew = () => {
    timer = undefined
    renewed.value = evaluated.value
  }
  watch([evaluated, () => run.running], ([, running]) => {
    if (running) timer ??= setTimeout(renew, renewMs)
    else renew()
  }, { flush: 'sync' })
  onScopeDispose(() => clearTimeout(timer))

  const key = () => run.state && run.ready ? `${run.state.runId}:${run.running}:${renewed.value}:${JSON.stringify(query())}` : null
  const { value, refused } = useSampled(key, async () => {
    const asked = query()
    return { query: asked, frame: await request('run:mistakes', asked), runId: run.state?.runId }
  })
  const answered = computed(() => value.value && (value.value.frame?.runId ?? value.value.runId) === run.state?.runId ? value.value : null)
  return { answered, refused }
}
