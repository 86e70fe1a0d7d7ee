import { onScopeDispose, type Ref, shallowRef, watch } from 'vue'

/** A change is followed at once, and one of several in quick succession when they have ended. */
const quietMs = 120

/** Follows a value that changes many times a second while a key is held. */
export function useSettled<T>(source: Readonly<Ref<T>>): Readonly<Ref<T>> {
  const settled = shallowRef(source.value) as Ref<T>
  let changedAt = -Infinity
  let timer: ReturnType<typeof setTimeout> | undefined
  const settle = () => { settled.value = source.value }
  watch(source, () => {
    const now = performance.now()
    clearTimeout(timer)
    if (now - changedAt > quietMs) settle()
    else timer = setTimeout(settle, quietMs)
    changedAt = now
  }, { flush: 'sync' })
  onScopeDispose(() => { clearTimeout(timer) })
  return settled
}
