import { onActivated, type Ref, watch } from 'vue'

/** Keeps how far an element is scrolled while its room is not shown: an element that leaves the page is scrolled back to its top. */
export function useKeptScroll(element: Readonly<Ref<HTMLElement | null>>): void {
  let top = 0
  const keep = ({ currentTarget }: Event) => {
    const { isConnected, scrollTop } = currentTarget as HTMLElement
    if (isConnected) top = scrollTop // leaving the page is an event, too
  }
  watch(element, (now, before) => {
    before?.removeEventListener('scroll', keep)
    now?.addEventListener('scroll', keep, { passive: true })
  }, { flush: 'post', immediate: true })
  onActivated(() => { if (element.value) element.value.scrollTop = top })
}
