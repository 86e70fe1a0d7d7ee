import type { DatasetListing, DatasetSamples, RequestArg } from '@contract'
import { mnist } from '@core'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { listen, request } from '../lib/bridge'
import { useNotices } from './notices'

/** The datasets on this computer: MNIST and the imported ones. */
export const useDatasets = defineStore('datasets', () => {
  const notices = useNotices()
  const entries = shallowRef<readonly DatasetListing[]>([{ id: mnist.id, info: mnist, problem: null }])
  /** Name of the dataset that a new run waits for */
  const loading = ref<string | null>(null)
  listen('data:loading', (name) => { loading.value = name })
  /** The dataset whose files are being read: to verify or to repair them */
  const busy = ref<string | null>(null)
  const samples = shallowRef<ReadonlyMap<string, DatasetSamples>>(new Map())

  const usable = computed(() => entries.value.flatMap(({ info, problem }) => info && !problem ? [info] : []))
  const nameOf = (id: string): string => entries.value.find(entry => entry.id === id)?.info?.name ?? id

  /** @returns whether it was done */
  async function take(work: () => Promise<readonly DatasetListing[] | null>): Promise<boolean> {
    const found = await notices.attempt(work, 'data')
    entries.value = found ?? entries.value
    return found !== undefined && found !== null
  }
  /** Looks again, since the terminal imports datasets while the lab runs. */
  const refresh = () => take(() => request('data:list'))

  /** Fetches the images for a dataset's card, once. */
  async function show(id: string) {
    if (samples.value.has(id)) return
    const found = await request('data:samples', { id }).catch(() => null) // the card says why the dataset cannot be used
    if (found?.images.length) samples.value = new Map(samples.value).set(id, found)
  }
  /** Gives other names. @returns whether they are in use now */
  const change = (wanted: RequestArg<'data:change'>) => take(() => request('data:change', wanted))
  /** Reads all files of a dataset, and says whether they are as they were imported. */
  async function verify(id: string) {
    await whileBusy(id, async () => {
      if (!await take(() => request('data:verify', { id }))) return
      const problem = entries.value.find(entry => entry.id === id)?.problem
      if (problem) notices.error(problem, 'data')
      else notices.done('datasets.verified', { name: nameOf(id) })
    })
  }
  /** Writes a damaged dataset's files again. */
  async function repair(id: string, from: 'files' | 'folder') {
    await whileBusy(id, async () => {
      if (await take(() => request('data:repair', { id, from }))) notices.done('datasets.repaired', { name: nameOf(id) })
    })
  }
  async function whileBusy(id: string, work: () => Promise<void>) {
    busy.value = id
    try { await work() }
    finally { busy.value = null }
  }
  const reveal = (id: string) => notices.attempt(() => request('data:reveal', { id }))
  /** Moves a dataset to the trash; a notice can put it back where the program's own trash is used. */
  async function remove(id: string) {
    const name = nameOf(id)
    const removed = await notices.attempt(() => request('data:remove', { id }), 'data')
    if (!removed) return
    entries.value = removed.listings
    if (removed.canRestore) notices.done('runs.remove.doneOwn', { name }, { key: 'runs.remove.undo', run: () => void restore(id) })
    else notices.done('runs.remove.done', { name })
  }
  const restore = (id: string) => take(() => request('data:restore', { id }))

  return { entries, usable, loading, busy, samples, refresh, show, change, verify, repair, reveal, remove, restore }
})
