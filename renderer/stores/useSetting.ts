import type { Settings } from '@contract'
import { computed, onScopeDispose, type ShallowRef, shallowRef, type WritableComputedRef } from 'vue'
import { useNotices } from './notices'
import { useSettings } from './settings'

/** A setting with a slider: applied at once, saved (debounced) when it has stopped changing. */
export function useSetting<K extends keyof Settings>(key: K, debounceMs = 300): WritableComputedRef<Settings[K]> {
  const settings = useSettings()
  const notices = useNotices()
  const moving: ShallowRef<{ readonly value: Settings[K] } | null> = shallowRef(null)
  let timer: ReturnType<typeof setTimeout> | undefined

  async function write() {
    clearTimeout(timer)
    const { value: written } = moving
    if (!written) return
    await notices.attempt(() => settings.change({ [key]: written.value }))
    if (moving.value === written) moving.value = null
  }
  onScopeDispose(() => void write())
  return computed({
    get: () => moving.value ? moving.value.value : settings.settings[key],
    set: (value) => {
      moving.value = { value }
      clearTimeout(timer)
      timer = setTimeout(() => void write(), debounceMs)
    },
  })
}
