import { type ChangedWeights, type OpenQuestion, type RunState, shortRun, type WeightsEntry } from '@contract'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { request } from '../lib/bridge'
import { type NoticeAction, useNotices } from './notices'
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

  async function saveBy(work: () => Promise<WeightsEntry | null>) {
    const entry = await notices.attempt(work)
    if (!entry) return
    notices.done('files.saved', { name: entry.name })
    await refresh()
  }
  /** Saves the current weights where this run was saved or opened, else where a dialog says. */
  const save = () => saveBy(() => request('weights:save'))
  const saveAs = () => saveBy(() => request('weights:saveAs'))
  /** The file that saving writes; null: a dialog asks */
  const current = computed(() => run.state ? entries.value.find(({ runId }) => runId === run.state?.runId) ?? null : null)

  /** Opens a known file. @returns whether it was opened */
  async function open(handle: string): Promise<boolean> {
    const opened = await replaceRun(() => request('weights:open', { handle }), opened => 'choices' in opened ? null : opened)
    if (opened && 'choices' in opened) ask(opened)
    return opened !== undefined
  }
  /** What a file of another program leaves open; null: nothing is asked */
  const question = shallowRef<OpenQuestion | null>(null)
  const ask = (next: OpenQuestion | null) => { question.value = next }
  /** Opens the network of the question under one of its choices. @param choice its place among them */
  async function answer(choice: number) {
    const { value } = question
    if (value && await replaceRun(() => request('file:answer', { id: value.id, choice }), state => state)) ask(null)
  }
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

  const undo = (run: () => unknown): NoticeAction => ({ key: 'files.done.undo', run: () => void run() })
  async function change(work: () => Promise<ChangedWeights>): Promise<WeightsEntry | null> {
    const changed = await notices.attempt(work, 'files.change')
    if (!changed) return null
    entries.value = changed.entries
    return changed.entries.find(({ handle }) => handle === changed.handle) ?? null
  }
  /** Brings back what was removed. @returns its handle */
  const restore = (handle: string) => change(() => request('weights:restore', { handle }))
  /** @param name without the extension @returns the file under its new name; null when it has its old one */
  async function rename({ handle, name: before }: WeightsEntry, name: string): Promise<WeightsEntry | null> {
    const renamed = await change(() => request('weights:rename', { handle, name }))
    if (renamed) notices.done('files.done.renamed', { before, name: renamed.name }, undo(() => change(() => request('weights:rename', { handle: renamed.handle, name: stemOf(before) }))))
    return renamed
  }
  async function duplicate({ handle }: WeightsEntry): Promise<WeightsEntry | null> {
    const copy = await change(() => request('weights:duplicate', { handle }))
    if (copy) notices.done('files.done.duplicated', { name: copy.name })
    return copy
  }
  /** Removes a file from the list. @returns whether it was removed */
  async function forget({ handle, name }: WeightsEntry): Promise<boolean> {
    const left = await notices.attempt(() => request('weights:forget', { handle }))
    if (!left) return false
    entries.value = left
    notices.done('files.done.forgotten', { name }, undo(() => restore(handle)))
    return true
  }
  /** Moves a file to the trash. @returns whether it is there */
  async function remove({ handle, name }: WeightsEntry): Promise<boolean> {
    const removed = await notices.attempt(() => request('weights:remove', { handle }), 'files.change')
    if (!removed) return false
    entries.value = removed.entries
    if (removed.own) notices.done('runs.remove.doneOwn', { name }, undo(() => restore(handle)))
    else notices.done('runs.remove.done', { name })
    return true
  }
  const reveal = ({ handle }: WeightsEntry) => notices.attempt(() => request('weights:reveal', { handle }))

  return { entries, loaded, current, question, ask, answer, refresh, save, saveAs, open, replaceRun, rename, duplicate, forget, remove, restore, reveal }
})

/** A file's name without its extension */
export const stemOf = (name: string): string => name.replace(/\.[^.]*$/, '')
