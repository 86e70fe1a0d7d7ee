import { type CheckedModel, gradientCheckSteps, type GradientCheckOptions, type GradientCheckProgress, heldPass, type ParamCheck } from '@core'
import { computed, ref, shallowRef } from 'vue'
import { inSlices } from '../lib/in-slices'
import { leastMs } from '../lib/least-ms'

/** What a gradient check found, with the measured times. */
export interface CheckFindings {
  readonly checks: readonly ParamCheck[]
  /** Two forward passes per weight, without the pauses in which the window does other things, and one forward and one backward pass */
  readonly numericMs: number
  readonly backpropMs: number
}

/** A gradient check in slices of the window's time, with its progress. */
export function useCheckRun() {
  const progress = shallowRef<Pick<GradientCheckProgress, 'done' | 'total'> | null>(null)
  const msLeft = ref<number | null>(null)
  /** Of one forward and one backward pass, which are measured before the numeric gradients begin */
  const backpropMs = ref<number | null>(null)
  const running = computed(() => progress.value !== null)
  let stopping: AbortController | undefined

  /** @param each receives every element @returns null when it was cancelled */
  async function run({ model, ops }: CheckedModel, options: GradientCheckOptions, each: (element: GradientCheckProgress['latest']) => void = () => undefined): Promise<CheckFindings | null> {
    const { pass = heldPass } = options
    const ms = leastMs(() => { model.forward(ops, pass); model.backward(ops, pass) }, 20)
    backpropMs.value = ms
    const steps = gradientCheckSteps(model, ops, options)
    const begun = performance.now()
    let checks: readonly ParamCheck[] | null = null
    let shownAt = 0
    let numericMs = 0
    stopping = new AbortController()
    progress.value = { done: 0, total: 1 }
    msLeft.value = null
    await inSlices(() => {
      const from = performance.now()
      const next = steps.next()
      numericMs += performance.now() - from
      if (next.done) {
        checks = next.value
        return false
      }
      each(next.value.latest)
      if (performance.now() - shownAt > 100) {
        shownAt = performance.now()
        const { done, total } = next.value
        progress.value = { done, total }
        if (shownAt - begun > 500) msLeft.value = (shownAt - begun) / done * (total - done)
      }
      return true
    }, stopping.signal)
    progress.value = null
    return checks && { checks, numericMs, backpropMs: ms }
  }
  const cancel = () => stopping?.abort()
  return { progress, msLeft, backpropMs, running, run, cancel }
}
