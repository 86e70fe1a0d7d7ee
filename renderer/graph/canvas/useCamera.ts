import type { ViewportTransform } from '@vue-flow/core'
import { computed, onBeforeUnmount, onMounted, ref, type Ref, shallowRef, watch } from 'vue'
import { type Box, type EdgeRoute, type GraphLayout, overlaps } from '../layout/geometry'

export const zoomLimits = { min: 0.02, max: 2.5 }
/** Maximum zoom when fitting a small graph */
const maxFitZoom = 1.35
/** Numbers are legible from this zoom on */
const readableZoom = 0.62
const comfortableZoom = 0.9
/** Below this zoom cells show colours instead of numbers */
const smallTextZoom = 0.58
/** Below this zoom a large graph is drawn without texts */
const overviewZoom = 0.42
const overviewMinNodes = 150
const margin = 24
const moveMs = 220
/**
 * The view jumps instead of gliding when steps follow faster than `restMs`, or go further than `farthest` window sizes
 */
const minPauseMs = 350
const maxGlide = 1.5

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
  /** Whether the whole graph is fitted into the view; it is fitted again when the window is resized, also after following */
  let fitted = true
  /** Whether the last pan was caused by following the current node */
  let movedByFollowing = false

  const observer = new ResizeObserver(([entry]) => {
    if (!entry) return
    size.value = { width: entry.contentRect.width, height: entry.contentRect.height }
    if (fitted || movedByFollowing) fit(false)
  })
  onMounted(() => observer.observe(root.value!))
  onBeforeUnmount(() => observer.disconnect())

  const reducedMotion = matchMedia('(prefers-reduced-motion: reduce)')
  let movedAt = -Infinity
  function go(to: ViewportTransform, animated: boolean) {
    if (!ready.value) return
    const { x, y } = flow.viewport.value
    const near = Math.abs(to.x - x) < maxGlide * size.value.width && Math.abs(to.y - y) < maxGlide * size.value.height
    const paused = performance.now() - movedAt > minPauseMs
    movedAt = performance.now()
    flow.setViewport(to, animated && near && paused && !reducedMotion.matches ? { duration: moveMs } : undefined)
  }
  function fit(animated = true) {
    const { width, height } = size.value
    if (!width || !height) return
    const all = bounds.value
    const zoom = Math.max(zoomLimits.min, Math.min(maxFitZoom, width / all.width, height / all.height))
    go(centred(all, zoom), animated)
    fitted = true
    movedByFollowing = false
  }
  function centred({ x, y, width, height }: Box, zoom: number): ViewportTransform {
    return { zoom, x: size.value.width / 2 - (x + width / 2) * zoom, y: size.value.height / 2 - (y + height / 2) * zoom }
  }
  function zoomBy(factor: number) {
    const { x, y, zoom } = flow.viewport.value
    const next = Math.max(zoomLimits.min, Math.min(zoomLimits.max, zoom * factor))
    const { width, height } = size.value
    const [middleX, middleY] = [(width / 2 - x) / zoom, (height / 2 - y) / zoom]
    fitted = false
    go({ zoom: next, x: width / 2 - middleX * next, y: height / 2 - middleY * next }, true)
  }

  /** The visible part of the picture. */
  const visible = computed((): Box => {
    const { x, y, zoom } = flow.viewport.value
    return { x: -x / zoom, y: -y / zoom, width: size.value.width / zoom, height: size.value.height / zoom }
  })
  /** Pans as little as possible to bring a box into view, zooming to a legible size if asked. */
  function show(box: Box, readably = true) {
    const { x, y, zoom } = flow.viewport.value
    const { width, height } = size.value
    if (!width || !height) return
    if (readably && zoom < readableZoom) {
      fitted = false
      movedByFollowing = true
      return go(centred(box, Math.min(comfortableZoom, width / (box.width + 2 * margin), height / (box.height + 2 * margin))), true)
    }
    if (contains(visible.value, box)) return
    fitted = false
    go({ zoom, x: panOffset(x, box.x, box.width, width, zoom), y: panOffset(y, box.y, box.height, height, zoom) }, true)
  }
  /** Fits the whole graph again, if only following the current node had moved the view. */
  function restoreFit() {
    if (movedByFollowing) fit()
  }
  /** The pan offset that brings a span into view, or its start if it is too long. */
  function panOffset(shift: number, from: number, length: number, room: number, zoom: number) {
    const [min, most] = [margin - from * zoom, room - margin - (from + length) * zoom]
    return Math.max(min, Math.min(most, shift))
  }

  const far = computed(() => flow.viewport.value.zoom < overviewZoom && layout.value.nodes.size > overviewMinNodes)
  const small = computed(() => flow.viewport.value.zoom < smallTextZoom)
  const rendered = useRendered(layout, visible)
  watch(layout, () => fit(false), { flush: 'post' })
  watch(bounds, (now) => { if (fitted && !contains(visible.value, now)) fit() }, { flush: 'post' })
  return {
    far, small, rendered: rendered, follows, fit, zoomBy, show, restoreFit: restoreFit,
    start: () => { ready.value = true; fit(false) },
    /** The user moved the view */
    moved: () => { fitted = movedByFollowing = false },
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

const contains = (outer: Box, inner: Box) => inner.x >= outer.x && inner.y >= outer.y && inner.x + inner.width <= outer.x + outer.width && inner.y + inner.height <= outer.y + outer.height
