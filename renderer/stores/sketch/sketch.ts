import { allSteps, type PreparationStep, type Size, type StepsOff } from '@core'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, triggerRef, watch } from 'vue'
import { useNotices } from '../notices'
import { datasetImages, type Split } from './dataset-images'
import { erased } from './eraser'
import { SketchHistory } from './history'
import type { NetworkChoice } from './networks'
import { PenPath } from './pen-path'
import { blank, imageOn, isBlank, type PaperImage, type PaperPicture, pictureOn, type Point, type Sketch, type Stroke } from './strokes'

/**
 * Where the drawing is read: in its own room, there by a second network beside the first one, docked in Train, in the scene of the
 * first start, or in the course's capstone
 */
export type Place = 'room' | 'second' | 'docked' | 'first' | 'capstone'

/** Widths of the pen, relative to the usual one, and of the eraser */
export const penWidths = { thin: 0.6, usual: 1, thick: 1.7 } as const
export type PenWidth = keyof typeof penWidths
export type Tool = 'pen' | 'eraser'
/** Of the usual eraser, as a fraction of the paper's shorter side */
const eraserRadius = 0.05
const square: Size = { width: 1, height: 1 }

/** What moves on the paper: a pen, or an eraser with what it has left so far */
type Running = { readonly tool: 'pen', readonly path: PenPath } | { readonly tool: 'eraser', readonly left: Sketch, readonly at: Point, readonly paper: Size }

/** The drawing on the paper, the same wherever it is shown. */
export const useSketch = defineStore('sketch', () => {
  const notices = useNotices()
  const history = new SketchHistory()
  const committed = shallowRef<Sketch>(blank)
  const running = shallowRef<Running | null>(null)
  /** Whether a pen or an eraser is on the paper */
  const isDown = computed(() => running.value !== null)
  const canUndo = shallowRef(false)
  const canRedo = shallowRef(false)
  const tool = ref<Tool>('pen')
  const setTool = (chosen: Tool) => { tool.value = chosen }
  const penWidth = ref<PenWidth>('usual')
  const setPenWidth = (chosen: PenWidth) => { penWidth.value = chosen }
  /** The network that reads the drawing: a trained one in the Draw room, the current run's elsewhere. */
  const sources = ref<Readonly<Record<Place, NetworkChoice>>>({ room: 'sample', second: 'untrained', docked: 'run', first: 'run', capstone: 'run' })
  /** Whether a network was chosen for the Draw room */
  const sourceChosen = ref(false)
  function setSource(place: Place, source: NetworkChoice) {
    sources.value = { ...sources.value, [place]: source }
    if (place === 'room') sourceChosen.value = true
  }

  /** While a pen is down, the last stroke of this sketch grows: every change brings a new sketch, but not a new stroke. */
  const drawing = computed<Sketch>(() => {
    const now = running.value
    if (!now) return committed.value
    return now.tool === 'eraser' ? now.left : { ...committed.value, strokes: [...committed.value.strokes, ...now.path.parts] }
  })
  const empty = computed(() => isBlank(drawing.value))
  watch(empty, (isEmpty) => { if (isEmpty) tool.value = 'pen' }) // there is nothing to erase
  /** The class that the person says was meant, of the drawing on the paper */
  const said = ref<number | null>(null)
  const mean = (label: number | null) => { said.value = label }
  watch(() => [empty.value, originOf(drawing.value)], ([...now], [...before]) => { if (now.some((value, i) => value !== before[i])) said.value = null }) // another drawing begins
  /** Steps of the preparation that are left out while they are explained */
  const off = shallowRef<StepsOff>(allSteps)
  function leaveOut(step: PreparationStep, isOff: boolean) { off.value = new Set(isOff ? [...off.value, step] : [...off.value].filter(other => other !== step)) }
  function leaveNothingOut() { off.value = allSteps }
  watch(empty, leaveNothingOut)

  function change(next: Sketch) { history.change(next); refresh() }
  function refresh() {
    running.value = null
    committed.value = history.current
    canUndo.value = history.canUndo
    canRedo.value = history.canRedo
  }
  /**
   * A pen or an eraser touches the paper.
   * @param point its width is the pen's pressure, relative to the usual one
   * @param options.paper for its proportions
   */
  function begin(point: Point, { using = tool.value, paper = square }: { readonly using?: Tool, readonly paper?: Size } = {}) {
    running.value = using === 'pen' ? { tool: 'pen', path: new PenPath(wide(point)) } : { tool: 'eraser', left: rub(committed.value, point, point, paper), at: point, paper }
  }
  function move(points: readonly Point[]) {
    const now = running.value
    if (now?.tool === 'pen') {
      now.path.move(points.map(wide))
      triggerRef(running)
    }
    else if (now) {
      let { left, at } = now
      for (const point of points) [left, at] = [rub(left, at, point, now.paper), point]
      running.value = { ...now, left, at }
    }
  }
  function end() {
    const now = running.value
    if (now?.tool === 'pen') now.path.end()
    const next = drawing.value
    if (now?.tool === 'pen' ? now.path.parts.length > 0 : next !== committed.value) change(now?.tool === 'pen' ? { ...committed.value, strokes: [...committed.value.strokes, ...now.path.parts] } : next)
    else running.value = null
  }
  /** What has just been drawn was not meant. */
  function cancel() { running.value = null }
  function wide(point: Point): Point {
    const width = penWidths[penWidth.value] * (point.width ?? 1)
    return width === 1 ? { x: point.x, y: point.y } : { x: point.x, y: point.y, width }
  }
  const rub = (sketch: Sketch, from: Point, to: Point, paper: Size) => erased(sketch, from, to, { radius: eraserRadius * penWidths[penWidth.value], paper })
  function undo() { history.undo(); refresh() }
  function redo() { history.redo(); refresh() }
  function clear() {
    running.value = null
    if (!isBlank(history.current)) change(blank)
  }

  /** Puts an image or a picture on the paper, in place of what is there. */
  function show(base: PaperImage | PaperPicture) {
    images.supersede()
    change({ base, strokes: [] })
  }
  /** Puts the drawing of the session before on an empty paper. */
  function recall(strokes: readonly Stroke[]) { if (strokes.length > 0 && empty.value) change({ base: null, strokes }) }
  /** Takes more or less of the picture for ink. */
  function setSensitivity(sensitivity: number) {
    const picture = pictureOn(committed.value)
    if (!picture) return
    history.current = { ...committed.value, base: { ...picture, sensitivity } }
    refresh()
  }

  /** The part of the dataset that images are chosen from */
  const split = ref<Split>('test')
  const setSplit = (chosen: Split) => { split.value = chosen }
  const images = datasetImages({ notices, shown: () => imageOn(drawing.value), show })
  const { take, takeAt, takeClass, takeWrong } = images

  return {
    drawing, empty, isDown, said, mean, off, leaveOut, leaveNothingOut, canUndo, canRedo, sources, sourceChosen, setSource, tool, setTool, penWidth, setPenWidth, split, setSplit,
    begin, move, end, cancel, undo, redo, clear, show, recall, setSensitivity, take, takeAt, takeClass, takeWrong,
  }
})

/** What a sketch began with, however much of it was erased since */
function originOf({ base }: Sketch): unknown {
  if (!base) return null
  return base.kind === 'picture' ? base.rgba : `${base.dataset} ${base.split} ${base.index}`
}
