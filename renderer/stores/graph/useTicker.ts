import { onScopeDispose, type Ref, ref, watch } from 'vue'

/**
 * A timer that does not drift: after a late tick the next one is on time again.
 * @param work called at each tick; false stops the timer
 * @param msPerTick interval; may change while it runs
 */
export function useTicker(work: () => boolean, msPerTick: () => number): { readonly running: Readonly<Ref<boolean>>, start: () => void, stop: () => void } {
  const running = ref(false)
  let timer: ReturnType<typeof setTimeout> | undefined
  let last = 0

  function schedule() {
    clearTimeout(timer)
    timer = setTimeout(tick, Math.max(0, last + msPerTick() - performance.now()))
  }
  function tick() {
    const now = performance.now()
    const due = last + msPerTick()
    last = now - due < msPerTick() ? due : now // after a suspension of the window, missed ticks are skipped
    if (work()) schedule()
    else stop()
  }
  function start() {
    if (running.value) return
    running.value = true
    last = performance.now()
    schedule()
  }
  function stop() {
    clearTimeout(timer)
    running.value = false
  }
  watch(msPerTick, () => { if (running.value) schedule() }, { flush: 'sync' })
  onScopeDispose(stop)
  return { running, start, stop }
}
