import { type GradientCheckProgress, xrayBlocks, type XraySource } from '@core'
import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import { inSlices } from '../../lib/in-slices'
import { type CheckedParam, checkGradients, examinedStep } from './examine'
import { useBugLearning } from './learning'

/** Result of a gradient check, with the step at which it was made. */
export interface CheckOutcome { readonly step: number, readonly params: readonly CheckedParam[] }

/** The gradient check and the numbers of the open case's network. */
export const useExamination = defineStore('bugExamination', () => {
  const learning = useBugLearning()
  const outcome = shallowRef<CheckOutcome | null>(null)
  const progress = shallowRef<Pick<GradientCheckProgress, 'done' | 'total'> | null>(null)
  let stopping: AbortController | undefined

  /** Checks the network as it is now; while it learns, it is paused first. */
  async function check() {
    learning.pause()
    const { network, split, step } = learning
    if (!network || !split || progress.value) return
    const { signal } = stopping = new AbortController()
    const steps = checkGradients(network, split)
    progress.value = { done: 0, total: 1 }
    await inSlices(() => {
      const next = steps.next()
      if (next.done) outcome.value = { step, params: next.value }
      else progress.value = next.value
      return !next.done
    }, signal)
    if (stopping.signal === signal) progress.value = null
  }
  // what was found belongs to the network that was there
  watch(() => learning.network, () => {
    stopping?.abort()
    outcome.value = null
    progress.value = null
  }, { flush: 'sync' })

  /** The next step on three images; null while the network learns */
  const source = computed<XraySource | null>(() => {
    const { network, split, running, step } = learning
    return network && split && !running && step >= 0 ? examinedStep(network, split) : null
  })
  /** The latest one, also while the network learns */
  const shown = shallowRef<XraySource | null>(null)
  watch(source, (now) => { if (now || !learning.network) shown.value = now }, { immediate: true, flush: 'sync' })
  const blocks = computed(() => shown.value ? xrayBlocks(shown.value) : [])

  return { outcome, progress, shown, blocks, check }
})
