import type { DrawSource } from '@contract'
import type { DatasetInfo } from '@core'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { request } from '../../lib/bridge'
import { blank, imageOn, isBlank, type Point, type Sketch, SketchHistory, type Stroke, type PaperImage } from './strokes'
import { useNotices } from '../notices'

/** Where the drawing is shown: in its own room, docked in Train, in the scene of the first start, or in the course's capstone */
export type Place = 'room' | 'docked' | 'first' | 'capstone'

/** Images that one request looks through for a digit: each digit is a tenth of MNIST */
const searched = 100

/** The drawing on the paper, the same wherever it is shown. */
export const useSketch = defineStore('sketch', () => {
  const notices = useNotices()
  const history = new SketchHistory()
  const committed = shallowRef<Sketch>(blank)
  /** The stroke being drawn */
  const pen = shallowRef<Stroke | null>(null)
  const canUndo = shallowRef(false)
  /** The network that reads the drawing: a trained one in the Draw room, the current run's elsewhere. */
  const sources = ref<Readonly<Record<Place, DrawSource>>>({ room: 'sample', docked: 'run', first: 'run', capstone: 'run' })
  /** Whether a network was chosen for the Draw room */
  const sourceChosen = ref(false)
  function setSource(place: Place, source: DrawSource) {
    sources.value = { ...sources.value, [place]: source }
    if (place === 'room') sourceChosen.value = true
  }

  const drawing = computed<Sketch>(() => pen.value ? { ...committed.value, strokes: [...committed.value.strokes, pen.value] } : committed.value)
  const empty = computed(() => isBlank(drawing.value))
  /** The class that the person says was meant, of the drawing on the paper */
  const said = ref<number | null>(null)
  /** Index of the class that was meant: as it was said, else a dataset image's own; null: not known */
  const meant = computed(() => said.value ?? (drawing.value.strokes.length === 0 ? imageOn(drawing.value)?.label ?? null : null))
  const mean = (label: number | null) => { said.value = label }
  watch(() => [empty.value, drawing.value.base], () => { said.value = null }) // another drawing begins

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
    const shown = wanted ?? baseIn('test')
    const from = shown?.dataset === dataset ? shown.index : undefined
    const index = which === 'random' || from === undefined ? Math.floor(Math.random() * count) : (from + (which === 'next' ? 1 : count - 1)) % count
    const asked = wanted = { dataset, index }
    const found = await notices.attempt(() => request('data:images', { dataset, split: 'test', first: index, count: 1 }))
    if (wanted !== asked) return // superseded by a later request, as from key repeat
    wanted = null
    const image = found?.images[0]
    if (found && image) show({ dataset, split: 'test', index, shape: found.shape, ...image })
  }
  /** Puts an image on the paper, in place of what is there. */
  function show(base: PaperImage) {
    wanted = null // supersedes an earlier request
    change({ base, strokes: [] })
  }
  /** Puts the drawing of the session before on an empty paper. */
  function recall(strokes: readonly Stroke[]) { if (strokes.length > 0 && empty.value) change({ base: null, strokes }) }
  function baseIn(split: PaperImage['split']) {
    const image = imageOn(drawing.value)
    return image?.split === split ? image : null
  }

  /** Puts a test image of one class on the paper: the next one after the image that is there. */
  async function takeClass(label: number, { id: dataset, counts: { test: count } }: Pick<DatasetInfo, 'id' | 'counts'>) {
    wanted = null // supersedes an earlier request
    const base = baseIn('test')
    const first = base?.dataset === dataset && base.index + searched < count ? base.index + 1 : 0
    const found = await notices.attempt(() => request('data:images', { dataset, split: 'test', first, count: Math.min(searched, count) }))
    const at = found?.images.findIndex(image => image.label === label) ?? -1
    if (found && at >= 0) show({ dataset, split: 'test', index: first + at, shape: found.shape, ...found.images[at]! })
  }

  return { drawing, empty, meant, mean, canUndo, sources, sourceChosen, setSource, begin, move, end, undo, clear, show, recall, take, takeClass }
})
