import { onActivated, onMounted, onScopeDispose } from 'vue'
import { useShown } from './useShown'

/** Reads something from disk again whenever its view opens or the window gets the focus, since other programs may have changed it. */
export function useFresh(refresh: () => unknown): void {
  const shown = useShown()
  const refreshShown = () => { if (shown.value) void refresh() }
  onMounted(refresh)
  onActivated(refresh)
  addEventListener('focus', refreshShown)
  onScopeDispose(() => removeEventListener('focus', refreshShown))
}
