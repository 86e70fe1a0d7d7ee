import { onScopeDispose, ref } from 'vue'

/** Minimum time between two drawings of the charts */
const drawMs = 100

/** Counts what is new in numbers that are in plain memory, and follows that at a pace at which charts can be drawn. */
export function drawnVersion() {
  /** Increases whenever there is something new */
  const version = ref(0)
  /** Follows `version` at most ten times per second, so that all charts draw the same steps in the same frame */
  const drawn = ref(0)
  let drawnAt = -Infinity
  let timer: ReturnType<typeof setTimeout> | undefined
  onScopeDispose(() => clearTimeout(timer))

  function draw() {
    timer = undefined
    drawnAt = performance.now()
    drawn.value = version.value
  }
  function changed() {
    version.value++
    timer ??= setTimeout(draw, Math.max(0, drawMs - (performance.now() - drawnAt)))
  }
  return { version, drawn, changed }
}
