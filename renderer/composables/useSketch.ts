import { preprocessDigit } from '@core'
import { computed, shallowRef } from 'vue'
import { grey } from '../charts/grey'
import { blank, inkStrokes, isBlank, type Point, type Sketch, SketchHistory, type Stroke } from './strokes'

/** Pixels to a side where the ink is measured: fine enough for 20×20, cheap enough for every move. */
const inkSide = 140

/** A drawing under way, and the 28×28 image that a network would see of it. */
export function useSketch() {
  const history = new SketchHistory()
  const sketch = shallowRef<Sketch>(blank)
  const pen = shallowRef<Stroke | null>(null)
  const canUndo = shallowRef(false)
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = inkSide
  const context = canvas.getContext('2d', { willReadFrequently: true })

  /** With the stroke that is being drawn */
  const strokes = computed(() => pen.value ? [...sketch.value.strokes, pen.value] : sketch.value.strokes)
  const empty = computed(() => isBlank(sketch.value) && !pen.value)
  /** 28×28 as MNIST's are made, null while the paper is blank */
  const pixels = computed(() => {
    const { base } = sketch.value
    if (base && strokes.value.length === 0) return base
    return context && !empty.value ? seen(context, base, strokes.value) : null
  })

  function settle() {
    sketch.value = history.current
    canUndo.value = history.canUndo
  }
  function begin(point: Point) { pen.value = [point] }
  function move(points: readonly Point[]) { if (pen.value) pen.value = [...pen.value, ...points] }
  function end() {
    if (!pen.value) return
    history.change({ ...history.current, strokes: [...history.current.strokes, pen.value] })
    pen.value = null
    settle()
  }
  function undo() { pen.value = null; history.undo(); settle() }
  function clear() {
    pen.value = null
    if (isBlank(history.current)) return
    history.change(blank)
    settle()
  }
  function show(base: Float32Array) {
    history.change({ base, strokes: [] })
    settle()
  }

  return { sketch, strokes, empty, pixels, canUndo, begin, move, end, undo, clear, show }
}

function seen(context: CanvasRenderingContext2D, base: Float32Array | null, strokes: readonly Stroke[]): Float32Array | null {
  context.fillStyle = '#000'
  context.fillRect(0, 0, inkSide, inkSide)
  if (base) context.drawImage(grey(base, 28), 0, 0, inkSide, inkSide)
  inkStrokes(context, strokes, inkSide, '#fff')
  const { data } = context.getImageData(0, 0, inkSide, inkSide)
  const ink = new Float32Array(inkSide * inkSide)
  for (let i = 0; i < ink.length; i++) ink[i] = data[4 * i]! / 255
  return preprocessDigit(ink, inkSide, inkSide)
}
