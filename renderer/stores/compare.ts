import { mostCompared, type RunCurves } from '@contract'
import type { StepRange } from '@core'
import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import { request } from '../lib/bridge'
import { useNotices } from './notices'

/** Points of a curve: about one for each pixel of a wide chart */
const columns = 600

/** The runs that are marked to be compared, and their curves while they are. */
export const useCompare = defineStore('compare', () => {
  const notices = useNotices()
  /** Ids in the order in which they were marked */
  const marked = ref<readonly string[]>([])
  const shown = ref(false)
  /** In the order of `marked`; empty until they are read */
  const curves = shallowRef<readonly RunCurves[]>([])
  let asked = 0

  /** Marks more runs, as many as can be compared. */
  function add(ids: readonly string[]) {
    const all = [...new Set([...marked.value, ...ids])]
    if (all.length > mostCompared) notices.note('runs.mark.most', { n: mostCompared })
    marked.value = all.slice(0, mostCompared)
  }
  function toggle(id: string) {
    if (marked.value.includes(id)) marked.value = marked.value.filter(other => other !== id)
    else add([id])
  }
  /** Keeps those that still exist. */
  const keep = (ids: readonly string[]) => { if (!shown.value) marked.value = marked.value.filter(id => ids.includes(id)) }
  const clear = () => { marked.value = [] }

  /** @param range the steps that are looked at; left out: all */
  const read = (most: number, range?: StepRange) => request('runs:curves', { ids: [...marked.value], columns: most, ...range && { range } })
  /** Reads the curves again. @returns whether that succeeded */
  async function refresh(): Promise<boolean> {
    const at = ++asked
    const found = await notices.attempt(() => read(columns), 'compare')
    if (found && at === asked) curves.value = found
    return found !== undefined
  }
  async function open() {
    curves.value = []
    shown.value = await refresh()
  }
  function close() {
    shown.value = false
    asked++
    void request('runs:compared').catch(() => undefined) // the thread may not have begun
  }
  return { marked, shown, curves, add, toggle, keep, clear, read, refresh, open, close }
})
