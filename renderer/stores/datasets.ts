import type { DatasetListing } from '@contract'
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

  const usable = computed(() => entries.value.flatMap(({ info, problem }) => info && !problem ? [info] : []))

  /** Looks again, since the terminal imports datasets while the lab runs. */
  async function refresh() {
    entries.value = await notices.attempt(() => request('data:list')) ?? entries.value
  }

  return { entries, usable, loading, refresh }
})
