import type { RunState, WeightsEntry } from '@contract'
import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import { dropFile, request } from '../lib/bridge'
import { useNotices } from './notices'
import { useRun } from './run'

/** All known weights files: the sample, and the files that were saved or opened. */
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

  /** Opens a known file or, with null, one that the learner chooses. @returns whether it was opened */
  const open = (handle: string | null): Promise<boolean> => replaceRun(() => request('weights:open', { handle }))
  const take = async (file: File): Promise<void> => { await replaceRun(() => dropFile<'weights:drop'>(file)) }

  /** Reports what was opened, and whether the run before is kept. @returns whether something was opened */
  async function replaceRun(work: () => Promise<RunState | null>): Promise<boolean> {
    let opened: RunState | null = null
    const before = await run.setAside(async () => {
      opened = await notices.attempt(work, 'open') ?? null
      run.accept(opened)
      return opened !== null
    })
    await refresh()
    const origin = (opened as RunState | null)?.origin
    if (origin?.from !== 'file') return opened !== null
    notices.done(before ? 'files.openedKept' : 'files.opened', { name: origin.name })
    run.tellGaps()
    return true
  }

  async function forget(handle: string) {
    entries.value = await notices.attempt(() => request('weights:forget', { handle })) ?? entries.value
  }

  return { entries, loaded, refresh, save, open, take, forget }
})
