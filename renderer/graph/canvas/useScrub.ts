import { ref } from 'vue'
import { stepBy, stepSizeOf } from './number-steps'

const pixelsPerStep = 4
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
      const next = stepBy(value, Math.round(distance / pixelsPerStep), shiftKey ? step / 10 : step)
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
