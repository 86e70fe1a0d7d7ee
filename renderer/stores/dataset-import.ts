import type { DatasetPreview, RequestArg } from '@contract'
import { LabError, ownError } from '@core'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { listen, request } from '../lib/bridge'
import { useDatasets } from './datasets'
import { useNotices } from './notices'
import { useRoom } from './room'
import { useSettings } from './settings'

/** What is chosen for images that were found. */
export type ImportChoices = Omit<RequestArg<'data:import'>, 'handle'>

/** Images that were found and can be imported: nothing is written before a person agrees. */
export const useDatasetImport = defineStore('datasetImport', () => {
  const notices = useNotices()
  const datasets = useDatasets()
  const settings = useSettings()
  const room = useRoom()
  const preview = shallowRef<DatasetPreview | null>(null)
  /** How far reading has come; null: nothing is read */
  const reading = shallowRef<{ readonly done: number, readonly total: number } | null>(null)
  const writing = ref(false)
  /** Why what is shown could not be imported, or not be read again */
  const failure = shallowRef<LabError | null>(null)
  listen('data:reading', (progress) => { if (reading.value) reading.value = progress })
  const isOpen = computed(() => preview.value !== null)
  let wish = 0

  /** @returns undefined when it failed, or another wish came */
  async function wait<T>(work: () => Promise<T>): Promise<T | undefined> {
    const mine = ++wish
    failure.value = null
    reading.value = { done: 0, total: 0 }
    try {
      const found = await work()
      return mine === wish ? found : undefined
    }
    catch (cause) {
      if (mine !== wish) return undefined // it was stopped
      if (preview.value && cause instanceof LabError) failure.value = cause
      else await notices.attempt(() => Promise.reject(ownError(cause)), 'data')
      return undefined
    }
    finally { if (mine === wish) reading.value = null }
  }
  /** Looks at files, or at a folder, that a dialog asks for. @param known id of the published dataset that they are to be */
  async function choose(from: 'files' | 'folder', known: string | null = null) {
    preview.value = await wait(() => request('data:preview', { from, known })) ?? preview.value
  }
  /** Reads the pictures again, with images of another size, or with ink and paper the other way round. */
  async function revise(choices: Pick<RequestArg<'data:revise'>, 'size' | 'isDark'>) {
    const { handle = '' } = preview.value ?? {}
    preview.value = await wait(() => request('data:revise', { handle, ...choices })) ?? preview.value
  }
  /** Shows what was dropped or opened. */
  async function arrive(found: DatasetPreview) {
    wish++
    failure.value = null
    preview.value = found
    await settings.change({ filesTab: 'datasets' }).catch(() => undefined) // it is shown at the tab of the last visit then
    room.go('files')
  }
  /** Imports what is shown. */
  async function take(choices: ImportChoices) {
    const { handle = '' } = preview.value ?? {}
    writing.value = true
    failure.value = null
    try {
      const { outcome, info } = await request('data:import', { handle, ...choices })
      preview.value = null
      notices.done(`datasets.import.${outcome}`, { name: info.name })
      await datasets.refresh()
    }
    catch (cause) { failure.value = ownError(cause) }
    finally { writing.value = false }
  }
  /** Lets go what was found, or stops reading. */
  function close() {
    wish++
    preview.value = null
    reading.value = null
    failure.value = null
    void request('data:dismiss')
  }
  return { preview, reading, writing, failure, isOpen, choose, revise, arrive, take, close }
})
