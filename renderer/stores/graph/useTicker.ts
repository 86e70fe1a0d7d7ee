import { onScopeDispose, type Ref, ref, watch } from 'vue'

/**
 * A beat that does not drift: late by a little once, it is on time again at the next.
 * @param work done at each beat; false ends it
 * @param msPerBeat may change while it runs
 */
export function useTicker(work: () => boolean, msPerBeat: () => number): { readonly running: Readonly<Ref<boolean>>, start: () => void, stop: () => void } {
  const running = ref(false)
  let timer: ReturnType<typeof setTimeout> | undefined
  let last = 0

  function schedule() {
    clearTimeout(timer)
    timer = setTimeout(beat, Math.max(0, last + msPerBeat() - performance.now()))
  }
  function beat() {
    const now = performance.now()
    const due = last + msPerBeat()
    last = now - due < msPerBeat() ? due : now // after a pause of the whole window nothing is caught up
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
  watch(msPerBeat, () => { if (running.value) schedule() }, { flush: 'sync' })
  onScopeDispose(stop)
  return { running, start, stop }
}
