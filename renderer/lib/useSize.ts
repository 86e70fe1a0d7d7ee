import { onBeforeUnmount, type Ref, shallowRef, watch } from 'vue'

/** The size of an element's content in CSS pixels. @param initial until it is measured */
export function useSize(element: Readonly<Ref<HTMLElement | null>>, initial: { readonly width: number, readonly height: number }): Readonly<Ref<{ readonly width: number, readonly height: number }>> {
  const size = shallowRef(initial)
  const observer = new ResizeObserver(([entry]) => {
    if (!entry || entry.contentRect.width === 0) return
    size.value = { width: Math.floor(entry.contentRect.width), height: Math.floor(entry.contentRect.height) }
  })
  watch(element, (now, before) => {
    if (before) observer.unobserve(before)
    if (now) observer.observe(now)
  }, { flush: 'post', immediate: true })
  onBeforeUnmount(() => observer.disconnect())
  return size
}
