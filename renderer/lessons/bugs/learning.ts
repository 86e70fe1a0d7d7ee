import type { DatasetImage } from '@contract'
import { imageBytes, mnist, type Split } from '@core'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { request } from '../../lib/bridge'
import { inSlices } from '../../lib/in-slices'
import { useNotices } from '../../stores/notices'
import type { Bug } from './bug'
import { caseSeed, LearningNetwork, meanLosses, recipe } from './network'

/** Milliseconds between two drawings of a curve that is being learned */
const drawnEveryMs = 60

const splitOf = (images: readonly DatasetImage[]): Split => {
  const bytes = new Uint8Array(images.length * (images[0]?.image.length ?? 0))
  images.forEach(({ image }, i) => bytes.set(imageBytes(image), i * image.length))
  return { count: images.length, images: bytes, labels: Uint16Array.from(images, ({ label }) => label), normalization: mnist.normalization }
}

/** The network of the open case, which learns in the window. */
export const useBugLearning = defineStore('bugLearning', () => {
  const notices = useNotices()
  const split = shallowRef<Split | null>(null)
  const network = shallowRef<LearningNetwork | null>(null)
  const step = ref(0)
  /** Mean loss of the latest epoch at each step */
  const curve = shallowRef<readonly number[]>([])
  const running = ref(false)
  let stopping = new AbortController()

  /** The network changes without Vue: `step` says when */
  const isLost = computed(() => step.value > 0 && network.value!.isLost)
  const canLearn = computed(() => network.value !== null && step.value >= 0 && !network.value.hasEnded)

  let loading: Promise<unknown> | undefined
  /** Fetches the digits, once. */
  const load = () => loading ??= (async () => {
    const found = await notices.attempt(() => request('data:images', { dataset: mnist.id, split: 'train', first: 0, count: recipe.images }))
    if (found) split.value = splitOf(found.images)
    else loading = undefined
  })()

  function show() {
    const { losses } = network.value!
    curve.value = meanLosses(losses)
    step.value = losses.length
  }
  /** Puts an untrained network in place of the one that learns. */
  function begin(bug: Pick<Bug, 'hidden'> & Partial<Bug>) {
    pause()
    network.value = split.value && new LearningNetwork(bug, split.value, caseSeed)
    curve.value = []
    step.value = 0
  }
  function stepOnce() {
    if (!canLearn.value || running.value) return
    network.value!.learn()
    show()
  }
  async function learn() {
    if (!canLearn.value || running.value) return
    running.value = true
    const { signal } = stopping = new AbortController()
    const learning = network.value!
    let drawnAt = performance.now()
    await inSlices(() => {
      learning.learn()
      const goesOn = !learning.hasEnded
      if (goesOn && performance.now() - drawnAt < drawnEveryMs) return true
      drawnAt = performance.now()
      if (network.value === learning) show()
      return goesOn
    }, signal)
    if (signal.aborted) return
    running.value = false
  }
  function pause() {
    if (!running.value) return
    stopping.abort()
    running.value = false
    show()
  }

  return { split, network, step, curve, running, canLearn, isLost, load, begin, stepOnce, learn, pause }
})
