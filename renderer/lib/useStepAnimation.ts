import type { RunState } from '@contract'
import { type Ref, watch } from 'vue'
import { useShown } from './useShown'

/** Start and end in milliseconds after the step: forward, then backward, then the update. */
const plan = { forward: [0, 300], backward: [330, 630], update: [680, 680] } as const
const glowMs = 240
const pulseMs = 90

/**
 * Animates a training step: the light moves forward through the blocks, back, and ends at the update. At ten steps per
 * second only a short pulse remains; faster than that, nothing is shown.
 * @param root contains elements with `data-light` (their phase) and `data-at` (0 at the left, 1 at the right)
 */
export function useStepAnimation(root: Ref<HTMLElement | null>, step: () => number, state: () => RunState | null): void {
  const shown = useShown()
  watch([step, () => state()?.runId] as const, ([now, id], [before, idBefore]) => {
    if (id !== idBefore || now !== before + 1 || matchMedia('(prefers-reduced-motion: reduce)').matches || !shown.value || !root.value) return
    const { phase, pace, stages } = state() ?? { phase: 'idle', pace: 'full', stages: null }
    if (stages) return
    if (phase !== 'running' || pace === 1) sequence(root.value)
    else if (pace === 10) pulse(root.value)
  }, { flush: 'post' })
}

function sequence(root: HTMLElement): void {
  for (const element of root.querySelectorAll<HTMLElement>('[data-light]')) {
    const phase = element.dataset.light as keyof typeof plan
    const at = Number(element.dataset.at ?? 0)
    const [from, to] = plan[phase]
    const delay = from + (to - from) * (phase === 'backward' ? 1 - at : at)
    const duration = element.dataset.whole === undefined ? glowMs : to - from + glowMs
    glow(element, { delay: element.dataset.whole === undefined ? delay : from, duration })
  }
}

/**
 * Animates one stage of a step, once: the light passes the arrow that leads to the block, and the block.
 * @param stage null: nothing is animated
 * @param key changes with each stage
 */
export function useStageAnimation(root: Ref<HTMLElement | null>, key: () => string, stage: () => { readonly direction: keyof typeof plan, /** As `data-at` */ readonly at: number, readonly from: number } | null): void {
  const shown = useShown()
  watch(key, () => {
    const now = stage()
    if (!now || matchMedia('(prefers-reduced-motion: reduce)').matches || !shown.value || !root.value) return
    for (const element of root.value.querySelectorAll<HTMLElement>(`[data-light=${now.direction}][data-at]`)) {
      const at = Number(element.dataset.at)
      if (isAt(at, now.from)) glow(element, { delay: 0, duration: glowMs })
      else if (isAt(at, now.at)) glow(element, { delay: glowMs / 2, duration: glowMs })
    }
  }, { flush: 'post' })
}

const isAt = (a: number, b: number): boolean => Math.abs(a - b) < 1e-6

function pulse(root: HTMLElement): void {
  for (const element of root.querySelectorAll<HTMLElement>('[data-light=update]')) glow(element, { delay: 0, duration: pulseMs })
}

function glow(element: HTMLElement, timing: { delay: number, duration: number }): void {
  for (const old of element.getAnimations()) old.cancel()
  element.animate([{ opacity: 0 }, { opacity: 1, offset: 0.25 }, { opacity: 1, offset: 0.6 }, { opacity: 0 }], { ...timing, easing: 'linear' })
}
