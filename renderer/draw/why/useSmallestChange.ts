import { beginUphill, type Uphill, uphillStep } from '@core'
import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue'
import { type DrawNetwork, isReadHere } from '../../stores/sketch/networks'
import { type Explaining, useExplained } from './useExplained'

/** A changed image with the network's outputs for it. */
export interface Changed extends Uphill {
  readonly outputs: Float32Array
}

/**
 * The smallest change of the drawing that makes it another class, step by step. It begins again with every other drawing, network or
 * target; a network that learns meanwhile takes the next step with its new weights.
 * @param target null: none is chosen
 */
export function useSmallestChange(given: () => Explaining | null, target: () => number | null) {
  const withOutputs = ({ network: { model } }: Explaining, image: Uphill): Changed => ({ ...image, outputs: Float32Array.from(model.out.value.data) })
  const { found: start, busy } = useExplained(() => target() === null ? null : given(), target, now => withOutputs(now, beginUphill(now.network, now.pixels, target()!)))
  /** The image before the first step, then after each */
  const images = shallowRef<readonly Changed[]>([])
  /** Whether a step is being computed, or more are to follow */
  const goesOn = ref(false)
  let frame = 0

  const before = computed(() => images.value[0] ?? start.value)
  const now = computed(() => images.value.at(-1) ?? start.value)
  const steps = computed(() => Math.max(0, images.value.length - 1))
  const canStep = computed(() => now.value?.phase === 'moving')

  function halt() {
    cancelAnimationFrame(frame)
    goesOn.value = false
  }
  function back() {
    halt()
    images.value = []
  }
  function undo() {
    halt()
    images.value = images.value.length > 2 ? images.value.slice(0, -1) : []
  }
  /**
   * One step in each frame, so that the way is seen; of a large network a part of a step, so that the window stays responsive. A
   * step begins again when the weights change.
   */
  function go(steps: number) {
    halt()
    goesOn.value = true
    let left = steps
    let begun: { readonly network: DrawNetwork, readonly parts: ReturnType<typeof uphillStep> } | null = null
    const next = () => {
      const explaining = given()
      if (!explaining || !now.value || !canStep.value) return halt()
      const { network } = explaining
      if (begun?.network !== network) begun = { network, parts: uphillStep(network, now.value) }
      let part = begun.parts.next()
      while (!part.done && isReadHere(network.model.architecture)) part = begun.parts.next()
      if (!part.done) return later()
      begun = null
      images.value = [...images.value.length > 0 ? images.value : [now.value], withOutputs(explaining, part.value)]
      if (--left > 0 && canStep.value) later()
      else halt()
    }
    const later = () => { frame = requestAnimationFrame(() => { frame = requestAnimationFrame(next) }) } // after the next picture
    later()
  }
  const step = () => go(1)
  const toEnd = () => go(Infinity)
  watch([() => given()?.pixels, () => given()?.network.source, target], back)
  onScopeDispose(halt)
  return { before, now, steps, canStep, goesOn, busy, step, undo, toEnd, back }
}
