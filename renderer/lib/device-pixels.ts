import { onBeforeUnmount, onMounted, onScopeDispose, type Ref, ref, watch } from 'vue'

/**
 * The screen's pixels per CSS pixel. It changes with the zoom and when the window is moved to another screen; of the
 * latter only the media query tells, without any resize.
 */
export function useDensity(): Readonly<Ref<number>> {
  const density = ref(devicePixelRatio)
  let query: MediaQueryList | undefined
  function listen() {
    query?.removeEventListener('change', listen)
    density.value = devicePixelRatio
    // both sides of it: a zoomed window's ratio has more digits than a query for it alone would match
    query = matchMedia(`(min-resolution: ${devicePixelRatio * 1.001}dppx), (max-resolution: ${devicePixelRatio * 0.999}dppx)`)
    query.addEventListener('change', listen)
  }
  listen()
  onScopeDispose(() => query?.removeEventListener('change', listen))
  return density
}

/**
 * How many of the screen's own pixels an element's content is wide: what a canvas needs to be sharp.
 * @param element watched from when it is mounted
 * @param initial the width until it is known, CSS pixels
 */
export function useDeviceWidth(element: Readonly<Ref<HTMLElement | null>>, initial: number): { readonly width: Readonly<Ref<number>>, readonly density: Readonly<Ref<number>> } {
  const density = useDensity()
  const width = ref(Math.round(initial * density.value))
  const observer = new ResizeObserver(([entry]) => {
    if (!entry || entry.contentRect.width === 0) return
    const about = entry.contentRect.width * density.value
    const exact = entry.devicePixelContentBoxSize?.[0]?.inlineSize ?? about
    // where a density is only emulated, the box is still counted in the screen's own
    width.value = Math.round(Math.abs(exact - about) < 1 ? exact : about)
  })
  function observe() {
    if (!element.value) return
    observer.disconnect()
    observer.observe(element.value, { box: 'device-pixel-content-box' })
  }
  onMounted(observe)
  watch(density, observe, { flush: 'post' }) // observing anew reports at once
  onBeforeUnmount(() => observer.disconnect())
  return { width, density }
}
