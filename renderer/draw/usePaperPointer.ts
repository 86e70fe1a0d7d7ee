import type { Point, Size } from '@core'
import { useSketch } from '../stores/sketch/sketch'

/** Sides of a touch from which on it is the palm of a hand, in CSS pixels: a finger's is 10 to 40 */
const palmSide = 64
/** A touch so soon after a pen was near is the hand that holds it. */
const penNearMs = 1000
/** Bits of `PointerEvent.buttons`, and number of `button`, of the eraser at the end of a pen */
const eraserBit = 32
const eraserButton = 5

/** A pen's width at no and at full pressure, relative to the usual one, which it has in the middle */
const pressed = { none: 0.4, full: 1.6 } as const

/**
 * Draws with mouse, pen and finger. One pointer draws at a time: a second finger, and the hand that holds a pen, are ignored.
 * @param paper for its proportions
 */
export function usePaperPointer(canvas: () => HTMLCanvasElement | null, paper: () => Size) {
  const sketch = useSketch()
  /** The pointer that draws */
  let drawing: Pick<PointerEvent, 'pointerId' | 'pointerType'> | null = null
  let penSeenAt = -Infinity

  function pointsOf(events: readonly PointerEvent[]): Point[] {
    const element = canvas()!
    const box = element.getBoundingClientRect()
    const [left, top] = [box.left + element.clientLeft, box.top + element.clientTop]
    const [width, height] = [box.width - 2 * element.clientLeft || 1, box.height - 2 * element.clientTop || 1]
    return events.map(({ clientX, clientY, pointerType, pressure }) => ({
      x: (clientX - left) / width, y: (clientY - top) / height, ...pointerType === 'pen' && { width: pressed.none + (pressed.full - pressed.none) * pressure },
    }))
  }
  const isPalm = ({ pointerType, width, height, timeStamp }: PointerEvent): boolean =>
    pointerType === 'touch' && (Math.max(width, height) >= palmSide || timeStamp - penSeenAt < penNearMs)
  /** Whether a pointer may begin although another one draws: a pen, while its hand lies on the paper */
  const takesOver = ({ pointerType }: PointerEvent): boolean => pointerType === 'pen' && drawing?.pointerType === 'touch'

  function down(event: PointerEvent) {
    seePen(event)
    const isEraser = event.button === eraserButton || (event.pointerType === 'pen' && (event.buttons & eraserBit) !== 0)
    if ((event.button !== 0 && !isEraser) || isPalm(event) || (drawing && !takesOver(event))) return
    if (drawing) sketch.cancel()
    drawing = event
    canvas()?.setPointerCapture(event.pointerId)
    sketch.begin(pointsOf([event])[0]!, { ...isEraser && { using: 'eraser' }, paper: paper() })
  }
  function move(event: PointerEvent) {
    seePen(event)
    if (event.pointerId !== drawing?.pointerId) return
    const between = event.getCoalescedEvents()
    sketch.move(pointsOf(between.length ? between : [event]))
  }
  function up(event: PointerEvent) {
    if (event.pointerId !== drawing?.pointerId) return
    drawing = null
    sketch.end()
  }
  /** The system takes a touch that turns out to be a palm or a gesture: it was not meant. What mouse and pen drew stays. */
  function cancel(event: PointerEvent) {
    if (event.pointerId !== drawing?.pointerId) return
    if (event.pointerType !== 'touch') return up(event)
    drawing = null
    sketch.cancel()
  }
  function seePen({ pointerType, timeStamp }: PointerEvent) { if (pointerType === 'pen') penSeenAt = timeStamp }
  return { down, move, up, cancel }
}
