import { type RunState, shortRun, type WeightsEntry } from '@contract'
import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import { request } from '../lib/bridge'
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

  /** Opens a known file. @returns whether it was opened */
  const open = async (handle: string): Promise<boolean> => await replaceRun(() => request('weights:open', { handle }), state => state) !== undefined
  /**
   * Opens a file. Where it replaces the run in Train by weights, it says so, and whether the run before is kept.
   * @param stateOf returns the new run, or null if the file contains something else
   * @returns what was opened; undefined when nothing was
   */
  async function replaceRun<T>(work: () => Promise<T | null>, stateOf: (opened: T) => RunState | null): Promise<T | undefined> {
    let opened: T | null | undefined
    const before = await run.setAside(async () => {
      opened = await notices.attempt(work, 'open')
      const state = opened ? stateOf(opened) : null
      run.accept(state)
      return state !== null
    })
    await refresh()
    if (!opened) return undefined
    const origin = stateOf(opened)?.origin
    if (origin?.from === 'file') {
      notices.done(before && before.step >= shortRun ? 'files.openedKept' : 'files.opened', { name: origin.name })
      run.tellGaps()
    }
    return opened
  }

  async function forget(handle: string) {
    entries.value = await notices.attempt(() => request('weights:forget', { handle })) ?? entries.value
  }

  return { entries, loaded, refresh, save, open, replaceRun, forget }
})
