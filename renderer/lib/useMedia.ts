import { onScopeDispose, readonly, type Ref, ref } from 'vue'

/** Whether a media query matches. @param query '(max-height: 720px)' */
export function useMedia(query: string): Readonly<Ref<boolean>> {
  const list = matchMedia(query)
  const matches = ref(list.matches)
  const update = () => { matches.value = list.matches }
  list.addEventListener('change', update)
  onScopeDispose(() => { list.removeEventListener('change', update) })
  return readonly(matches)
}
