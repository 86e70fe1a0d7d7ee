import { onBeforeUnmount, onMounted, onScopeDispose, type Ref, ref, watch } from 'vue'

/**
 * Device pixels per CSS pixel. The ratio changes with the zoom, and when the window moves to another screen, which only
 * the media query reports: there is no resize event.
 */
export function useDensity(): Readonly<Ref<number>> {
  const density = ref(devicePixelRatio)
  let query: MediaQueryList | undefined
  function listen() {
    query?.removeEventListener('change', listen)
    density.value = devicePixelRatio
    // a range around the ratio: a zoomed window's ratio has more digits than an exact query would match
    query = matchMedia(`(min-resolution: ${devicePixelRatio * 1.001}dppx), (max-resolution: ${devicePixelRatio * 0.999}dppx)`)
    query.addEventListener('change', listen)
  }
  listen()
  onScopeDispose(() => query?.removeEventListener('change', listen))
  return density
}

/**
 * Width of an element's content in device pixels, which a canvas needs to be sharp.
 * @param element observed once it is mounted
 * @param initial the width until it is known, in CSS pixels
 */
export function useDeviceWidth(element: Readonly<Ref<HTMLElement | null>>, initial: number): { readonly width: Readonly<Ref<number>>, readonly density: Readonly<Ref<number>> } {
  const density = useDensity()
  const width = ref(Math.round(initial * density.value))
  const observer = new ResizeObserver(([entry]) => {
    if (!entry || entry.contentRect.width === 0) return
    const about = entry.contentRect.width * density.value
    const exact = entry.devicePixelContentBoxSize?.[0]?.inlineSize ?? about
    // with an emulated density, the box is still measured in physical pixels
    width.value = Math.round(Math.abs(exact - about) < 1 ? exact : about)
  })
  function observe() {
    if (!element.value) return
    observer.disconnect()
    observer.observe(element.value, { box: 'device-pixel-content-box' })
  }
  onMounted(observe)
  watch(density, observe, { flush: 'post' }) // observing again reports the size immediately
  onBeforeUnmount(() => observer.disconnect())
  return { width, density }
}
