import type { DrawSource } from '@contract'
import type { DatasetInfo } from '@core'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { request } from '../../lib/bridge'
import { blank, isBlank, type Point, type Sketch, SketchHistory, type Stroke } from './strokes'
import { useNotices } from '../notices'

/** Where the drawing is shown: in its own room, or docked in Train */
export type Place = 'room' | 'docked'

/** The drawing on the paper, the same in its own room and docked in Train. */
export const useSketch = defineStore('sketch', () => {
  const notices = useNotices()
  const history = new SketchHistory()
  const committed = shallowRef<Sketch>(blank)
  /** The stroke being drawn */
  const pen = shallowRef<Stroke | null>(null)
  const canUndo = shallowRef(false)
  /** The network that reads the drawing: a trained one in the Draw room, the current run's when docked in Train. */
  const sources = ref<Readonly<Record<Place, DrawSource>>>({ room: 'sample', docked: 'run' })
  /** Whether a network was chosen for the Draw room */
  const sourceChosen = ref(false)
  function setSource(place: Place, source: DrawSource) {
    sources.value = { ...sources.value, [place]: source }
    if (place === 'room') sourceChosen.value = true
  }

  const drawing = computed<Sketch>(() => pen.value ? { ...committed.value, strokes: [...committed.value.strokes, pen.value] } : committed.value)
  const empty = computed(() => isBlank(drawing.value))

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

  let wanted: { readonly dataset: string, readonly index: number } | null = null
  /** Puts a dataset's test image on the paper: a random one, or the next or previous one. */
  async function take(which: 'random' | 'next' | 'previous', { id: dataset, counts: { test: count } }: Pick<DatasetInfo, 'id' | 'counts'>) {
    const shown = wanted ?? drawing.value.base
    const from = shown?.dataset === dataset ? shown.index : undefined
    const index = which === 'random' || from === undefined ? Math.floor(Math.random() * count) : (from + (which === 'next' ? 1 : count - 1)) % count
    const asked = wanted = { dataset, index }
    const found = await notices.attempt(() => request('data:images', { dataset, split: 'test', first: index, count: 1 }))
    if (wanted !== asked) return // superseded by a later request, as from key repeat
    wanted = null
    const image = found?.images[0]
    if (found && image) change({ base: { dataset, index, shape: found.shape, ...image }, strokes: [] })
  }

  return { drawing, empty, canUndo, sources, sourceChosen, setSource, begin, move, end, undo, clear, take }
})
