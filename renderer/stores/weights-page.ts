import type { WeightsEntry } from '@contract'
import { identifyingBytes, readWeights, type WeightsFile } from '@core'
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { request } from '../lib/bridge'
import { sha256 } from '../lib/sha256'
import { useNotices } from './notices'

/** A weights file that is looked at. */
export interface ReadFile {
  readonly entry: WeightsEntry
  readonly weights: WeightsFile
  /** Of its weights */
  readonly sha256: string
}

/** The weights file whose details are shown. */
export const useWeightsPage = defineStore('weightsPage', () => {
  const notices = useNotices()
  /** Null: the list is shown */
  const file = shallowRef<ReadFile | null>(null)
  const isShown = computed(() => file.value !== null)
  /** Handle of the file that was shown last: there the focus is after the way back */
  const latest = shallowRef<string | null>(null)
  let wish = 0

  async function open(entry: WeightsEntry) {
    const own = ++wish
    const read = await notices.attempt(async () => {
      const named = await request('weights:bytes', { handle: entry.handle })
      if (!named) return null
      const weights = readWeights(named.bytes, named.name)
      return { entry, weights, sha256: await sha256(identifyingBytes(weights)) }
    }, 'files.page')
    if (!read || own !== wish) return
    file.value = read
    latest.value = entry.handle
  }
  function close() {
    wish++
    file.value = null
  }
  return { file, isShown, latest, open, close }
})
