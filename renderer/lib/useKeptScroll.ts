import { onActivated, type Ref, watch } from 'vue'

/** Contents that are loaded anew have their height back by then */
const patienceMs = 2000

/** Keeps how far an element is scrolled while its room is not shown: an element that leaves the page is scrolled back to its top. */
export function useKeptScroll(element: Readonly<Ref<HTMLElement | null>>): void {
  let top = 0
  let isReturning = false
  const keep = ({ currentTarget }: Event) => {
    const { isConnected, scrollTop } = currentTarget as HTMLElement
    if (isConnected && !isReturning) top = scrollTop // leaving the page is an event, too
  }
  watch(element, (now, before) => {
    before?.removeEventListener('scroll', keep)
    now?.addEventListener('scroll', keep, { passive: true })
  }, { flush: 'post', immediate: true })
  /** Scrolls back, again and again while the contents are not high enough. */
  function goBack(until: number): void {
    const { value: now } = element
    isReturning = true
    if (now) now.scrollTop = top
    isReturning = now !== null && now.scrollTop < Math.floor(top) && performance.now() < until
    if (isReturning) requestAnimationFrame(() => { goBack(until) })
  }
  onActivated(() => { goBack(performance.now() + patienceMs) })
}
