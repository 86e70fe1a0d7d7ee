import { onScopeDispose, watch } from 'vue'
import { useShown } from './useShown'

/**
 * Redraws in an animation frame after a change, but never while the view is not visible.
 * @param watched what the drawing depends on
 * @param everyMs minimum time between two drawings
 */
export function useRedraw(watched: () => unknown, draw: () => void, everyMs = 100): void {
  const shown = useShown()
  let frame = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  let drawnAt = -Infinity
  let stale = true

  function run() {
    frame = 0
    if (!shown.value) return
    stale = false
    drawnAt = performance.now()
    draw()
  }
  function schedule() {
    if (!stale || !shown.value || frame || timer !== undefined) return
    const wait = everyMs - (performance.now() - drawnAt)
    if (wait <= 0) frame = requestAnimationFrame(run)
    else timer = setTimeout(() => { timer = undefined; frame = requestAnimationFrame(run) }, wait)
  }
  watch(watched, () => { stale = true; schedule() }, { flush: 'post' })
  watch(shown, schedule, { flush: 'post', immediate: true })
  onScopeDispose(() => { cancelAnimationFrame(frame); clearTimeout(timer) })
}
