import { computed, type ComputedRef, onActivated, onDeactivated, onMounted, onScopeDispose, ref } from 'vue'

/** Whether the view is visible: its room is open and the window is not hidden. */
export function useShown(): ComputedRef<boolean> {
  const active = ref(false)
  const visible = ref(document.visibilityState !== 'hidden')
  const look = () => { visible.value = document.visibilityState !== 'hidden' }
  onMounted(() => { active.value = true })
  onActivated(() => { active.value = true })
  onDeactivated(() => { active.value = false })
  document.addEventListener('visibilitychange', look)
  onScopeDispose(() => document.removeEventListener('visibilitychange', look))
  return computed(() => active.value && visible.value)
}
