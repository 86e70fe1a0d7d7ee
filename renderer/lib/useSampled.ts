import { type LabError, ownError } from '@core'
import { onScopeDispose, type Ref, type ShallowRef, shallowRef, watch } from 'vue'
import { useShown } from './useShown'

export interface Sampled<T> {
  readonly value: Readonly<ShallowRef<T | null>>
  /** Error of the latest request */
  readonly refused: Readonly<ShallowRef<LabError | null>>
}

/**
 * Samples something that changes constantly: requests it again when `key` changes, at most every `everyMs`, one request
 * at a time, and only while the view is visible.
 * @param key what the answer depends on, given the latest answer; null when there is nothing to request
 * @param shown whether the view is visible; left out: the component
 */
export function useSampled<T>(key: (latest: T | null) => string | null, ask: (latest: T | null) => Promise<T>, everyMs: () => number = () => 100, shown: Readonly<Ref<boolean>> = useShown()): Sampled<T> {
  const value = shallowRef<T | null>(null)
  const refused = shallowRef<LabError | null>(null)
  let answered: string | null = null
  let waiting = false
  let timer: ReturnType<typeof setTimeout> | undefined
  let askedAt = -Infinity

  async function question() {
    timer = undefined
    const wanted = key(value.value)
    if (!shown.value || wanted === null) return
    waiting = true
    askedAt = performance.now()
    try {
      value.value = await ask(value.value)
      refused.value = null
    }
    catch (cause) {
      refused.value = ownError(cause)
    }
    finally {
      answered = wanted
      waiting = false
      schedule()
    }
  }
  function schedule() {
    const wanted = key(value.value)
    if (wanted === null) { value.value = null; answered = null; return }
    if (wanted === answered || waiting || timer !== undefined || !shown.value) return
    timer = setTimeout(() => void question(), Math.max(0, everyMs() - (performance.now() - askedAt)))
  }
  watch([() => key(value.value), shown], schedule, { immediate: true })
  onScopeDispose(() => clearTimeout(timer))
  return { value, refused }
}
