import { ref } from 'vue'
import { stepBy, stepSizeOf } from './number-steps'

/** A whole unit of a small number such as 3 changes much, and 0 must not be passed unseen; a step of 1 in 100 changes little. */
const pixelsPerStep = (value: number, step: number): number => Math.abs(value) < 10 * step ? 12 : 4
const threshold = 3

/** Changes a number by dragging sideways, with Shift in finer steps; a press without movement is a click. */
export function useScrub({ set, press }: { set: (value: number) => void, press: () => void }) {
  const scrubbing = ref(false)

  function start(event: PointerEvent, value: number): void {
    if (event.button !== 0) return
    event.preventDefault() // no focus or selection until it is clear that this is not a drag
    const place = event.currentTarget as HTMLElement
    const from = event.clientX
    const step = stepSizeOf(value)
    let shown = value
    const move = ({ clientX, shiftKey }: PointerEvent) => {
      const distance = clientX - from
      if (!scrubbing.value && Math.abs(distance) <= threshold) return
      scrubbing.value = true
      const size = shiftKey ? step / 10 : step
      const next = stepBy(value, Math.round(distance / pixelsPerStep(value, size)), size)
      if (next !== shown) set(shown = next)
    }
    const end = ({ type }: PointerEvent) => {
      place.removeEventListener('pointermove', move)
      place.removeEventListener('pointerup', end)
      place.removeEventListener('pointercancel', end)
      if (!scrubbing.value && type === 'pointerup') press()
      scrubbing.value = false
    }
    place.setPointerCapture(event.pointerId)
    place.addEventListener('pointermove', move)
    place.addEventListener('pointerup', end)
    place.addEventListener('pointercancel', end)
  }
  return { scrubbing, start }
}
