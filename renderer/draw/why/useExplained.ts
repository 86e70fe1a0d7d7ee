import { onScopeDispose, type ShallowRef, shallowRef, watch } from 'vue'
import { useShown } from '../../lib/useShown'
import { type DrawNetwork, isReadHere } from '../../stores/sketch/networks'

/** A large network is explained when the drawing has rested for this long. */
const pauseMs = 300

/** What is explained, and how: the network reads the image before `explain` is called. */
export interface Explaining {
  readonly network: DrawNetwork
  readonly pixels: Float32Array
}

/** The network and what it reads; null until both are there and fit each other. */
export const explaining = (network: DrawNetwork | null, pixels: Float32Array | null): Explaining | null =>
  network && pixels?.length === network.model.input.value.columns ? { network, pixels } : null

/**
 * Explains the drawing whenever it, the network or the question changes: at most once in a frame, of a large network only when the
 * drawing rests, since one backpropagation takes 2.7 ns for each parameter, 55 ms for 20 million. Nothing is computed while the view is not visible.
 * @param given null: there is nothing to explain
 * @param asked what else the explanation depends on
 */
export function useExplained<T>(given: () => Explaining | null, asked: () => unknown, explain: (given: Explaining) => T): { readonly found: Readonly<ShallowRef<T | null>>, readonly busy: Readonly<ShallowRef<boolean>> } {
  const shown = useShown()
  const found = shallowRef<T | null>(null)
  const busy = shallowRef(false)
  let frame = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  function end() {
    cancelAnimationFrame(frame)
    clearTimeout(timer)
    frame = 0
    timer = undefined
    busy.value = false
  }
  function work() {
    end()
    const now = given()
    found.value = now && explain(now)
  }
  function schedule() {
    const now = given()
    if (!now) {
      end()
      found.value = null
      return
    }
    if (!shown.value) return
    if (!isReadHere(now.network.model.architecture)) {
      end()
      busy.value = true
      timer = setTimeout(work, pauseMs)
    }
    else if (!frame) frame = requestAnimationFrame(work)
  }
  watch([() => given()?.network, () => given()?.pixels, asked, shown], schedule, { flush: 'post', immediate: true })
  onScopeDispose(end)
  return { found, busy }
}
