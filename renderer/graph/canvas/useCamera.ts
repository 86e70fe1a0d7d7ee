import type { ViewportTransform } from '@vue-flow/core'
import { computed, onBeforeUnmount, onMounted, ref, type Ref, shallowRef, watch } from 'vue'
import { type Box, type EdgeRoute, type GraphLayout, overlaps } from '../layout/geometry'

export const zoomLimits = { least: 0.02, most: 2.5 }
/** A small graph is enlarged to this, no further */
const fitAtMost = 1.35
/** Numbers can be read from here on */
const readable = 0.62
const comfortable = 0.9
/** Below it a cell's number gives way to its colour */
const smallBelow = 0.58
/** Below it a large graph is drawn without its texts */
const farBelow = 0.42
const farFrom = 150
const edgeRoom = 24
const moveMs = 220
/** Steps that come faster than a movement, and ways longer than this many windows, are jumps */
const restMs = 350
const farthest = 1.5

interface Flow {
  readonly viewport: Ref<ViewportTransform>
  readonly setViewport: (to: ViewportTransform, options?: { duration?: number }) => unknown
}

/**
 * Where one looks at the sheet: fitted at first, following the node at work, and what of it has to be drawn.
 * @param bounds all that is to be seen, the notes beside the nodes with it
 */
export function useCamera(flow: Flow, layout: Readonly<Ref<GraphLayout>>, root: Readonly<Ref<HTMLElement | null>>, bounds: Readonly<Ref<Box>> = computed(() => layout.value.bounds)) {
  const size = shallowRef({ width: 0, height: 0 })
  const ready = ref(false)
  const follows = ref(true)
  /** Whether it shows all: it goes on doing so while the window's size changes */
  let fitted = true
  /** Whether it followed the node at work and nobody has moved it since */
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

  /** The piece of the sheet that is in sight. */
  const sight = computed((): Box => {
    const { x, y, zoom } = flow.viewport.value
    return { x: -x / zoom, y: -y / zoom, width: size.value.width / zoom, height: size.value.height / zoom }
  })
  /** Brings a place into sight by the shortest way, large enough to be read if asked, unless it is so already. */
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
  /** Shows all again, if it was only the following that led away. */
  function comeBack() {
    if (strayed) fit()
  }
  /** The shift that lets a span of the sheet lie within the window; its beginning where it is too long. */
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
    /** A person moved the sheet */
    moved: () => { fitted = strayed = false },
  }
}

export interface Drawn { readonly nodes: readonly string[], readonly edges: readonly EdgeRoute[] }

/** What is in sight or soon will be: it changes only when one has gone far enough. */
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
