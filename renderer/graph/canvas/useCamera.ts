import type { ViewportTransform } from '@vue-flow/core'
import { computed, onBeforeUnmount, onMounted, ref, type Ref, shallowRef, watch } from 'vue'
import { type Box, type EdgeRoute, type GraphLayout, overlaps, type Point, type Size } from '../layout/geometry'
import { contentsOf, essential, fitting, type Framed, isCovered, legibleZoom, openingView, panned, wholeView } from './framing'

export const zoomLimits = { min: 0.02, max: 2.5 }
/** Below this zoom, to which only the learner zooms out, a step brings its node back to a legible size */
const readableZoom = 0.62
/** Below this zoom cells show colours instead of numbers */
const smallTextZoom = 0.58
/** Below this zoom a large graph is drawn without texts */
const overviewZoom = 0.42
const overviewMinNodes = 150
const moveMs = 220
/**
 * The view jumps instead of gliding when steps follow faster than `minPauseMs`, or go further than `maxGlide` window sizes
 */
const minPauseMs = 350
const maxGlide = 1.5
/** Between the tools and the edge of the canvas, and on their other sides */
const toolsGap = 12
/** The tools with the map, and with the output's number; a canvas narrower than `roomForOutput` has no room for that */
const [widthWithMap, widthWithOutput] = [280, 430]
export const roomForOutput = 480

interface Flow {
  readonly viewport: Ref<ViewportTransform>
  readonly setViewport: (to: ViewportTransform, options?: { duration?: number }) => unknown
}

interface CameraOptions {
  readonly layout: Readonly<Ref<GraphLayout>>
  readonly root: Readonly<Ref<HTMLElement | null>>
  /** Of the whole picture, notes included */
  readonly bounds?: Readonly<Ref<Box>>
  /** What should be visible where the whole picture would not be legible: boxes in order of preference */
  readonly focus?: () => readonly Box[]
}

/**
 * Pan and zoom: a graph opens as a whole, or where it would not be legible, with the part that matters; then the view
 * follows the current node. And which part of the graph has to be rendered.
 */
