import { computed, onScopeDispose, ref } from 'vue'
import { usePast } from '../stores/past'
import { useRun } from '../stores/run'

/** After the last key, the moment counts as visited */
const restMs = 400
const elsewhere: readonly string[] = ['visit', 'leave', 'cancel', 'back', 'forward'] satisfies readonly (keyof ReturnType<typeof usePast>)[]

/**
 * Moves the shown moment with a pointer or keys, as fast as moments can be reached: one at a time, the newest wish next. While it
 * moves, a far moment is represented by the nearest kept state before it.
 */
export function useScrubbing() {
  const past = usePast()
  const run = useRun()
  /** Where the pointer or the keys are; null: at rest */
  const aimed = ref<number | null>(null)
  /** The step that is shown, or that is about to be */
  const step = computed(() => aimed.value ?? past.wanted ?? past.shownStep ?? run.step)
  let busy = false
  let timer: ReturnType<typeof setTimeout> | undefined
  onScopeDispose(() => clearTimeout(timer))

  async function follow() {
    busy = true
    for (let last: number | null = null; aimed.value !== null && aimed.value !== last;) {
      last = aimed.value
      await past.glance(past.isFar(last) ? past.nearest(last) : last)
    }
    busy = false
  }
  /** Moves to a step, in passing. */
  function aim(to: number) {
    if (!past.canVisit) return
    aimed.value = Math.max(past.firstStep, Math.min(run.step, Math.round(to)))
    if (!busy) void follow()
  }
  function rest() {
    clearTimeout(timer)
    aimed.value = null
  }
  /** Stays at the step: Back will return to it. */
  function settle() {
    const { value: to } = aimed
    rest()
    if (to !== null) void past.visit(to)
  }
  // Who goes elsewhere meanwhile is not brought back by the last key.
  past.$onAction(({ name }) => { if (elsewhere.includes(name)) rest() })
  /** Moves by some steps, and stays there if nothing follows. */
  function moveBy(steps: number) {
    aim(step.value + steps)
    clearTimeout(timer)
    timer = setTimeout(settle, restMs)
  }
  return { aimed, step, aim, settle, moveBy }
}
