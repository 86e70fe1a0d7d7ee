import type { RunState, WeightsEntry } from '@contract'
import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import { dropFile, request } from '../lib/bridge'
import { useNotices } from './notices'
import { useRun } from './run'

/** All known weights files: the sample, the autosave, the previous run, and the files that were saved or opened. */
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

  const open = (handle: string | null) => replaceRun(() => request('weights:open', { handle }))
  const take = (file: File) => replaceRun(() => dropFile<'weights:drop'>(file))

  /** Reports what was opened, and whether the previous run was kept because it had not been saved. */
  async function replaceRun(work: () => Promise<RunState | null>) {
    await refresh()
    const before = previous()
    const state = await notices.attempt(work, 'open')
    if (state) run.accept(state)
    await refresh()
    if (state?.origin.from !== 'file') return
    const kept = previous() !== before
    notices.done(kept ? 'files.openedKept' : 'files.opened', { name: state.origin.name })
    run.tellGaps()
  }
  /**
   * Puts another run in place of the current one.
   * @returns the file with which the run before can be continued; null when it had learned nothing, or nothing was replaced
   */
  async function setAside(replace: () => Promise<boolean>): Promise<WeightsEntry | null> {
    await refresh()
    const [before, step] = [previous(), run.step]
    const replaced = await replace()
    await refresh()
    if (!replaced || step === 0) return null
    const kept = entries.value.find(({ kind, savedAt }) => kind === 'previous' && savedAt !== before)
    // a run that is in a file already is not kept a second time
    return kept ?? entries.value.find(({ kind, summary }) => kind !== 'previous' && summary?.step === step) ?? null
  }
  const previous = () => entries.value.find(({ kind }) => kind === 'previous')?.savedAt

  async function forget(handle: string) {
    entries.value = await notices.attempt(() => request('weights:forget', { handle })) ?? entries.value
  }

  return { entries, loaded, refresh, save, open, take, setAside, forget }
})