export function useCamera(flow: Flow, { layout, root, bounds = computed(() => layout.value.bounds), focus = () => [] }: CameraOptions) {
  const size = shallowRef<Size>({ width: 0, height: 0 })
  const ready = ref(false)
  const follows = ref(true)
  /** Who chose the view: the program; the learner, who asked for the whole picture; or the learner, who moved it */
  let chosen: 'opened' | 'whole' | 'moved' = 'opened'

  const observer = new ResizeObserver(([entry]) => {
    if (!entry) return
    size.value = { width: entry.contentRect.width, height: entry.contentRect.height }
    if (chosen === 'opened') open(false)
    else if (chosen === 'whole') fit(false)
  })
  onMounted(() => observer.observe(root.value!))
  onBeforeUnmount(() => observer.disconnect())

  const reducedMotion = matchMedia('(prefers-reduced-motion: reduce)')
  let movedAt = -Infinity
  function go(to: ViewportTransform, animated: boolean) {
    if (!ready.value || !size.value.width || !size.value.height) return
    const { x, y } = flow.viewport.value
    const near = Math.abs(to.x - x) < maxGlide * size.value.width && Math.abs(to.y - y) < maxGlide * size.value.height
    const paused = performance.now() - movedAt > minPauseMs
    movedAt = performance.now()
    flow.setViewport(to, animated && near && paused && !reducedMotion.matches ? { duration: moveMs } : undefined)
  }

  const contents = computed(() => contentsOf(layout.value))
  /** @param cut whether a part of the picture will be out of sight, so that the tools have the map and the output with them */
  const framed = (cut: boolean): Framed => {
    const tools = root.value?.querySelector<HTMLElement>('.controls')
    // what is shown of a cut picture must not make the room for the whole picture smaller
    const ofCut = Array.from(tools?.querySelectorAll('.map, .away') ?? [], part => part.getBoundingClientRect().width)
    const width = !tools ? 0 : !cut ? tools.offsetWidth - ofCut.reduce((sum, part) => sum + part, 0) : Math.max(tools.offsetWidth, size.value.width < roomForOutput ? widthWithMap : widthWithOutput)
    return { bounds: bounds.value, contents: contents.value, size: size.value, corner: { width: width + toolsGap, height: (tools?.offsetHeight ?? 0) + toolsGap } }
  }
  const limited = (view: ViewportTransform) => view.zoom >= zoomLimits.min ? view : { ...view, zoom: zoomLimits.min }
  /** A graph with very many nodes is drawn without texts while it is shown as a whole. */
  const isOverview = (zoom: number) => zoom < overviewZoom && layout.value.nodes.size > overviewMinNodes

  /** Shows the whole graph, or where that would not be legible, what matters most. */
  function open(animated = true) {
    const whole = wholeView(framed(false))
    go(limited(isOverview(whole.zoom) || whole.zoom >= legibleZoom ? whole : openingView(framed(true), focus())), animated)
    chosen = 'opened'
  }
  /** Shows the whole graph at any size, as the learner asked. */
  function fit(animated = true) {
    go(limited(wholeView(framed(false))), animated)
    chosen = 'whole'
  }
  function zoomBy(factor: number) {
    const { x, y, zoom } = flow.viewport.value
    const next = Math.max(zoomLimits.min, Math.min(zoomLimits.max, zoom * factor))
    const { width, height } = size.value
    const [middleX, middleY] = [(width / 2 - x) / zoom, (height / 2 - y) / zoom]
    chosen = 'moved'
    go({ zoom: next, x: width / 2 - middleX * next, y: height / 2 - middleY * next }, true)
  }

  /** The visible part of the picture. */
  const visible = computed((): Box => {
    const { x, y, zoom } = flow.viewport.value
    return { x: -x / zoom, y: -y / zoom, width: size.value.width / zoom, height: size.value.height / zoom }
  })
  /**
   * Pans as little as possible to bring the first of some boxes that fits into view.
   * @param readably at a legible size, where the learner had zoomed far out
   */
  function show(boxes: readonly Box[], readably = true) {
    const { zoom } = flow.viewport.value
    if (readably && zoom < readableZoom) {
      chosen = 'opened'
      return go(openingView(framed(true), boxes), true)
    }
    const box = fitting(size.value, zoom, boxes)
    if (!box) return
    const { corner } = framed(true) // measured once: it asks the browser for a layout
    const isBelowTools = (content: Box) => overlaps(content, box) && isCovered(content, flow.viewport.value, size.value, corner)
    if (contains(visible.value, box) && !contents.value.some(isBelowTools)) return
    go(panned(framed(true), flow.viewport.value, boxes), true)
  }
  /** Moves the view to a place of the picture, as the learner asked. */
  function centre({ x, y }: Point) {
    const { zoom } = flow.viewport.value
    chosen = 'moved'
    go({ zoom, x: size.value.width / 2 - x * zoom, y: size.value.height / 2 - y * zoom }, false)
  }
  /** Opens the graph again, unless the learner has moved it. */
  function reopen() {
    if (chosen === 'opened') open()
  }

  const far = computed(() => isOverview(flow.viewport.value.zoom))
  const small = computed(() => flow.viewport.value.zoom < smallTextZoom)
  const rendered = useRendered(layout, visible)
  watch(layout, () => open(false), { flush: 'post' })
  watch(bounds, (now, before) => {
    if (chosen === 'moved' || contains(visible.value, now) || !contains(visible.value, before)) return
    if (chosen === 'whole') fit()
    else open()
  }, { flush: 'post' })
  return {
    far, small, rendered, visible, follows, size, open, fit, zoomBy, show, reopen, centre,
    /** Whether a box is in view */
    sees: (box: Box) => contains(visible.value, box),
    /** Whether a part of the picture is out of sight */
    isCut: computed(() => !contains(visible.value, essential(layout.value.bounds))),
    start: () => { ready.value = true; open(false) },
    /** The learner moved the view */
    moved: () => { chosen = 'moved' },
  }
}

export interface Rendered { readonly nodes: readonly string[], readonly edges: readonly EdgeRoute[] }

/** The visible area with a margin, in coarse steps, so that it changes only after a larger movement of the view. */
function useRendered(layout: Readonly<Ref<GraphLayout>>, visible: Readonly<Ref<Box>>): Readonly<Ref<Rendered>> {
  const all = (): Rendered => ({ nodes: [...layout.value.nodes.keys()], edges: layout.value.edges })
  const rendered = shallowRef<Rendered>(all())
  let renderedBox: Box | null = null
  watch([layout, visible], ([now, visible], [before]) => {
    if (now.nodes.size <= overviewMinNodes) {
      if (now !== before) rendered.value = all()
      renderedBox = null
      return
    }
    if (now === before && renderedBox && contains(renderedBox, visible) && renderedBox.width < 4 * visible.width) return
    const room = { x: visible.x - visible.width / 3, y: visible.y - visible.height / 3, width: visible.width * 5 / 3, height: visible.height * 5 / 3 }
    renderedBox = room
    rendered.value = {
      nodes: [...now.nodes].filter(([, box]) => overlaps(box, room)).map(([id]) => id),
      edges: now.edges.filter(({ bounds }) => overlaps(bounds, room)),
    }
  })
  return rendered
}

/** Tolerance for rounding: what fits exactly is contained */
const slack = 0.5
const contains = (outer: Box, inner: Box) => inner.x >= outer.x - slack && inner.y >= outer.y - slack && inner.x + inner.width <= outer.x + outer.width + slack && inner.y + inner.height <= outer.y + outer.height + slack
