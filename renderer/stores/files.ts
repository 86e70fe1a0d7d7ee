import type { RunState, WeightsEntry } from '@contract'
import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import { dropFile, request } from '../lib/bridge'
import { useNotices } from './notices'
import { type LeftCurves, useRun } from './run'

/** All known weights files: the sample, the autosave, the previous run, and the files that were saved or opened. */
export const useFiles = defineStore('files', () => {
  const run = useRun()
  const notices = useNotices()
  const entries = shallowRef<readonly WeightsEntry[]>([])
  const loaded = ref(false)
  /** The curves of the runs that were set aside, by the file and the time at which it was written */
  const left = new Map<string, LeftCurves>()
  const versionOf = ({ handle, savedAt }: WeightsEntry) => `${handle} ${savedAt}`

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

  /** Opens a known file or, with null, one that the learner chooses; a run that was set aside gets its curves back. @returns whether it was opened */
  async function open(handle: string | null): Promise<boolean> {
    const entry = entries.value.find(entry => entry.handle === handle)
    const isOpened = await replaceRun(() => request('weights:open', { handle }))
    const curves = isOpened && entry && left.get(versionOf(entry))
    if (curves) run.continueCurves(curves)
    return isOpened
  }
  const take = async (file: File): Promise<void> => { await replaceRun(() => dropFile<'weights:drop'>(file)) }

  /** Reports what was opened, and whether the previous run was kept because it had not been saved. @returns whether something was opened */
  async function replaceRun(work: () => Promise<RunState | null>): Promise<boolean> {
    await refresh()
    const before = previous()
    const state = await notices.attempt(work, 'open')
    if (state) run.accept(state)
    await refresh()
    if (state?.origin.from !== 'file') return Boolean(state)
    const kept = previous() !== before
    notices.done(kept ? 'files.openedKept' : 'files.opened', { name: state.origin.name })
    run.tellGaps()
    return true
  }
  /**
   * Puts another run in place of the current one.
   * @returns the file with which the run before can be continued; null when it had learned nothing, or nothing was replaced
   */
  async function setAside(replace: () => Promise<boolean>): Promise<WeightsEntry | null> {
    await refresh()
    const [before, step, curves] = [previous(), run.step, run.curves()]
    const replaced = await replace()
    await refresh()
    if (!replaced || step === 0) return null
    const kept = entries.value.find(({ kind, savedAt }) => kind === 'previous' && savedAt !== before)
    // a run that is in a file already is not kept a second time
    const file = kept ?? entries.value.find(({ kind, summary }) => kind !== 'previous' && summary?.step === step) ?? null
    if (file) left.set(versionOf(file), curves)
    return file
  }
  const previous = () => entries.value.find(({ kind }) => kind === 'previous')?.savedAt

  async function forget(handle: string) {
    entries.value = await notices.attempt(() => request('weights:forget', { handle })) ?? entries.value
  }

  return { entries, loaded, refresh, save, open, take, setAside, forget }
})
