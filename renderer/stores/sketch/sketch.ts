import type { DrawSource } from '@contract'
import { doubtIn, mnist } from '@core'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { request } from '../../lib/bridge'
import { seenOf } from './network-input'
import { blank, isBlank, type Point, type Sketch, SketchHistory, type Stroke } from './strokes'
import { useNotices } from '../notices'
import { useSettings } from '../settings'

/** Where the drawing is shown: in its own room, or docked in Train */
export type Place = 'room' | 'docked'

/** The drawing on the paper, the same in its own room and docked in Train. */
export const useSketch = defineStore('sketch', () => {
  const notices = useNotices()
  const settings = useSettings()
  const history = new SketchHistory()
  const committed = shallowRef<Sketch>(blank)
  /** The stroke being drawn */
  const pen = shallowRef<Stroke | null>(null)
  const canUndo = shallowRef(false)
  /** The network that reads the drawing: a trained one in the Draw room, the current run's when docked in Train. */
  const sources = ref<Readonly<Record<Place, DrawSource>>>({ room: 'sample', docked: 'run' })
  const setSource = (place: Place, source: DrawSource) => { sources.value = { ...sources.value, [place]: source } }

  const drawing = computed<Sketch>(() => pen.value ? { ...committed.value, strokes: [...committed.value.strokes, pen.value] } : committed.value)
  const empty = computed(() => isBlank(drawing.value))
  /** 28×28, preprocessed like MNIST; null while the paper is blank */
  const pixels = computed(() => seenOf(drawing.value))
  /** The test image, while nothing is drawn over it */
  const testDigit = computed(() => drawing.value.strokes.length === 0 ? drawing.value.base : null)
  /** Why this may not be a digit; never set for a test image alone */
  const doubt = computed(() => pixels.value && !testDigit.value ? doubtIn(pixels.value) : null)
  const testImages = computed(() => settings.info?.dataset.phase === 'ready' ? settings.info.dataset.info.counts.test : 0)

  function change(next: Sketch) { history.change(next); refresh() }
  function refresh() {
    pen.value = null
    committed.value = history.current
    canUndo.value = history.canUndo
  }
  function begin(point: Point) { pen.value = [point] }
  function move(points: readonly Point[]) { if (pen.value) pen.value = [...pen.value, ...points] }
  function end() { if (pen.value) change(drawing.value) }
  function undo() { history.undo(); refresh() }
  function clear() {
    pen.value = null
    if (!isBlank(history.current)) change(blank)
  }

  let wanted: number | null = null
  /** Puts a test image on the paper: a random one, or the next or previous one. */
  async function take(which: 'random' | 'next' | 'previous') {
    const count = testImages.value
    if (!count) return
    const from = wanted ?? drawing.value.base?.index
    const index = which === 'random' || from === undefined ? Math.floor(Math.random() * count) : (from + (which === 'next' ? 1 : count - 1)) % count
    wanted = index
    const found = await notices.attempt(() => request('data:images', { dataset: mnist.id, split: 'test', first: index, count: 1 }))
    if (wanted !== index) return // superseded by a later request, as from key repeat
    wanted = null
    const image = found?.images[0]
    if (image) change({ base: { index, ...image }, strokes: [] })
  }

  return { drawing, empty, pixels, testDigit, doubt, testImages, canUndo, sources, setSource, begin, move, end, undo, clear, take }
})
