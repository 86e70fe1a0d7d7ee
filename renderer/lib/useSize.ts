import { onBeforeUnmount, onMounted, type Ref, shallowRef } from 'vue'

/** The size of an element's content in CSS pixels. @param initial until it is measured */
export function useSize(element: Readonly<Ref<HTMLElement | null>>, initial: { readonly width: number, readonly height: number }): Readonly<Ref<{ readonly width: number, readonly height: number }>> {
  const size = shallowRef(initial)
  const observer = new ResizeObserver(([entry]) => {
    if (!entry || entry.contentRect.width === 0) return
    size.value = { width: Math.floor(entry.contentRect.width), height: Math.floor(entry.contentRect.height) }
  })
  onMounted(() => { if (element.value) observer.observe(element.value) })
  onBeforeUnmount(() => observer.disconnect())
  return size
}
