import type { ViewportTransform } from '@vue-flow/core'
import { computed, onBeforeUnmount, onMounted, ref, type Ref, shallowRef, watch } from 'vue'
import { type Box, type EdgeRoute, type GraphLayout, overlaps } from '../layout/geometry'

export const zoomLimits = { least: 0.02, most: 2.5 }
/** Maximum zoom when fitting a small graph */
const fitAtMost = 1.35
/** Numbers are legible from this zoom on */
const readable = 0.62
const comfortable = 0.9
/** Below this zoom cells show colours instead of numbers */
const smallBelow = 0.58
/** Below this zoom a large graph is drawn without texts */
const farBelow = 0.42
const farFrom = 150
const edgeRoom = 24
const moveMs = 220
/**
 * The view jumps instead of gliding when steps follow faster than `restMs`, or go further than `farthest` window sizes
 */
const restMs = 350
const farthest = 1.5

interface Flow {
  readonly viewport: Ref<ViewportTransform>
  readonly setViewport: (to: ViewportTransform, options?: { duration?: number }) => unknown
}

/**
 * Pan and zoom: fitted at first, following the current node; and which part of the graph has to be rendered.
 * @param bounds of the whole picture, notes included
 */
export function useCamera(flow: Flow, layout: Readonly<Ref<GraphLayout>>, root: Readonly<Ref<HTMLElement | null>>, bounds: Readonly<Ref<Box>> = computed(() => layout.value.bounds)) {
  const size = shallowRef({ width: 0, height: 0 })
  const ready = ref(false)
  const follows = ref(true)
  /** Whether the whole graph is fitted into the view; it is fitted again when the window is resized */
  let fitted = true
  /** Whether the last pan was caused by following the current node */
  let strayed = false

  const observer = new ResizeObserver(([entry]) => {
    if (!entry) return
    size.value = { width: entry.contentRect.width, height: entry.contentRect.height }
    if (fitted) fit(false)
  })
  onMounted(() => observer.observe(root.value!))
  onBeforeUnmount(() => observer.disconnect())

  const still = matchMedia('(prefers-reduced-motion: reduce)')
  let wentAt = -Infinity
  function go(to: ViewportTransform, softly: boolean) {
    if (!ready.value) return
    const { x, y } = flow.viewport.value
    const near = Math.abs(to.x - x) < farthest * size.value.width && Math.abs(to.y - y) < farthest * size.value.height
    const rested = performance.now() - wentAt > restMs
    wentAt = performance.now()
    flow.setViewport(to, softly && near && rested && !still.matches ? { duration: moveMs } : undefined)
  }
  function fit(softly = true) {
    const { width, height } = size.value
    if (!width || !height) return
    const all = bounds.value
    const zoom = Math.max(zoomLimits.least, Math.min(fitAtMost, width / all.width, height / all.height))
    go(centred(all, zoom), softly)
    fitted = true
    strayed = false
  }
  function centred({ x, y, width, height }: Box, zoom: number): ViewportTransform {
    return { zoom, x: size.value.width / 2 - (x + width / 2) * zoom, y: size.value.height / 2 - (y + height / 2) * zoom }
  }
  function zoomBy(factor: number) {
    const { x, y, zoom } = flow.viewport.value
    const next = Math.max(zoomLimits.least, Math.min(zoomLimits.most, zoom * factor))
    const { width, height } = size.value
    const [middleX, middleY] = [(width / 2 - x) / zoom, (height / 2 - y) / zoom]
    fitted = false
    go({ zoom: next, x: width / 2 - middleX * next, y: height / 2 - middleY * next }, true)
  }

  /** The visible part of the picture. */
  const sight = computed((): Box => {
    const { x, y, zoom } = flow.viewport.value
    return { x: -x / zoom, y: -y / zoom, width: size.value.width / zoom, height: size.value.height / zoom }
  })
  /** Pans as little as possible to bring a box into view, zooming to a legible size if asked. */
  function show(box: Box, readably = true) {
    const { x, y, zoom } = flow.viewport.value
    const { width, height } = size.value
    if (!width || !height) return
    if (readably && zoom < readable) {
      fitted = false
      strayed = true
      return go(centred(box, Math.min(comfortable, width / (box.width + 2 * edgeRoom), height / (box.height + 2 * edgeRoom))), true)
    }
    if (contains(sight.value, box)) return
    fitted = false
    go({ zoom, x: into(x, box.x, box.width, width, zoom), y: into(y, box.y, box.height, height, zoom) }, true)
  }
  /** Fits the whole graph again, if only following the current node had moved the view. */
  function comeBack() {
    if (strayed) fit()
  }
  /** The pan offset that brings a span into view, or its start if it is too long. */
  function into(shift: number, from: number, length: number, room: number, zoom: number) {
    const [least, most] = [edgeRoom - from * zoom, room - edgeRoom - (from + length) * zoom]
    return Math.max(least, Math.min(most, shift))
  }

  const far = computed(() => flow.viewport.value.zoom < farBelow && layout.value.nodes.size > farFrom)
  const small = computed(() => flow.viewport.value.zoom < smallBelow)
  const drawn = useDrawn(layout, sight)
  watch(layout, () => fit(false), { flush: 'post' })
  watch(bounds, (now) => { if (fitted && !contains(sight.value, now)) fit() }, { flush: 'post' })
  return {
    far, small, drawn, follows, fit, zoomBy, show, comeBack,
    start: () => { ready.value = true; fit(false) },
    /** The user moved the view */
    moved: () => { fitted = strayed = false },
  }
}

export interface Drawn { readonly nodes: readonly string[], readonly edges: readonly EdgeRoute[] }

/** The visible area with a margin, in coarse steps, so that it changes only after a larger movement of the view. */
function useDrawn(layout: Readonly<Ref<GraphLayout>>, sight: Readonly<Ref<Box>>): Readonly<Ref<Drawn>> {
  const all = (): Drawn => ({ nodes: [...layout.value.nodes.keys()], edges: layout.value.edges })
  const drawn = shallowRef<Drawn>(all())
  let kept: Box | null = null
  watch([layout, sight], ([now, look], [before]) => {
    if (now.nodes.size <= farFrom) {
      if (now !== before) drawn.value = all()
      kept = null
      return
    }
    if (now === before && kept && contains(kept, look) && kept.width < 4 * look.width) return
    const room = { x: look.x - look.width / 3, y: look.y - look.height / 3, width: look.width * 5 / 3, height: look.height * 5 / 3 }
    kept = room
    drawn.value = {
      nodes: [...now.nodes].filter(([, box]) => overlaps(box, room)).map(([id]) => id),
      edges: now.edges.filter(({ bounds }) => overlaps(bounds, room)),
    }
  })
  return drawn
}

const contains = (outer: Box, inner: Box) => inner.x >= outer.x && inner.y >= outer.y && inner.x + inner.width <= outer.x + outer.width && inner.y + inner.height <= outer.y + outer.height
