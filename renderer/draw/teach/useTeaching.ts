import type { TaughtFrame, VisitProgress } from '@contract'
import { type LabError, ownError } from '@core'
import { onScopeDispose, ref, shallowRef } from 'vue'
import { listen, request } from '../../lib/bridge'
import { useRuns } from '../../stores/runs'

/** An image, its class, and the dataset that it is prepared for. */
export interface Lesson {
  readonly pixels: Float32Array
  readonly label: number
  readonly dataset: string
}

/** Teaches copies of the run, and keeps one that is wanted. */
export function useTeaching() {
  const runs = useRuns()
  const frame = shallowRef<TaughtFrame | null>(null)
  /** Updates behind the frame */
  const taught = ref(0)
  const doing = ref<'learn' | 'keep' | null>(null)
  const progress = shallowRef<VisitProgress | null>(null)
  const error = shallowRef<LabError | null>(null)
  /** Id of the run that was kept */
  const kept = ref<string | null>(null)
  let wish = 0
  onScopeDispose(listen('past:progress', (next) => { if (doing.value) progress.value = next }))

  /** Does one thing at a time; what a newer wish has ended says nothing. */
  async function work<T>(what: 'learn' | 'keep', ask: () => Promise<T>, take: (answer: T) => void) {
    const mine = ++wish
    doing.value = what
    error.value = null
    try {
      const answer = await ask()
      if (mine === wish) take(answer)
    }
    catch (cause) {
      const found = ownError(cause)
      if (mine === wish) error.value = found
    }
    finally {
      if (mine === wish) doing.value = progress.value = null
    }
  }

  /** Teaches so many times; after another time, so many times more, from the same step of the run. */
  function learn(lesson: Lesson, times: number) {
    const before = frame.value
    const all = before ? taught.value + times : times
    return work('learn', () => request('teach:try', { ...lesson, times: all, ...before && { step: before.step } }), (answer) => {
      frame.value = answer
      taught.value = all
      kept.value = null
    })
  }
  function keep({ pixels, label }: Lesson) {
    const { value: from } = frame
    if (!from) return
    return work('keep', () => request('teach:keep', { pixels, label, times: taught.value, run: from.run, runId: from.runId, step: from.step }), ({ id }) => {
      kept.value = id
      if (runs.loaded) void runs.refresh()
    })
  }
  function cancel() {
    if (doing.value !== 'learn') return
    wish++
    doing.value = progress.value = null
    void request('teach:cancel').catch(() => undefined) // its thread has ended, and with it the work
  }
  /** Drops what was taught: nothing is held of it. */
  function drop() {
    cancel()
    frame.value = error.value = kept.value = null
    taught.value = 0
  }
  onScopeDispose(drop)

  return { frame, taught, doing, progress, error, kept, learn, keep, cancel, drop }
}
