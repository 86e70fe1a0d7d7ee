import type { WeightsEntry } from '@contract'
import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import { drop, request } from '../bridge'
import { useNotices } from './notices'
import { useRun } from './run'

/** Weights files that the lab knows: the sample, the autosave, the previous run, and what a person saved or opened. */
export const useFiles = defineStore('files', () => {
  const run = useRun()
  const notices = useNotices()
  const entries = shallowRef<readonly WeightsEntry[]>([])
  const loaded = ref(false)

  async function refresh() {
    entries.value = await notices.attempt(() => request('weights:list')) ?? entries.value
    loaded.value = true
  }

  async function save() {
    const entry = await notices.attempt(() => request('weights:save'))
    if (!entry) return
    notices.done('files.saved', { name: entry.name })
    await refresh()
  }

  async function open(handle: string | null) {
    const state = await notices.attempt(() => request('weights:open', { handle }))
    if (state) opened(state)
    await refresh()
  }

  async function take(file: File) {
    const state = await notices.attempt(() => drop(file))
    if (state) opened(state)
    await refresh()
  }

  function opened(state: NonNullable<Awaited<ReturnType<typeof drop>>>) {
    run.accept(state)
    if (state.origin.from === 'file') notices.done('files.opened', { name: state.origin.name })
  }

  async function forget(handle: string) {
    entries.value = await notices.attempt(() => request('weights:forget', { handle })) ?? entries.value
  }

  return { entries, loaded, refresh, save, open, take, forget }
})
