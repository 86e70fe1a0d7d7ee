import type { RunArrival, RunChange, RunEntry, RunsTrash } from '@contract'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { request } from '../lib/bridge'
import { useNotices } from './notices'
import { useRoom } from './room'
import { useSettings } from './settings'

/** The runs on this computer, the newest first, and which of them a person looks at. */
export const useRuns = defineStore('runs', () => {
  const notices = useNotices()
  const room = useRoom()
  const settings = useSettings()
  const entries = shallowRef<readonly RunEntry[]>([])
  const loaded = ref(false)
  /** What is searched for */
  const query = ref('')
  const chosenId = ref<string | null>(null)
  const chosen = computed(() => entries.value.find(({ id }) => id === chosenId.value) ?? null)
  /** Answers arrive in any order; an older one than that which is shown is dropped. */
  let asked = 0
  let shown = 0

  /** A run that is as before keeps its object, so that its row is not drawn again. */
  async function take(work: () => Promise<readonly RunEntry[]>): Promise<boolean> {
    const at = ++asked
    const found = await notices.attempt(work)
    if (!found) return false
    if (at < shown) return true
    shown = at
    const before = new Map(entries.value.map(entry => [entry.id, entry]))
    entries.value = found.map((entry) => {
      const known = before.get(entry.id)
      return known && JSON.stringify(known) === JSON.stringify(entry) ? known : entry
    })
    return true
  }
  /** What is in the program's own trash */
  const trash = shallowRef<RunsTrash>({ runs: 0, bytes: 0, ids: [] })
  async function refreshTrash() { trash.value = await notices.attempt(() => request('runs:trash')) ?? trash.value }

  async function refresh() {
    await Promise.all([take(() => request('runs:list')), refreshTrash()])
    loaded.value = true
  }

  /** Changes name, note or pin. @returns whether it was changed */
  const change = (id: string, change: RunChange) => take(() => request('runs:change', { id, ...change }))
  /** @returns whether the run is in the trash */
  async function remove(id: string): Promise<boolean> {
    if (!await take(() => request('runs:remove', { id }))) return false
    await refreshTrash()
    return true
  }
  /** Puts a run back that was moved to the program's own trash, and chooses it. */
  async function restore(id: string) {
    if (!await take(() => request('runs:restore', { id }))) return
    choose(id)
    await refreshTrash()
  }
  /** Deletes what is in the program's own trash for good. @returns whether it is empty */
  async function emptyTrash(): Promise<boolean> {
    const left = await notices.attempt(() => request('runs:emptyTrash'))
    trash.value = left ?? trash.value
    return left !== undefined
  }
  const reveal = (id: string) => notices.attempt(() => request('runs:reveal', { id }))
  /** Saves a run as one file. @param name suggested name of the file */
  async function exportFile(id: string, name: string) {
    const saved = await notices.attempt(() => request('runs:export', { id, name }), 'runs.file')
    if (saved) notices.done('runs.file.exported', { name: saved.name })
  }
  /** Shows a run that was opened from a file, in its list. */
  async function arrive(arrival: RunArrival) {
    await refresh()
    search('')
    choose(arrival.id)
    await settings.change({ filesTab: 'runs' }).catch(() => undefined) // it is shown at the tab of the last visit then
    room.go('files')
    notices.done(arrival.known ? 'runs.file.known' : 'runs.file.added', { name: chosen.value?.name || arrival.id.slice(0, 8) })
  }
  const choose = (id: string | null) => { chosenId.value = id }
  const search = (text: string) => { query.value = text }

  return { entries, loaded, query, chosenId, chosen, trash, refresh, change, remove, restore, emptyTrash, reveal, choose, search, exportFile, arrive }
})
